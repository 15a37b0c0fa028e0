"""What is told of a change to shared contacts and groups, and to whom.

The audit is `accounts`', a sibling that this app must not know: the layer above passes in who is
to be told (`web.address_book`). It is told in the change's own transaction, so that neither is
there without the other, and never a name or a number.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Change(Enum):
    """What was done to something shared."""

    ADDED = "added"
    CHANGED = "changed"
    SHARED = "shared"
    REMOVED = "removed"
    MERGED = "merged"
    IMPORTED = "imported"
    MEMBERS_CHANGED = "members_changed"


class Tell(Protocol):
    """Takes ids (`contact`, `group`) and counts (`contacts`, `groups`)."""

    def __call__(self, change: Change, /, **what: int) -> None: ...
