"""When a handover is tried again: after a failure, a stop, or while the operator must act."""

from __future__ import annotations

import random
from datetime import timedelta

from faxportal.faxes.delivery.handover_changes import HandoverChanges
from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.event_log import Event
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow import backoff
from faxportal.voipnow.errors import Reason, VoipNowError

#: How long a handover waits before the portal checks again whether the operator lists the origin.
NOT_ALLOWED_PAUSE = timedelta(seconds=30)
#: An upload that was stopped is not begun again within this time, by any worker.
STOPPED_PAUSE = timedelta(seconds=1)


def after_failure(
    locked: LockedHandover, error: VoipNowError | None, reason: str
) -> HandoverChanges:
    """The changes to a handover that is tried again later: due time, reason, count of failures.

    `error` is None for a fault of the portal itself. If no time is left for another attempt, the
    handover becomes due at its fax's deadline, and is given up then.
    """
    failures_in_a_row = locked.handover.failures_in_a_row + 1
    remaining = (locked.fax.times.deadline_at - locked.now).total_seconds()
    seconds = backoff.pause(
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
