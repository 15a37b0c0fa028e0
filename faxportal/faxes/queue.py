"""The queue of handovers: a fax's rows are its place in it, and every person gets their turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Min

from faxportal.faxes.models import Fax, Handover

#: How long a worker, or the page of a fax's sender, has a handover for itself.
LEASE_LENGTH = timedelta(seconds=60)


def plan_batches(
    fax: Fax, *, batches: int, due_at: datetime, browser_until: datetime | None = None
) -> None:
    """Queue a handover for each batch, each with its turn; until then only a page takes it up.

    Turns are fair: a person's next handover comes one turn after their last one that waits, and
    a person with none waiting starts at the turn that is being served. So 100 batches of a
    broadcast take every other turn beside somebody's single page, not the hundred before it.
    """
    waiting = Handover.objects.open()
    serving = waiting.aggregate(last=Min("queue_position"))["last"] or 0
    mine = waiting.filter(fax__sender=fax.sender_id).aggregate(last=Max("queue_position"))["last"]
    first = serving if mine is None else max(serving, mine + 1)
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
