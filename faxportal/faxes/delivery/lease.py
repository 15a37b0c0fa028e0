"""Leases: one worker at a time has a handover, and a dead one has it no longer.

A lease ends by the database's clock. Its holder stops `MARGIN` before, by its own monotonic
clock, read *before* the lease was asked for: whatever the two clocks say, it stops first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import Count, F

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Handover
from faxportal.faxes.queue import LEASE_LENGTH

MARGIN = timedelta(seconds=15)
RENEW_AFTER = timedelta(seconds=15)


@dataclass(kw_only=True, eq=False)
class Lease:
    """A handover that this process holds. Threads that work for it read `is_over`."""

    handover_id: int
    fax_id: int
    token: UUID
    #: Upload slots that the handover needs: one for each document.
    slots: int
    #: Monotonic second at which the holder stops.
    stops_at: float
    renew_at: float

    def is_over(self, clock: Clock) -> bool:
        return clock.monotonic() >= self.stops_at


def claim(clock: Clock, *, free_slots: int, slots: int) -> Iterator[Lease]:
    """Claim due handovers in their turn, while there is an upload slot for each document.

    `slots` is how many there are at all: a handover that needs more gets them all. A handover
    that doesn't fit now ends the row, so that a large one is not overtaken for ever.
    """
    candidates = (
        Handover.objects.due(clock.at_database())
        .annotate(documents=Count("fax__documents"))
        .values_list("id", "fax_id", "documents")[:free_slots]
    )
    for handover_id, fax_id, documents in list(candidates):
        needed = min(documents, slots)
        if needed > free_slots:
            return
        if lease := acquire(handover_id, fax_id, clock, slots=needed):
            free_slots -= needed
            yield lease


def acquire(handover_id: int, fax_id: int, clock: Clock, *, slots: int = 0) -> Lease | None:
    """Take a handover, due or not; None where somebody else has it, or it is over."""
    before = clock.monotonic()
    token = uuid4()
    now = clock.at_database()
    claimed = (
        Handover.objects.unleased(now)
        .filter(pk=handover_id)
        .update(lease=token, lease_until=now + LEASE_LENGTH)
    )
    if not claimed:
        return None
    return Lease(
        handover_id=handover_id,
        fax_id=fax_id,
        token=token,
        slots=slots,
        stops_at=before + (LEASE_LENGTH - MARGIN).total_seconds(),
        renew_at=before + RENEW_AFTER.total_seconds(),
    )


def renew(lease: Lease, clock: Clock) -> bool:
    """Hold a handover for another while; False when it is not ours any more."""
    before = clock.monotonic()
    now = clock.at_database()
    renewed = Handover.objects.filter(
        pk=lease.handover_id, lease=lease.token, lease_until__gt=now
    ).update(lease_until=now + LEASE_LENGTH)
    if renewed:
        lease.stops_at = before + (LEASE_LENGTH - MARGIN).total_seconds()
        lease.renew_at = before + RENEW_AFTER.total_seconds()
    else:
        lease.stops_at = before
    return bool(renewed)


def release(lease: Lease, *, due_at: datetime | None = None) -> None:
    """Let go of a handover; it is due again at its own time, or at `due_at`."""
    Handover.objects.filter(pk=lease.handover_id, lease=lease.token).update(
        lease=None, lease_until=None, due_at=due_at or F("due_at")
    )
