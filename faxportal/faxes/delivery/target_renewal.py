"""Renewing a handover whose targets have expired: after a pause, a new handover takes its place."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.event_log import Event
from faxportal.faxes.reasons import OwnReason

#: The length of the pause for each earlier failure in a row; at most `_MOST_PAUSES` failures count.
#: The pause is for a storage whose clock is wrong. There, a new target may have expired already
#: when VoipNow gives it out.
_PAUSE = timedelta(seconds=2)
_MOST_PAUSES = 30


def renew(locked: LockedHandover) -> None:
    """Replace a handover whose targets have expired and whose fax surely isn't complete."""
    old = locked.handover
    failures_in_a_row = old.failures_in_a_row + 1
    locked.add_event(Event.RENEWED, voipnow_id=old.voipnow_id, reason=old.reason)
    locked.replace(
        because=OwnReason.TARGET_RENEWED,
        failures_in_a_row=failures_in_a_row,
        due_at=locked.now + _PAUSE * min(failures_in_a_row - 1, _MOST_PAUSES),
    )
