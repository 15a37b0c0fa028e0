"""Who may do what in the address book.

Everyone who may send faxes has their own contacts and reads the shared contacts. Changing a shared
contact needs a further permission, because other people's faxes go to its number.

Each `check_can_x` raises `NotAllowedTo` with a sentence for the person. `can_x` returns whether the
check passes, and `why_not_x` returns the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from faxportal.accounts.permissions import Permission
from faxportal.contacts.models import Contact, ContactGroup

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class NotAllowedTo(Exception):
    """A person may not do this. The text is a sentence for the person."""


def check_can_keep(user: AbstractUser, *, is_shared: bool) -> None:
    """Whoever may send faxes may have contacts and groups of their own.

    Changing shared contacts and groups needs a further permission.
    """
    if not user.has_perm(Permission.SEND_FAX):
        raise NotAllowedTo(_("Contacts are for people who can send faxes. Ask your administrator."))
    if is_shared and not user.has_perm(Permission.MANAGE_SHARED_CONTACTS):
        raise NotAllowedTo(_("Only an administrator can change shared contacts and groups."))


def check_can_change(user: AbstractUser, kept: Contact | ContactGroup) -> None:
    """Whoever may send faxes may change their own contacts and groups.

    Changing shared contacts and groups needs a further permission.
    """
    check_can_keep(user, is_shared=kept.is_shared)
    if kept.owner_id not in (None, user.pk):
        raise NotAllowedTo(_("This belongs to someone else."))


def can_keep(user: AbstractUser, *, is_shared: bool) -> bool:
    """Whether `check_can_keep` raises nothing."""
    return not why_not_keep(user, is_shared=is_shared)


def can_change(user: AbstractUser, kept: Contact | ContactGroup) -> bool:
    """Whether `check_can_change` raises nothing."""
    try:
        check_can_change(user, kept)
    except NotAllowedTo:
        return False
    return True


def why_not_keep(user: AbstractUser, *, is_shared: bool) -> str:
    """The sentence with which `check_can_keep` refuses; empty if it doesn't refuse."""
    try:
        check_can_keep(user, is_shared=is_shared)
    except NotAllowedTo as refused:
        return str(refused)
    return ""
