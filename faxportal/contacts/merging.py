"""Finding contacts that may be the same, and merging them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from faxportal.contacts.address_book import ContactDetails, set_details
from faxportal.contacts.audit import SharedChange, audit_shared_change
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.permissions import check_can_change

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Two or more contacts that may be the same.

    The groups that the person may see are prefetched for each contact.
    """

    #: The contact that should be kept comes first; see `_best_first`.
    contacts: Sequence[Contact]
    #: Whether the contacts have the same number. If not, they have the same name.
    same_number: bool


class NothingToMerge(Exception):
    """Fewer than two of the contacts exist, or they belong to different owners."""


def find_alike(user: AbstractUser, *, is_shared: bool, at_most: int) -> list[Alike]:
    """Contacts with the same number or the same name.

    Searches the shared contacts if `is_shared`, else the person's own contacts. Contacts with the
    same number come before contacts with the same name. The list has at most `at_most` items. This
    takes at most three queries, however many contacts there are.
    """
    book = Contact.objects.own_or_shared(user, is_shared=is_shared)
    numbers: dict[str, list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    number_of: dict[int, str] = {}
    for pk, canonical, folded in book.order_by("pk").values_list("pk", "canonical", "folded"):
        number_of[pk] = canonical
        numbers[canonical].append(pk)
        names[folded.partition("\n")[0]].append(pk)
    by_number = [(pks, True) for pks in numbers.values() if len(pks) > 1]
    by_name = [(pks, False) for pks in names.values() if len({number_of[pk] for pk in pks}) > 1]
    found = [*by_number, *by_name][:at_most]
    contacts = book.with_groups_for(user).in_bulk({pk for pks, _ in found for pk in pks})
    return [
        Alike(contacts=_best_first(contacts[pk] for pk in pks), same_number=same_number)
        for pks, same_number in found
    ]


def merge_contacts(keep: int, others: Collection[int], *, by: AbstractUser) -> Contact:
    """Merge the contacts `others` into the contact `keep`, and delete `others`. All are ids.

    The kept contact keeps its name and number. If it lacks an organisation or a note, it gets the
    organisation or the note of another contact. It joins each group of a deleted contact, even a
    group of another person, so that no group loses a recipient. Returns the kept contact. Raises
    `NotAllowedTo`, and `NothingToMerge` if fewer than two contacts exist or their owners differ.
    """
    with transaction.atomic():
        locked = Contact.objects.visible_to(by).filter(pk__in={keep, *others}).order_by("pk")
        contacts = {contact.pk: contact for contact in locked.select_for_update()}
        kept = contacts.pop(keep, None)
        merged = list(contacts.values())
        if kept is None or not merged or any(one.owner_id != kept.owner_id for one in merged):
            raise NothingToMerge
        check_can_change(by, kept)
        for contact in merged:
            _add_missing_details(kept, contact)
        kept.save()
        _join_groups_of(kept, merged)
        Contact.objects.filter(pk__in=contacts).delete()
        if kept.is_shared:
            audit_shared_change(SharedChange.MERGED, by=by, contact=kept.pk, contacts=len(merged))
    return kept


def _best_first(contacts: Iterable[Contact]) -> list[Contact]:
    """The contact that was used last comes first.

    Unused contacts come last, and among them the contact with the most details comes first.
    """

    def rank(contact: Contact) -> tuple[float, int]:
        used = contact.last_used_at.timestamp() if contact.last_used_at else 0
        return used, bool(contact.organisation) + bool(contact.note)

    return sorted(contacts, key=rank, reverse=True)


def _add_missing_details(kept: Contact, other: Contact) -> None:
    """Give the kept contact the details that it lacks, and the later `last_used_at` of the two."""
    details = ContactDetails(
        name=kept.name,
        number=kept.number,
        organisation=kept.organisation or other.organisation,
        note=kept.note or other.note,
    )
    set_details(kept, details)
    used = [at for at in (kept.last_used_at, other.last_used_at) if at]
    kept.last_used_at = max(used, default=None)


def _join_groups_of(kept: Contact, merged: Collection[Contact]) -> None:
    membership = ContactGroup.members.through
    groups = set(
        membership.objects.filter(contact__in=merged).values_list("contactgroup", flat=True)
    )
    membership.objects.bulk_create(
        (membership(contactgroup_id=group, contact=kept) for group in groups),
        ignore_conflicts=True,
    )
