"""Renewing a handover whose targets have expired: after a pause, a new handover takes its place."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.event_log import Event
from faxportal.faxes.reasons import OwnReason

#: Seconds to wait before a batch's new create request, after its targets have expired for the first
#: time, for the second time, and so on; after that, `_LONGEST_PAUSE`. If all targets expire before
#: their uploads end, VoipNow gets at most 14 create requests for a batch in the first hour.
_PAUSES = (0, 2, 10, 30, 60, 120, 240, 480)
_LONGEST_PAUSE = 600


def renew(locked: LockedHandover) -> None:
    """Replace a handover whose targets have expired and whose fax surely isn't complete."""
    old = locked.handover
    pause = _PAUSES[old.renewals] if old.renewals < len(_PAUSES) else _LONGEST_PAUSE
    locked.add_event(Event.RENEWED, voipnow_id=old.voipnow_id, reason=old.reason)
    locked.replace(
        because=OwnReason.TARGET_RENEWED,
        failures_in_a_row=old.failures_in_a_row,
        renewals=old.renewals + 1,
        due_at=locked.now + timedelta(seconds=pause),
    )
