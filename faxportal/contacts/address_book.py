"""Keeping contacts: adding, changing, sharing, removing, and noting when one is used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from faxportal.contacts.models import MAX_NAME, MAX_NOTE, Contact
from faxportal.contacts.permissions import check_can_change, check_can_keep
from faxportal.contacts.shared_changes import Change, audit_change
from faxportal.text.folding import fold, number_writings
from faxportal.text.phone_numbers import MAX_TYPED, DialAs, Wrong, read_number, seen_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a person enters of a contact. Without a name it goes by its organisation or number."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    organisation: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


class UnreadableNumber(Exception):
    """No fax can be sent to this number."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


def add_contact(entry: Entry, *, by: AbstractUser, is_shared: bool = False) -> Contact:
    """Add a contact of a person's own, or a shared one.

    Raises `NotAllowedTo` and `UnreadableNumber`.
    """
    check_can_keep(by, is_shared=is_shared)
    contact = Contact(owner_id=None if is_shared else by.pk)
    fill(contact, entry)
    with transaction.atomic():
        contact.save()
        if is_shared:
            audit_change(Change.ADDED, by=by, contact=contact.pk)
    return contact


def change_contact(
    contact: Contact, entry: Entry, *, by: AbstractUser, share: bool = False
) -> None:
    """Put what was entered in place of what was there; `share` gives it to everyone.

    What is shared stays shared: others rely on it. Raises `NotAllowedTo` and `UnreadableNumber`.
    """
    check_can_change(by, contact)
    was_shared = contact.is_shared
    if share:
        check_can_keep(by, is_shared=True)
        contact.owner = None
    fill(contact, entry)
    with transaction.atomic():
        contact.save()
        if contact.is_shared:
            audit_change(Change.CHANGED if was_shared else Change.SHARED, by=by, contact=contact.pk)


def remove_contact(contact: Contact, *, by: AbstractUser) -> None:
    """Remove a contact, from its groups too. Raises `NotAllowedTo`."""
    check_can_change(by, contact)
    pk, was_shared = contact.pk, contact.is_shared
    with transaction.atomic():
        contact.delete()
        if was_shared:
            audit_change(Change.REMOVED, by=by, contact=pk)


def note_use(canonicals: Collection[str], *, by: AbstractUser, at: datetime) -> None:
    """Note that a person sent a fax to these numbers: in their own contacts and in shared ones.

    One statement, in a transaction of its own: a row that another person's fax is noting just now
    is left to them, so that no sending waits for another.
    """
    with transaction.atomic():
        used = Contact.objects.visible_to(by).filter(canonical__in=canonicals)
        free = used.select_for_update(skip_locked=True).values("pk")
        Contact.objects.filter(pk__in=free).update(last_used_at=at)


def names_of(user: AbstractUser, canonicals: Collection[str]) -> dict[str, str]:
    """canonical → the name that this person knows the number by; their own before a shared one."""
    known = Contact.objects.visible_to(user).filter(canonical__in=canonicals)
    shared_first = known.order_by(F("owner").asc(nulls_first=True), "-pk")  # the last one stays
    return dict(shared_first.values_list("canonical", "name"))


def canonical_of(typed: str) -> str:
    """What makes two writings the same number. Raises `UnreadableNumber`."""
    number = read_number(typed, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS))
    if isinstance(number, Wrong):
        raise UnreadableNumber(number)
    return number.canonical


def fill(contact: Contact, entry: Entry) -> None:
    """Write an entry into a contact, which is not saved by this. Raises `UnreadableNumber`."""
    contact.number = one_line(entry.number, at_most=MAX_TYPED)
    contact.canonical = canonical_of(entry.number)
    contact.organisation = one_line(entry.organisation, at_most=MAX_NAME)
    name = one_line(entry.name, at_most=MAX_NAME)
    contact.name = name or contact.organisation or contact.number[:MAX_NAME]
    contact.note = one_line(entry.note, at_most=MAX_NOTE)
    writings = number_writings(contact.number, contact.canonical, settings.REGION)
    contact.folded = "\n".join([fold(contact.name), fold(contact.organisation), writings])


def one_line(text: str, *, at_most: int) -> str:
    """A text without line ends, doubled spaces and what nobody sees in it, cut where it is long."""
    return " ".join(seen_of(text).replace("\0", "").split())[:at_most].strip()
