"""When a handover is tried again: after a failure, a stop, or while the operator must act."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from faxportal.faxes.delivery import backoff
from faxportal.faxes.delivery.handover_changes import HandoverChanges
from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.event_log import Event
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import Reason, VoipNowError

#: Seconds: the longest pause after a handover's first failure.
FIRST_PAUSE = 2.0
#: How long a handover waits before the portal checks again whether the operator lists the origin.
NOT_ALLOWED_PAUSE = timedelta(seconds=30)
#: An upload that was stopped is not begun again within this time, by any worker.
STOPPED_PAUSE = timedelta(seconds=1)


def pause_after(
    failures: int,
    *,
    remaining: float,
    chance: Callable[[], float],
    retry_after: float | None = None,
) -> float | None:
    """Seconds to wait before the next attempt; None if the deadline comes first.

    `failures` is the number of failures in a row. The pause is never shorter than `retry_after`,
    the seconds that the server asked for. `remaining` is the number of seconds to the deadline.
    `chance` returns numbers from 0 to 1.
    """
    seconds = backoff.doubled(FIRST_PAUSE, failures, chance=chance)
    if retry_after is not None and retry_after > 0:
        seconds = max(seconds, retry_after + FIRST_PAUSE * chance())
    return seconds if seconds < remaining else None


def after_failure(
    locked: LockedHandover, error: VoipNowError | None, reason: str
) -> HandoverChanges:
    """The changes to a handover that is tried again later: due time, reason, count of failures.

    `error` is None for a fault of the portal itself. If no time is left for another attempt, the
    handover becomes due at its fax's deadline, and is given up then.
    """
    failures_in_a_row = locked.handover.failures_in_a_row + 1
    remaining = (locked.fax.times.deadline_at - locked.now).total_seconds()
    seconds = pause_after(
        failures_in_a_row,
        remaining=remaining,
        chance=random.random,
        retry_after=error.retry_after if error else None,
    )
    pause = max(0.0, remaining if seconds is None else seconds)
    return {
        "failures_in_a_row": failures_in_a_row,
        "due_at": locked.now + timedelta(seconds=pause),
        "reason": reason,
        "server_message": error.message if error else "",
    }


def after_stop(locked: LockedHandover) -> HandoverChanges:
    """The changes to a handover whose upload was stopped before its last byte was sent."""
    return {"due_at": max(locked.handover.due_at, locked.now + STOPPED_PAUSE)}


def postpone(locked: LockedHandover, reason: Reason | OwnReason) -> None:
    """Let a handover wait for something that the operator has to restore at the portal.

    The portal makes no call, and writes one event however long the handover waits.
    """
    if locked.handover.reason != reason:
        locked.add_event(Event.POSTPONED, reason=reason)
    locked.change(**after_failure(locked, None, reason))
