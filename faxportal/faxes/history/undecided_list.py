"""Lists of what one person has to decide about: uncertain batches, and scheduled faxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes.history.shown_state import shown_batch
from faxportal.faxes.models import Fax, Handover, Recipient
from faxportal.faxes.reason_messages import what_happened
from faxportal.faxes.states import HandoverState

#: How many batches one page lists. Batches that are decided make room for the next ones.
MAX_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class UndecidedBatch:
    """An uncertain batch, for a person who may decide about it."""

    handover: Handover
    recipients: Sequence[Recipient]
    #: What made it uncertain, as a sentence.
    why: str
    #: See `shown_batch`.
    shown: str


@dataclass(frozen=True, kw_only=True)
class UndecidedList:
    """The batches that need a decision, the oldest fax first."""

    batches: Sequence[UndecidedBatch]
    #: How many more batches there are.
    more: int
    #: Faxes that were scheduled before the portal was restored, the next one first; at most
    #: `MAX_LISTED`.
    scheduled: Sequence[Fax]


def undecided_list(by: User) -> UndecidedList:
    """What a person has to decide about their own faxes; for an admin, about everyone's faxes."""
    scheduled = Fax.objects.scheduled_before_restore()
    handovers = Handover.objects.filter(state=HandoverState.UNCERTAIN)
    if not by.has_perm(Permission.MANAGE_SENDING):
        handovers = handovers.filter(fax__sender=by)
        scheduled = scheduled.filter(sender=by)
    listed = list(
        handovers.select_related("fax__sender").order_by("fax__list_key", "batch")[:MAX_LISTED]
    )
    recipients: dict[tuple[int, int], list[Recipient]] = defaultdict(list)
    for one in Recipient.objects.filter(fax__in={handover.fax_id for handover in listed}).order_by(
        "position"
    ):
        recipients[one.fax_id, one.batch].append(one)
    return UndecidedList(
        batches=[
            UndecidedBatch(
                handover=handover,
                recipients=recipients[handover.fax_id, handover.batch],
                why=what_happened(handover.reason),
                shown=shown_batch(handover),
            )
            for handover in listed
        ],
        more=handovers.count() - len(listed),
        scheduled=list(scheduled.with_parts()[:MAX_LISTED]),
    )
