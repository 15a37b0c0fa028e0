"""What the portal asks before a fax goes out, so that the wrong fax is hard to send.

`ask.what_to_ask` finds the questions, `questions` is what they are and how they are answered,
`words` is how they read. A question costs a press, so each is rare: what can be pointed out without
one is not asked.
"""
