"""What a sender confirms before a fax goes out, so that the wrong fax is hard to send.

A *concern* is a reason to ask the sender: duplicates, first-time numbers, or a large fax.

- `needed_confirmations` finds all concerns about a fax. It asks `duplicates`, `first_time_numbers`
  and `large_fax`, which find one kind of concern each.
- `outgoing_fax` has the type of the fax that these modules examine.
- `confirmation` has the types of the concerns, of the request to confirm them, and of the
  confirmation.
- `messages` has the texts of the concerns.
- `number_notices` has what the sender reads and does not have to confirm.

Each confirmation takes the sender's time, so the portal asks rarely.
"""
