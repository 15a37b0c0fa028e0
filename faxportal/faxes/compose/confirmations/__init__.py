"""What a sender confirms before a fax goes out, so that the wrong fax is hard to send.

- `needed_confirmations` finds what there is to confirm about a fax: `duplicates`,
  `first_time_numbers`, `large_fax`. Each gets the `outgoing_fax`.
- `confirmation` has the types: the concerns, the request to confirm them, the confirmation.
- `messages` has the texts of the concerns.
- `notices` has what the sender reads and does not have to confirm.

Each confirmation takes the sender's time, so the portal asks rarely.
"""
