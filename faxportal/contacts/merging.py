"""Contacts that are alike, and making one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from faxportal.contacts.address_book import Entry, fill
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.permissions import check_can_change
from faxportal.contacts.shared_changes import Change, audit_change

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Two contacts or more that may be one, with `groups` as the person sees them."""

    contacts: Sequence[Contact]
    #: Else they have the same name, and numbers that differ.
    same_number: bool


class NothingToMerge(Exception):
    """Fewer than two of the contacts are there."""


def find_alike(user: AbstractUser, *, is_shared: bool, at_most: int) -> list[Alike]:
    """A person's own contacts, or the shared ones, that have one number or one name.

    Those of one number come first. Two queries and their groups, however many contacts there are.
    """
    book = Contact.objects.of_book(user, is_shared=is_shared)
    numbers: dict[str, list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    number_of: dict[int, str] = {}
    for pk, canonical, folded in book.order_by("pk").values_list("pk", "canonical", "folded"):
        number_of[pk] = canonical
        numbers[canonical].append(pk)
        names[folded.partition("\n")[0]].append(pk)
    found = [(pks, True) for pks in numbers.values() if len(pks) > 1]
    several = (pks for pks in names.values() if len({number_of[pk] for pk in pks}) > 1)
    found = [*found, *((pks, False) for pks in several)][:at_most]
    wanted = {pk for pks, _same_number in found for pk in pks}
    contacts = book.with_groups_for(user).in_bulk(wanted)
    return [
        Alike(contacts=_likeliest_first(contacts[pk] for pk in pks), same_number=same_number)
        for pks, same_number in found
    ]


def merge_contacts(keep: int, others: Collection[int], *, by: AbstractUser) -> Contact:
    """Make one contact (ids) of several: it keeps its name and number, and takes what it lacks.

    In each group that one of the others was in it takes their place, in other people's groups of
    shared contacts too: nobody's group loses a recipient. Raises `NotAllowedTo`, and
    `NothingToMerge` where too few are there or not all are one person's or all shared.
    """
    with transaction.atomic():
        locked = Contact.objects.visible_to(by).filter(pk__in={keep, *others}).order_by("pk")
        contacts = {contact.pk: contact for contact in locked.select_for_update()}
        kept = contacts.pop(keep, None)
        gone = list(contacts.values())
        if kept is None or not gone or any(one.owner_id != kept.owner_id for one in gone):
            raise NothingToMerge
        check_can_change(by, kept)
        for contact in gone:
            _take_over(kept, contact)
        kept.save()
        _take_places(kept, gone)
        Contact.objects.filter(pk__in=contacts).delete()
        if kept.is_shared:
            audit_change(Change.MERGED, by=by, contact=kept.pk, contacts=len(gone))
    return kept


def _likeliest_first(contacts: Iterable[Contact]) -> list[Contact]:
    """The one that is offered to be kept comes first: the last used, else the fullest."""

    def likeness(contact: Contact) -> tuple[float, int]:
        used = contact.last_used_at.timestamp() if contact.last_used_at else 0
        return used, bool(contact.organisation) + bool(contact.note)

    return sorted(contacts, key=likeness, reverse=True)


def _take_over(kept: Contact, other: Contact) -> None:
    entry = Entry(
        name=kept.name,
        number=kept.number,
        organisation=kept.organisation or other.organisation,
        note=kept.note or other.note,
    )
    fill(kept, entry)
    used = [at for at in (kept.last_used_at, other.last_used_at) if at]
    kept.last_used_at = max(used, default=None)


def _take_places(kept: Contact, gone: Collection[Contact]) -> None:
    membership = ContactGroup.members.through
    groups = set(membership.objects.filter(contact__in=gone).values_list("contactgroup", flat=True))
    membership.objects.bulk_create(
        (membership(contactgroup_id=group, contact=kept) for group in groups),
        ignore_conflicts=True,
    )
