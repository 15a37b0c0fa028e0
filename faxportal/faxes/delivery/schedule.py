"""How late a scheduled fax may go out."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState

#: A scheduled fax fails when it is overdue by more than this. Only a person can send it again.
TOO_LATE = timedelta(days=1)


def may_start(locked: LockedHandover) -> bool:
    """Whether a fax may go out now: False for a scheduled fax that is too late.

    This also updates the state of a scheduled fax that is due.
    """
    if locked.fax.state != FaxState.SCHEDULED:
        return True
    locked.update_fax_state()
    return not _is_too_late(locked)


def reason_at_deadline(locked: LockedHandover) -> OwnReason:
    """Why a handover ends at the deadline.

    A scheduled fax that was never tried has a reason of its own: maybe no worker was running.
    """
    is_untouched = not locked.handover.reason and not locked.handover.attempts.exists()
    if locked.fax.was_scheduled and is_untouched and _is_too_late(locked):
        return OwnReason.TOO_LATE
    return OwnReason.DEADLINE


def _is_too_late(locked: LockedHandover) -> bool:
    return locked.now > locked.fax.times.due_at + locked.fax.paused_for + TOO_LATE
