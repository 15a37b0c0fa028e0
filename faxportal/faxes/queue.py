"""The queue of handovers: adding the batches of a fax, fairly between senders."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Min

from faxportal.faxes.models import Fax, Handover

#: How long workers leave a new fax to the sender's browser, where the browser carries it.
BROWSER_HEAD_START = timedelta(seconds=60)


def plan_batches(
    fax: Fax, *, batches: int, due_at: datetime, browser_until: datetime | None = None
) -> None:
    """Add a handover, due at `due_at`, for each batch of a fax: batch 1 to batch `batches`.

    Where the sender's browser carries the fax, no worker claims the handovers before
    `browser_until`.

    Queue positions are fair between senders. A sender's new handovers come after the last open
    handover of the same sender. A sender without an open handover begins at the lowest position in
    the queue. So if one sender has 100 batches in the queue and another sender adds one batch, that
    batch is second and not last.
    """
    waiting = Handover.objects.open()
    lowest = waiting.aggregate(last=Min("queue_position"))["last"] or 0
    mine = waiting.filter(fax__sender=fax.sender_id).aggregate(last=Max("queue_position"))["last"]
    first = lowest if mine is None else max(lowest, mine + 1)
    Handover.objects.bulk_create(
        Handover(
            fax=fax,
            batch=number,
            due_at=due_at,
            queue_position=first + number - 1,
            browser_until=browser_until,
        )
        for number in range(1, batches + 1)
    )
