"""Suspending faxes whose sender's account is closed, and resuming them when it is open again.

The time of the suspension is added to the deadline of a resumed fax.

Accounts are closed and opened in several places, so the workers check the rows regularly. Each fax
has a transaction of its own, which locks the fax, changes `Fax.suspended_at` and adds the event. If
a worker dies between two faxes, the next check by any worker handles the remaining faxes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, Handover, SendingPause
from faxportal.faxes.reasons import OwnReason

#: One check suspends at most this many faxes, and resumes at most this many.
_AT_ONCE = 50


def suspend_and_resume(clock: Clock) -> None:
    """Suspend due faxes of closed accounts, and resume suspended faxes of reopened accounts."""
    closed = Handover.objects.of_closed_accounts(clock.at_database()).filter(fax__suspended_at=None)
    reopened = Handover.objects.of_reopened_accounts()
    for fax_id in closed.values_list("fax", flat=True).distinct()[:_AT_ONCE]:
        _suspend(fax_id, clock)
    for fax_id in reopened.values_list("fax", flat=True).distinct()[:_AT_ONCE]:
        _resume(fax_id, clock)


def _suspend(fax_id: int, clock: Clock) -> None:
    """Suspend a fax, unless it has changed since it was found."""
    with transaction.atomic():
        fax = Fax.objects.locked(fax_id)
        is_over = fax.is_settled or fax.cancel_asked_at is not None
        if is_over or fax.suspended_at is not None or fax.sender.is_active:
            return
        fax.suspended_at = clock.now()
        fax.save(update_fields=["suspended_at"])
        event_log.add(fax, Event.SUSPENDED, at=fax.suspended_at, reason=OwnReason.SENDER_INACTIVE)


def _resume(fax_id: int, clock: Clock) -> None:
    """Resume a fax and add the time of the suspension to its deadline."""
    with transaction.atomic():
        fax = Fax.objects.locked(fax_id)
        if fax.suspended_at is None or not fax.sender.is_active:
            return
        now = clock.now()
        lost = max(timedelta(), now - fax.suspended_at - _paused_between(fax.suspended_at, now))
        fax.deadline_at = fax.times.deadline_at + lost
        fax.paused_for += lost
        fax.suspended_at = None
        fax.save(update_fields=["deadline_at", "paused_for", "suspended_at"])
        event_log.add(fax, Event.RESUMED, at=now)


def _paused_between(begin: datetime, end: datetime) -> timedelta:
    """How long sending was paused between two moments.

    Resuming sending adds this time to the deadline. So resuming the fax must not add it again.
    """
    pauses = SendingPause.objects.filter(paused_at__lt=end).filter(
        Q(resumed_at=None) | Q(resumed_at__gt=begin)
    )
    parts = (min(pause.resumed_at or end, end) - max(pause.paused_at, begin) for pause in pauses)
    return sum(parts, timedelta())
