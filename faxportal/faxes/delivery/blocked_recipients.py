"""Recipients that an admin has blocked since the submit: the fax goes to the others only."""

from __future__ import annotations

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.delivery.split_batch import set_apart
from faxportal.faxes.models import BlockedNumber
from faxportal.faxes.reasons import OwnReason


def stop_at_blocked(locked: LockedHandover) -> bool:
    """Whether some recipients of a handover are blocked. Then the handover has ended.

    Call this before the call that can complete the fax, while VoipNow surely lacks a file. Blocked
    recipients are set apart: the others get a new handover. Where all are blocked, the handover is
    given up.
    """
    recipients = list(locked.recipients)
    phones = BlockedNumber.objects.blocking([recipient.canonical for recipient in recipients])
    blocked = [recipient for recipient in recipients if recipient.canonical in phones]
    if not blocked:
        return False
    if len(blocked) == len(recipients):
        locked.give_up(OwnReason.BLOCKED)
    else:
        set_apart(locked, blocked)
    return True
