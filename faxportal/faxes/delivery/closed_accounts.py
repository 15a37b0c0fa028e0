"""Suspending faxes whose sender's account is closed, and resuming them when it is open again.

The time of the suspension is added to the deadline of a resumed fax.

Accounts are closed and opened in several places, so the workers check the rows regularly. Each fax
has a transaction of its own, which locks the fax, changes `Fax.suspended_at` and adds the event. If
a worker dies between two faxes, the next check by any worker handles the remaining faxes.
"""

from __future__ import annotations

from django.db import transaction

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.suspension import resume, suspend
from faxportal.faxes.models import Fax, Handover
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
        suspend(fax, because=OwnReason.SENDER_INACTIVE, at=clock.now())


def _resume(fax_id: int, clock: Clock) -> None:
    """Resume a fax, unless it has changed since it was found."""
    with transaction.atomic():
        fax = Fax.objects.locked(fax_id)
        if fax.suspended_because == OwnReason.SENDER_INACTIVE and fax.sender.is_active:
            resume(fax, at=clock.now())
