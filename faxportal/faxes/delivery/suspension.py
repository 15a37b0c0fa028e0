"""Suspending a fax and resuming it. The time of the suspension is added to the deadline."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from faxportal.accounts.models import User
from faxportal.faxes import event_log
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, SendingPause
from faxportal.faxes.reasons import OwnReason


def suspend(fax: Fax, *, because: OwnReason, at: datetime) -> None:
    """Suspend a fax that this transaction has locked. Nothing more is attempted for the fax."""
    fax.suspended_at, fax.suspended_because = at, because
    fax.save(update_fields=["suspended_at", "suspended_because"])
    event_log.add(fax, Event.SUSPENDED, at=at, reason=because)


def resume(fax: Fax, *, at: datetime, by: User | None = None) -> None:
    """Resume a suspended fax that this transaction has locked.

    The deadline is extended by the time that the fax lost. That time begins with the suspension, or
    with the due time if the due time is later.
    """
    began = fax.suspended_at or at
    lost_from = min(at, max(began, fax.times.due_at))
    lost = max(timedelta(), at - lost_from - _paused_between(lost_from, at))
    because = fax.suspended_because
    fax.deadline_at = fax.times.deadline_at + lost
    fax.paused_for += lost
    fax.suspended_at, fax.suspended_because = None, ""
    fields = ["deadline_at", "paused_for", "suspended_at", "suspended_because"]
    fax.save(update_fields=fields)
    event_log.add(fax, Event.RESUMED, at=at, by=by, because=because)


def _paused_between(begin: datetime, end: datetime) -> timedelta:
    """How long sending was paused between two moments.

    Resuming sending adds this time to the deadline. So resuming the fax must not add it again.
    """
    pauses = SendingPause.objects.filter(paused_at__lt=end).filter(
        Q(resumed_at=None) | Q(resumed_at__gt=begin)
    )
    parts = (min(pause.resumed_at or end, end) - max(pause.paused_at, begin) for pause in pauses)
    return sum(parts, timedelta())
