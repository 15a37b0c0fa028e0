"""Slices of a fax's recipients: planning a handover for each, and halving a refused one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, Min

from faxportal.faxes.delivery.book import Page
from faxportal.faxes.models import Fax, Handover, Recipient
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.record import Event
from faxportal.faxes.states import HandoverState


def plan_slices(
    fax: Fax, *, slices: int, due_at: datetime, page_turn_until: datetime | None = None
) -> None:
    """Queue a handover for each slice, each with its turn; until then only a page takes it up.

    Turns are fair: a person's next handover comes one turn after their last one that waits, and
    a person with none waiting starts at the turn that is being served. So 100 slices of a
    broadcast take every other turn beside somebody's single page, not the hundred before it.
    """
    waiting = Handover.objects.open()
    serving = waiting.aggregate(turn=Min("turn"))["turn"] or 0
    mine = waiting.filter(fax__sender=fax.sender_id).aggregate(turn=Max("turn"))["turn"]
    first = serving if mine is None else max(serving, mine + 1)
    Handover.objects.bulk_create(
        Handover(
            fax=fax,
            slice=number,
            due_at=due_at,
            turn=first + number - 1,
            page_turn_until=page_turn_until,
        )
        for number in range(1, slices + 1)
    )


def halve(page: Page) -> None:
    """Divide a slice whose recipients VoipNow refused as a group, without naming the wrong one.

    The halves go on by themselves until the wrong number stands alone; the others get their fax.
    """
    recipients = list(page.recipients)
    half = (len(recipients) + 1) // 2
    page.event(Event.HALVED, recipients=len(recipients))
    _divide(page, recipients[:half], recipients[half:], because=OwnReason.HALVED)


def set_apart(page: Page, recipients: Sequence[Recipient]) -> None:
    """Give some of a slice's recipients, which may not be faxed any more, a slice of their own."""
    others = [one for one in page.recipients if one not in recipients]
    page.event(Event.SET_APART, recipients=len(recipients))
    _divide(page, others, recipients, because=OwnReason.SET_APART)


def _divide(
    page: Page, first: Sequence[Recipient], second: Sequence[Recipient], *, because: OwnReason
) -> None:
    last = page.fax.recipients.aggregate(last=Max("slice"))["last"]
    last = max(last, page.fax.handovers.aggregate(last=Max("slice"))["last"])
    page.move(HandoverState.ABANDONED, reason=because)
    for number, part in ((last + 1, first), (last + 2, second)):
        Recipient.objects.filter(pk__in=[recipient.pk for recipient in part]).update(slice=number)
        Handover.objects.create(
            fax=page.fax, slice=number, due_at=page.now, turn=page.handover.turn
        )
    page.follow()
