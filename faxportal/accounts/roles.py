"""Roles: which permissions a person has, as Django groups.

The apps `faxes` and `contacts` define the permissions (`Meta.permissions`); this module says which
role has which. A person may have several roles. Which faxes a person sees is decided elsewhere:
`Fax.objects.visible_to(user)`.
"""

from __future__ import annotations

from enum import Enum

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from faxportal.accounts.models import User
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


#: Permissions of the apps `faxes` and `contacts` that each role carries.
PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.SENDER: frozenset({"send_fax"}),
    Role.REVIEWER: frozenset({"review_faxes", "open_documents", "see_audit"}),
    Role.RECORD_REVIEWER: frozenset({"review_faxes", "see_audit"}),
    Role.ADMIN: frozenset(
        {
            "send_fax",
            "review_faxes",
            "manage_sending",
            "open_documents",
            "hold_faxes",
            "see_audit",
            "manage_shared_contacts",
            "manage_covers",
        }
    ),
}


def fill_groups() -> None:
    """Create the roles' groups and set their permissions; runs after each migration."""
    for role, codenames in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.group)
        group.permissions.set(
            Permission.objects.filter(
                content_type__app_label__in=("faxes", "contacts"), codename__in=codenames
            )
        )


def give_role(user: User, role: Role) -> None:
    """Give a person a role, and write it into the audit; nothing where they have it already."""
    if user.groups.filter(name=role.group).exists():
        return
    with transaction.atomic():
        user.groups.add(Group.objects.get(name=role.group))
        audit_log.write(Action.ROLE_GIVEN, person=user, role=role.value)
