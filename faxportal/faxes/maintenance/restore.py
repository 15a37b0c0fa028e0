"""After a backup was restored: nothing goes out before a person has looked.

The rows are from before; what they show as unfinished may have been handed over since.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.session import open_page
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Handover, SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


def take_up_a_backup(clock: Clock) -> int:
    """Pause sending and make every handover uncertain that may have gone out since; how many.

    One that was not due before now can't have gone out: it stays as it is. May be run again.
    """
    try:
        with transaction.atomic():
            SendingPause.objects.create(paused_at=clock.now())
    except IntegrityError:
        pass  # it was paused when the backup was made
    unfinished = Handover.objects.open().filter(fax__due_at__lte=clock.now())
    made_uncertain = 0
    for handover_id, fax_id in unfinished.values_list("pk", "fax_id"):
        with open_page(handover_id, fax_id, clock) as page:
            if page.is_open:
                page.event(Event.UNCERTAIN, reason=OwnReason.RESTORED)
                page.move(HandoverState.UNCERTAIN, reason=OwnReason.RESTORED, server_message="")
                made_uncertain += 1
    return made_uncertain
