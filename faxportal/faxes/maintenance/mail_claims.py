"""Claiming notifications: one watch at a time sends the notification about a row."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Alert, Fax

#: How long one watch has a notification for itself.
CLAIM_LENGTH = timedelta(minutes=2)


def claim(row: QuerySet[Fax] | QuerySet[Alert], clock: Clock) -> datetime | None:
    """Claim the notification about a row. Returns the claim's end; None if already claimed."""
    now = clock.now()
    until = now + CLAIM_LENGTH
    is_free = Q(notifying_until=None) | Q(notifying_until__lt=now)
    return until if row.filter(is_free).update(notifying_until=until) else None
