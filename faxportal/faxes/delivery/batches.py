"""Dividing a batch of a fax's recipients that VoipNow refused, or that may not go out whole."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from faxportal.faxes.delivery.session import Page
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Handover, Recipient
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


def halve(page: Page) -> None:
    """Divide a batch whose recipients VoipNow refused as a group, without naming the wrong one.

    The halves go on by themselves until the wrong number stands alone; the others get their fax.
    """
    recipients = list(page.recipients)
    half = (len(recipients) + 1) // 2
    page.event(Event.HALVED, recipients=len(recipients))
    _divide(page, recipients[:half], recipients[half:], because=OwnReason.HALVED)


def set_apart(page: Page, recipients: Sequence[Recipient]) -> None:
    """Give some of a batch's recipients, which may not be faxed any more, a batch of their own."""
    others = [one for one in page.recipients if one not in recipients]
    page.event(Event.SET_APART, recipients=len(recipients))
    _divide(page, others, recipients, because=OwnReason.SET_APART)


def _divide(
    page: Page, first: Sequence[Recipient], second: Sequence[Recipient], *, because: OwnReason
) -> None:
    last = page.fax.recipients.aggregate(last=Max("batch"))["last"]
    last = max(last, page.fax.handovers.aggregate(last=Max("batch"))["last"])
    page.move(HandoverState.ABANDONED, reason=because)
    for number, part in ((last + 1, first), (last + 2, second)):
        Recipient.objects.filter(pk__in=[recipient.pk for recipient in part]).update(batch=number)
        Handover.objects.create(
            fax=page.fax, batch=number, due_at=page.now, queue_position=page.handover.queue_position
        )
    page.follow()
