"""Keeping groups of contacts."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from faxportal.contacts.address_book import one_line
from faxportal.contacts.models import MAX_NAME, Contact, ContactGroup
from faxportal.contacts.permissions import check_can_change, check_can_keep
from faxportal.contacts.shared_changes import Change, audit_change
from faxportal.text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class NameTaken(Exception):
    """Another group of this owner has this name, or one that differs in capitals only."""


class NoName(Exception):
    """The name is empty."""


def add_group(name: str, *, by: AbstractUser, is_shared: bool = False) -> ContactGroup:
    """Add a group without members. Raises `NotAllowedTo`, `NoName` and `NameTaken`."""
    check_can_keep(by, is_shared=is_shared)
    group = ContactGroup(owner_id=None if is_shared else by.pk)
    _save_named(group, name, Change.ADDED, by=by)
    return group


def rename_group(group: ContactGroup, name: str, *, by: AbstractUser) -> None:
    """Give a group another name. Raises `NotAllowedTo`, `NoName` and `NameTaken`."""
    check_can_change(by, group)
    _save_named(group, name, Change.CHANGED, by=by)


def remove_group(group: ContactGroup, *, by: AbstractUser) -> None:
    """Remove a group; its members stay contacts. Raises `NotAllowedTo`."""
    check_can_change(by, group)
    pk, was_shared = group.pk, group.is_shared
    with transaction.atomic():
        group.delete()
        if was_shared:
            audit_change(Change.REMOVED, by=by, group=pk)


def add_members(
    group: ContactGroup, contacts: Collection[int], *, by: AbstractUser
) -> list[Contact]:
    """Put contacts (ids) into a group; answers those that were not in it.

    A shared group takes shared contacts only: everyone reads its members. Raises `NotAllowedTo`.
    """
    check_can_change(by, group)
    may_join = Contact.objects.shared() if group.is_shared else Contact.objects.visible_to(by)
    new = list(may_join.filter(pk__in=contacts).exclude(groups=group))
    with transaction.atomic():
        group.members.add(*new)
        if group.is_shared and new:
            audit_change(Change.MEMBERS_CHANGED, by=by, group=group.pk, contacts=len(new))
    return new


def remove_members(
    group: ContactGroup, contacts: Collection[int], *, by: AbstractUser
) -> list[Contact]:
    """Take contacts (ids) out of a group; answers those that were in it. Raises `NotAllowedTo`."""
    check_can_change(by, group)
    gone = list(group.members.filter(pk__in=contacts))
    with transaction.atomic():
        group.members.remove(*gone)
        if group.is_shared and gone:
            audit_change(Change.MEMBERS_CHANGED, by=by, group=group.pk, contacts=len(gone))
    return gone


def folded_name(name: str) -> str:
    """What a group's name is told apart by."""
    return fold(name)[:MAX_NAME]


def _save_named(group: ContactGroup, name: str, change: Change, *, by: AbstractUser) -> None:
    group.name = one_line(name, at_most=MAX_NAME)
    group.folded = folded_name(group.name)
    if not group.folded:
        raise NoName
    try:
        with transaction.atomic():
            group.save()
            if group.is_shared:
                audit_change(change, by=by, group=group.pk)
    except IntegrityError:
        raise NameTaken from None
