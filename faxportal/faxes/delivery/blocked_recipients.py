"""Recipients that an admin has blocked since the submit: the fax goes only to the others."""

from __future__ import annotations

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.delivery.split_batch import set_apart
from faxportal.faxes.models import BlockedNumber
from faxportal.faxes.reasons import OwnReason


def stop_at_blocked(locked: LockedHandover) -> bool:
    """End a handover if some of its recipients are blocked. Returns whether it was ended.

    Call this before the request that can complete the fax, while VoipNow surely lacks a file. If
    all recipients are blocked, the handover is given up. If only some are blocked, the batch is
    divided: the blocked recipients and the others each get a new handover.
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
