"""The queue of handovers: adding a fax's batches, fairly between people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Min

from faxportal.faxes.models import Fax, Handover

#: How long workers leave a new fax to the sender's browser, where the browser carries it.
BROWSER_HEAD_START = timedelta(seconds=60)


def plan_batches(
    fax: Fax, *, batches: int, due_at: datetime, browser_until: datetime | None = None
) -> None:
    """Add a handover for each of a fax's batches, numbered from 1, due at `due_at`.

    No worker claims them before `browser_until`, for a fax that the sender's browser carries.
    Positions are fair: a person's next handover comes one position after the last of theirs that
    waits. The first handover of a person who has none waiting gets the lowest position in the
    queue. So beside a broadcast of 100 batches, somebody else's one batch is second, not last.
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
