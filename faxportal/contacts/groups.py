"""Adding, renaming and removing groups of contacts, and their members."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from faxportal.contacts.address_book import one_line
from faxportal.contacts.audit import SharedChange, audit_shared_change
from faxportal.contacts.models import MAX_NAME, Contact, ContactGroup
from faxportal.contacts.permissions import check_can_change, check_can_keep
from faxportal.text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class NameTaken(Exception):
    """Another group of the same owner has this name; capitals and accents make no difference."""


class NoName(Exception):
    """The name is empty."""


def add_group(name: str, *, by: AbstractUser, is_shared: bool = False) -> ContactGroup:
    """Add a group without members. Raises `NotAllowedTo`, `NoName` and `NameTaken`."""
    check_can_keep(by, is_shared=is_shared)
    group = ContactGroup(owner_id=None if is_shared else by.pk)
    _save_named(group, name, SharedChange.ADDED, by=by)
    return group


def rename_group(group: ContactGroup, name: str, *, by: AbstractUser) -> None:
    """Give a group another name. Raises `NotAllowedTo`, `NoName` and `NameTaken`."""
    check_can_change(by, group)
    _save_named(group, name, SharedChange.CHANGED, by=by)


def remove_group(group: ContactGroup, *, by: AbstractUser) -> None:
    """Delete a group; its members stay in the address book. Raises `NotAllowedTo`."""
    check_can_change(by, group)
    pk, was_shared = group.pk, group.is_shared
    with transaction.atomic():
        group.delete()
        if was_shared:
            audit_shared_change(SharedChange.REMOVED, by=by, group=pk)


def add_members(
    group: ContactGroup, contacts: Collection[int], *, by: AbstractUser
) -> list[Contact]:
    """Add contacts, given by id, to a group. Returns the contacts that were not members before.

    A shared group takes only shared contacts, because everyone sees its members. Other contacts
    are left out. Raises `NotAllowedTo`.
    """
    check_can_change(by, group)
    allowed = Contact.objects.shared() if group.is_shared else Contact.objects.visible_to(by)
    new = list(allowed.filter(pk__in=contacts).exclude(groups=group))
    with transaction.atomic():
        group.members.add(*new)
        if group.is_shared and new:
            audit_shared_change(
                SharedChange.MEMBERS_CHANGED, by=by, group=group.pk, contacts=len(new)
            )
    return new


def remove_members(
    group: ContactGroup, contacts: Collection[int], *, by: AbstractUser
) -> list[Contact]:
    """Take contacts, given by id, out of a group. Returns the contacts that were members.

    Raises `NotAllowedTo`.
    """
    check_can_change(by, group)
    removed = list(group.members.filter(pk__in=contacts))
    with transaction.atomic():
        group.members.remove(*removed)
        if group.is_shared and removed:
            audit_shared_change(
                SharedChange.MEMBERS_CHANGED, by=by, group=group.pk, contacts=len(removed)
            )
    return removed


def folded_name(name: str) -> str:
    """A group's name in the form in which names are compared: folded, and cut to `MAX_NAME`."""
    return fold(name)[:MAX_NAME]


def _save_named(group: ContactGroup, name: str, change: SharedChange, *, by: AbstractUser) -> None:
    """Save a group under this name. Raises `NoName` and `NameTaken`."""
    group.name = one_line(name, at_most=MAX_NAME)
    group.folded = folded_name(group.name)
    if not group.folded:
        raise NoName
    try:
        with transaction.atomic():
            group.save()
            if group.is_shared:
                audit_shared_change(change, by=by, group=group.pk)
    except IntegrityError:
        raise NameTaken from None
