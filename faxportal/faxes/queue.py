"""The queue of handovers: adding the batches of a fax, and turns that are fair between senders.

A turn is a number that orders the queue (`queue_position`). A handover gets its turn when it is
due. Turns are fair between senders: if one sender has 100 batches in the queue, and another sender
adds one batch, that batch is second and not last. A scheduled fax has no turn before it is due. So
it neither reserves a place in the queue, nor moves its sender's other faxes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import HandoverState

#: How long workers leave a new fax to the sender's browser, if the browser carries its files.
BROWSER_HEAD_START = timedelta(seconds=60)
#: The most faxes that one call of `give_turns` handles, because the worker has other work, too.
_AT_ONCE = 50


def plan_batches(
    fax: Fax, *, batches: int, due_at: datetime, browser_until: datetime | None = None
) -> None:
    """Add a handover for each batch of a fax, from batch 1 to batch `batches`.

    Each handover is due at `due_at`. If the fax is not scheduled, its handovers get their turns in
    the queue at once. If the sender's browser carries the fax, no worker claims the handovers
    before `browser_until`.
    """
    handovers = [
        Handover(fax=fax, batch=number, due_at=due_at, browser_until=browser_until)
        for number in range(1, batches + 1)
    ]
    if not fax.was_scheduled:
        _give_turns_to(fax, handovers, now=due_at)
    Handover.objects.bulk_create(handovers)


def give_turns(clock: Clock) -> None:
    """Give turns to handovers that have become due. The fax that was due first comes first.

    One call handles at most `_AT_ONCE` faxes.
    """
    now = clock.now()
    waiting = Handover.objects.waiting_for_turn(now)
    faxes = waiting.order_by("due_at", "fax_id").values_list("fax_id", flat=True)
    for fax_id in list(dict.fromkeys(faxes[:_AT_ONCE])):
        with transaction.atomic():
            fax = Fax.objects.locked(fax_id)
            handovers = list(waiting.filter(fax=fax).order_by("batch", "id"))
            _give_turns_to(fax, handovers, now=now)
            for handover in handovers:
                # Another worker may have given the handover a turn, or changed other columns of
                # its row. So only `queue_position` is written, and only if it is still empty.
                free = Handover.objects.filter(pk=handover.pk, queue_position=None)
                free.update(queue_position=handover.queue_position)


def _give_turns_to(fax: Fax, handovers: Sequence[Handover], *, now: datetime) -> None:
    """Set the turns of a fax's handovers, without saving them.

    The new turns are higher than the turn of each open, due handover of the same sender. They are
    also higher than the highest turn of the handovers that have begun (`_last_turn_taken`). That
    highest turn never falls, because a handover that has begun keeps its turn.
    """
    due = Handover.objects.open().filter(due_at__lte=now, fax__sender=fax.sender_id)
    mine = due.aggregate(last=Max("queue_position"))["last"]
    first = 1 + max(_last_turn_taken(), mine or 0)
    for number, handover in enumerate(handovers):
        handover.queue_position = first + number


def _last_turn_taken() -> int:
    """The highest turn of all handovers that have an attempt; 0 if none has one.

    There is one query for each state, because the index begins with the state.
    """
    begun = Handover.objects.exclude(queue_position=None).filter(
        Exists(Attempt.objects.filter(handover=OuterRef("pk")))
    )
    turns = begun.order_by("-queue_position").values_list("queue_position", flat=True)
    return max(turns.filter(state=state).first() or 0 for state in HandoverState)
