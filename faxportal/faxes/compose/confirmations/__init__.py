"""What a sender confirms before a fax goes out, so that the wrong fax is hard to send.

- `needed_confirmations` finds what there is to confirm about a fax.
- `confirmation` has the types: the concerns, the request to confirm them, the confirmation.
- `messages` has the texts of the concerns.
- `notices` has what the sender reads without having to confirm it.

A confirmation costs a press, so each is rare.
"""
