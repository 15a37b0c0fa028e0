"""The audit: who did what in the portal, when and from where. Written by whoever does it.

An entry is written in the transaction of what it tells of, so that neither is there without the
other. The address of a request is around it (`asked_from`), as Django's time zone is: services
know no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import AuditEntry, User

_address: ContextVar[str | None] = ContextVar("address", default=None)


class Action(TextChoices):
    """What was done; the label is what a person reads."""

    HOLD_PLACED = "hold_placed", _("Put a fax on legal hold")
    HOLD_LIFTED = "hold_lifted", _("Lifted a legal hold")
    RECORD_REMOVED = "record_removed", _("A fax was removed after its time")


def write(
    action: Action,
    *,
    by: User | None = None,
    fax: UUID | None = None,
    person: User | None = None,
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Add an entry; `data` is kept for ever and shown: counts, hashes and words of ours only."""
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        actor=by,
        action=action,
        fax=fax,
        person=person,
        address=_address.get(),
        data=data,
    )


@contextmanager
def asked_from(address: str | None) -> Iterator[None]:
    """What is written within was asked for from this address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)
