"""What the rows of the list of contacts show, made ready for the template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from faxportal.contacts.models import Contact


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """One contact."""

    pk: int
    name: str
    organisation: str
    number: str
    #: The names of the contact's groups that the person may see, with commas; empty for none.
    groups: str
    #: When a fax was last sent to the contact, if ever.
    last_used_at: datetime | None
    is_shared: bool
    #: Whether the person has ticked the contact.
    is_chosen: bool


def contact_rows(contacts: Iterable[Contact], *, chosen: Collection[int]) -> Sequence[ContactRow]:
    """One row for each contact, in the same order. `chosen` are the ids of the ticked contacts.

    Load the contacts by `ContactQuerySet.with_groups_for`.
    """
    return [
        ContactRow(
            pk=contact.pk,
            name=contact.name,
            organisation=contact.organisation,
            number=contact.number,
            groups=", ".join(group.name for group in contact.groups.all()),
            last_used_at=contact.last_used_at,
            is_shared=contact.is_shared,
            is_chosen=contact.pk in chosen,
        )
        for contact in contacts
    ]
