"""How late a scheduled fax may go out."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.delivery.locked_handover import LockedHandover
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
    return locked.now <= locked.fax.times.due_at + locked.fax.paused_for + TOO_LATE
