"""Roles: which permissions a person has, as Django groups.

`permissions.py` names the permissions, and this module gives them to roles. A person may have
several roles. `Fax.objects.visible_to(user)` decides which faxes a person sees.
"""

from __future__ import annotations

from enum import Enum

from django.contrib.auth import models as auth
from django.db import transaction

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action


class Role(Enum):
    """A role; its value is the word that commands take (`adduser --role`)."""

    SENDER = "sender"
    REVIEWER = "reviewer"
    #: Reads everyone's faxes and histories, but opens no document of others.
    RECORD_REVIEWER = "record-reviewer"
    ADMIN = "admin"

    @property
    def group(self) -> str:
        """The name of the role's Django group, which people see: "Record reviewer"."""
        return self.value.replace("-", " ").capitalize()


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SENDER: frozenset({Permission.SEND_FAX}),
    Role.REVIEWER: frozenset(
        {Permission.REVIEW_FAXES, Permission.OPEN_DOCUMENTS, Permission.SEE_AUDIT}
    ),
    Role.RECORD_REVIEWER: frozenset({Permission.REVIEW_FAXES, Permission.SEE_AUDIT}),
    Role.ADMIN: frozenset(Permission),
}


def fill_groups() -> None:
    """Create the roles' groups and set their permissions; runs after each migration."""
    stored = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in auth.Permission.objects.select_related("content_type")
    }
    for role, names in PERMISSIONS.items():
        group, _ = auth.Group.objects.get_or_create(name=role.group)
        group.permissions.set(each for name, each in stored.items() if name in names)


def give_role(user: User, role: Role) -> None:
    """Give a person a role, with an audit entry. Does nothing if the person has the role."""
    if user.groups.filter(name=role.group).exists():
        return
    with transaction.atomic():
        user.groups.add(auth.Group.objects.get(name=role.group))
        audit_log.write(Action.ROLE_GIVEN, person=user, role=role.value)
