"""Adding, changing, sharing and removing contacts, and noting when a contact was faxed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from faxportal.contacts.audit import SharedChange, audit_shared_change
from faxportal.contacts.models import MAX_NAME, MAX_NOTE, Contact
from faxportal.contacts.permissions import check_can_change, check_can_keep
from faxportal.text.folding import fold, number_spellings
from faxportal.text.phone_numbers import MAX_TYPED, DialAs, NumberProblem, read_number, visible_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    """What a person enters for a contact.

    A contact without a name gets its organisation as name, or else its number.
    """

    name: str = field(repr=False)
    number: str = field(repr=False)
    organisation: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


class UnreadableNumber(Exception):
    """No fax can be sent to this number; `problem` says why."""

    def __init__(self, problem: NumberProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def add_contact(details: ContactDetails, *, by: AbstractUser, is_shared: bool = False) -> Contact:
    """Add a contact that only this person sees or, with `is_shared`, a shared contact.

    Raises `NotAllowedTo` and `UnreadableNumber`.
    """
    check_can_keep(by, is_shared=is_shared)
    contact = Contact(owner_id=None if is_shared else by.pk)
    set_details(contact, details)
    with transaction.atomic():
        contact.save()
        if is_shared:
            audit_shared_change(SharedChange.ADDED, by=by, contact=contact.pk)
    return contact


def change_contact(
    contact: Contact, details: ContactDetails, *, by: AbstractUser, share: bool = False
) -> None:
    """Replace a contact's details. `share` makes the contact a shared contact.

    A shared contact stays shared, because other people rely on it. Raises `NotAllowedTo` and
    `UnreadableNumber`.
    """
    check_can_change(by, contact)
    was_shared = contact.is_shared
    if share:
        check_can_keep(by, is_shared=True)
        contact.owner = None
    set_details(contact, details)
    with transaction.atomic():
        contact.save()
        if contact.is_shared:
            audit_shared_change(
                SharedChange.CHANGED if was_shared else SharedChange.SHARED,
                by=by,
                contact=contact.pk,
            )


def remove_contact(contact: Contact, *, by: AbstractUser) -> None:
    """Delete a contact, also from its groups. Raises `NotAllowedTo`."""
    check_can_change(by, contact)
    pk, was_shared = contact.pk, contact.is_shared
    with transaction.atomic():
        contact.delete()
        if was_shared:
            audit_shared_change(SharedChange.REMOVED, by=by, contact=pk)


def note_use(canonicals: Collection[str], *, by: AbstractUser, at: datetime) -> None:
    """Set `last_used_at` of the contacts with these canonical numbers: a person sends them a fax.

    These are the person's own contacts and the shared contacts. A contact that another transaction
    has locked is skipped, so that no submission waits for another submission. Most often the other
    transaction also notes a use.
    """
    with transaction.atomic():
        used = Contact.objects.visible_to(by).filter(canonical__in=canonicals)
        unlocked = used.select_for_update(skip_locked=True).values("pk")
        Contact.objects.filter(pk__in=unlocked).update(last_used_at=at)


def canonical_of(typed: str) -> str:
    """The canonical form of a number (`Number.canonical`), which all its spellings share.

    Raises `UnreadableNumber`.
    """
    number = read_number(typed, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS))
    if isinstance(number, NumberProblem):
        raise UnreadableNumber(number)
    return number.canonical


def set_details(contact: Contact, details: ContactDetails) -> None:
    """Write details into a contact, cleaned and cut to length. The caller saves the contact.

    Raises `UnreadableNumber`.
    """
    contact.number = one_line(details.number, at_most=MAX_TYPED)
    contact.canonical = canonical_of(details.number)
    contact.organisation = one_line(details.organisation, at_most=MAX_NAME)
    name = one_line(details.name, at_most=MAX_NAME)
    contact.name = name or contact.organisation or contact.number[:MAX_NAME]
    contact.note = one_line(details.note, at_most=MAX_NOTE)
    spellings = number_spellings(contact.number, contact.canonical, settings.REGION)
    contact.folded = "\n".join([fold(contact.name), fold(contact.organisation), spellings])


def one_line(text: str, *, at_most: int) -> str:
    """A text on one line, without double spaces and invisible characters, cut to `at_most`."""
    return " ".join(visible_text(text).replace("\0", "").split())[:at_most].strip()
