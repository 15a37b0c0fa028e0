"""After a backup was restored: nothing is sent until an admin resumes sending.

The rows are as old as the backup. A handover that is open in these rows may have been completed
after the backup was made.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.locked_handover import lock_handover
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Handover, SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


def secure_after_restore(clock: Clock) -> int:
    """Pause sending. Each handover that may have been sent since the backup becomes uncertain.

    Returns how many handovers became uncertain. A handover whose fax is not due yet can't have been
    sent and stays as it is. A second run right after the first changes nothing.
    """
    try:
        with transaction.atomic():
            SendingPause.objects.create(paused_at=clock.now())
    except IntegrityError:
        pass  # sending was paused when the backup was made
    unfinished = Handover.objects.open().filter(fax__due_at__lte=clock.now())
    made_uncertain = 0
    for handover_id, fax_id in unfinished.values_list("pk", "fax_id"):
        with lock_handover(handover_id, fax_id, clock) as locked:
            if locked.is_open:
                locked.add_event(Event.UNCERTAIN, reason=OwnReason.RESTORED)
                locked.move(HandoverState.UNCERTAIN, reason=OwnReason.RESTORED, server_message="")
                made_uncertain += 1
    return made_uncertain
