"""Leases: one worker at a time has a handover, and a worker that dies loses the handover.

The database's clock decides when a lease ends. The owner of the lease measures time by a monotonic
clock, from *before* the owner acquires or renews the lease. The owner stops work when
`LEASE_LENGTH` minus `MARGIN` has passed. So the owner stops before the lease ends, whatever the two
clocks show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import F

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Handover

#: How long a worker, or a request of the sender's browser, has a handover for itself.
LEASE_LENGTH = timedelta(seconds=60)
#: How long before the end of its lease an owner stops.
MARGIN = timedelta(seconds=15)
#: A lease is renewed when this much time has passed since it was acquired or last renewed.
RENEW_AFTER = timedelta(seconds=15)


@dataclass(kw_only=True, eq=False)
class Lease:
    """The right of this process to work on a handover. Threads that make calls read `is_over`."""

    handover_id: int
    fax_id: int
    #: As long as this lease is valid, the handover's row has the same token.
    token: UUID
    #: How many of the worker's upload slots the handover takes; 0 for a browser's request.
    slots: int
    #: The fax's sender, and the VoipNow server that the sender is connected to.
    sender_id: int | None = None
    server: str = ""
    #: Second of the monotonic clock at which the owner stops.
    stops_at: float
    #: Second of the monotonic clock from which the lease is to be renewed.
    renew_at: float

    def is_over(self, clock: Clock) -> bool:
        """Whether the owner must stop."""
        return clock.monotonic() >= self.stops_at


def acquire(handover_id: int, fax_id: int, clock: Clock, *, slots: int = 0) -> Lease | None:
    """Acquire the lease of a handover, whether the handover is due or not.

    Returns None if somebody else has the lease, or if the handover is not open any more.
    """
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
    """Extend a lease to a whole `LEASE_LENGTH` from now. Returns False if the lease is lost."""
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
    """Release a lease, if it is not lost. With `due_at`, also postpone the handover."""
    Handover.objects.filter(pk=lease.handover_id, lease=lease.token).update(
        lease=None, lease_until=None, due_at=due_at or F("due_at")
    )
