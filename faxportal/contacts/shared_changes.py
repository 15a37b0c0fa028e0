"""The audit of what people change in shared contacts and groups."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class Change(Enum):
    """What was done to something shared."""

    ADDED = "added"
    CHANGED = "changed"
    SHARED = "shared"
    REMOVED = "removed"
    MERGED = "merged"
    IMPORTED = "imported"
    MEMBERS_CHANGED = "members_changed"


def audit_change(change: Change, *, by: AbstractUser, **details: int) -> None:
    """Write a change into the audit, in the transaction that makes the change.

    `details` are ids (`contact`, `group`) and counts (`contacts`, `groups`, `changed`); never a
    name or a number.
    """
    data: dict[str, Any] = {"change": change.value, **details}
    audit_log.write(Action.SHARED_CONTACTS_CHANGED, by=by, **data)
