"""Audit entries for changes of shared contacts and groups."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class SharedChange(Enum):
    """What was done to a shared contact or group; the values are stored in audit entries."""

    ADDED = "added"
    CHANGED = "changed"
    SHARED = "shared"
    REMOVED = "removed"
    MERGED = "merged"
    IMPORTED = "imported"
    MEMBERS_CHANGED = "members_changed"


def audit_shared_change(change: SharedChange, *, by: AbstractUser, **details: int) -> None:
    """Write a change to the audit log. Call it in the transaction that makes the change.

    `details` are ids (`contact`, `group`) and counts (`contacts`, `changed`), never a name or a
    phone number.
    """
    data: dict[str, Any] = {"change": change.value, **details}
    audit_log.write(Action.SHARED_CONTACTS_CHANGED, by=by, **data)
