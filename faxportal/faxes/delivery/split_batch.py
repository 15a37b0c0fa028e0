"""Dividing a batch that can't go out as a whole into two, each with a handover of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Handover, Recipient
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


def halve(locked: LockedHandover) -> None:
    """Divide a batch that VoipNow refused without naming the recipient that is wrong.

    Each half is handed over by itself, and halved again if VoipNow refuses that half. In the end
    the wrong number is the only recipient of a batch, and all others are handed over.
    """
    recipients = list(locked.recipients)
    half = (len(recipients) + 1) // 2
    locked.add_event(Event.HALVED, recipients=len(recipients))
    _divide(locked, recipients[:half], recipients[half:], because=OwnReason.HALVED)


def set_apart(locked: LockedHandover, recipients: Sequence[Recipient]) -> None:
    """Move `recipients`, which may not be faxed any more, to a batch of their own."""
    others = [recipient for recipient in locked.recipients if recipient not in recipients]
    locked.add_event(Event.SET_APART, recipients=len(recipients))
    _divide(locked, others, recipients, because=OwnReason.SET_APART)


def _divide(
    locked: LockedHandover,
    first: Sequence[Recipient],
    second: Sequence[Recipient],
    *,
    because: OwnReason,
) -> None:
    """Abandon the handover, and add a handover for each part: due now, with a new batch number."""
    last = locked.fax.recipients.aggregate(last=Max("batch"))["last"]
    last = max(last, locked.fax.handovers.aggregate(last=Max("batch"))["last"])
    locked.move(HandoverState.ABANDONED, reason=because)
    for number, part in ((last + 1, first), (last + 2, second)):
        Recipient.objects.filter(pk__in=[recipient.pk for recipient in part]).update(batch=number)
        Handover.objects.create(
            fax=locked.fax,
            batch=number,
            due_at=locked.now,
            queue_position=locked.handover.queue_position,
            earlier_in_doubt=locked.handover.earlier_in_doubt,
        )
    locked.update_fax_state()
