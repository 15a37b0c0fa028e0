"""Who may do what in the address book: `check_can_x` raises a sentence, `can_x` answers.

Everyone who sends faxes keeps contacts of their own and reads the shared ones. Shared ones are
changed by those with a permission for it: a wrong number there sends other people's faxes astray.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from faxportal.accounts.permissions import Permission
from faxportal.contacts.models import Contact, ContactGroup

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class NotAllowedTo(Exception):
    """A person may not do this; the text is a sentence for them."""


def check_can_keep(user: AbstractUser, *, is_shared: bool) -> None:
    """Who may add contacts and groups: own ones, or shared ones."""
    if not user.has_perm(Permission.SEND_FAX):
        raise NotAllowedTo(_("Contacts are for those who send faxes. Ask your admin."))
    if is_shared and not user.has_perm(Permission.MANAGE_SHARED_CONTACTS):
        raise NotAllowedTo(_("Only an admin can change what everyone shares."))


def check_can_change(user: AbstractUser, kept: Contact | ContactGroup) -> None:
    """Their owner; of shared ones an admin."""
    check_can_keep(user, is_shared=kept.is_shared)
    if kept.owner_id not in (None, user.pk):
        raise NotAllowedTo(_("This is another person's."))


def can_keep(user: AbstractUser, *, is_shared: bool) -> bool:
    return not why_not_keep(user, is_shared=is_shared)


def can_change(user: AbstractUser, kept: Contact | ContactGroup) -> bool:
    try:
        check_can_change(user, kept)
    except NotAllowedTo:
        return False
    return True


def why_not_keep(user: AbstractUser, *, is_shared: bool) -> str:
    """The sentence with which `check_can_keep` refuses; empty where it doesn't."""
    try:
        check_can_keep(user, is_shared=is_shared)
    except NotAllowedTo as refused:
        return str(refused)
    return ""
