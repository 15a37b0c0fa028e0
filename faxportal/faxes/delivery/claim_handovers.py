"""Claiming due handovers, so that nobody's faxes take all of a worker's upload slots."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from django.db.models import Count, F

from faxportal.faxes import queue
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.circuits import NOTHING_RESTS, Resting
from faxportal.faxes.delivery.lease import Lease, acquire
from faxportal.faxes.models import Handover
from faxportal.faxes.models.handover import HandoverQuerySet


def claim(
    clock: Clock, *, held: Collection[Lease], slots: int, resting: Resting = NOTHING_RESTS
) -> Iterator[Lease]:
    """Claim due handovers in the order of the queue, each with a slot for each of its documents.

    `slots` is how many upload slots the worker has, and `held` are the leases that it has already.
    Nothing is claimed that would call a server or a storage of `resting`, except to probe it.

    While others wait, the faxes of one sender take at most half of the slots, and so do the faxes
    of one VoipNow server. Even if nobody waits, a few slots stay free. So neither one person's slow
    uploads nor a server that hangs stop everybody else.

    A handover with more documents than half of the slots takes half of the slots. Claiming ends at
    the first handover that doesn't fit. Otherwise smaller handovers could overtake it for ever.
    """
    queue.give_turns(clock)
    now = clock.at_database()
    due = Handover.objects.due(now).not_resting(
        resting.origins, resting.probes, now, without_storage=resting.without_storage
    )
    half, few = max(1, slots // 2), slots // 8
    for of_sender, of_server in ((half, half), (half, slots - few), (slots - 2 * few, slots - few)):
        room = _Room(held, slots, of_sender=of_sender, of_server=of_server)
        if room.free <= 0:
            return
        claimed = list(_claim(room.candidates(due), room, clock, half))
        yield from claimed
        if claimed or not held:
            return  # nobody has a slot, so wider limits find no more


class _Candidate(Protocol):
    """A handover that may be claimed: one row of `_Room.candidates`."""

    pk: int
    fax_id: int
    sender: int
    server: str | None
    documents: int


class _Room:
    """How many slots are free, for whom. `of_sender` and `of_server` are the limits of each."""

    def __init__(
        self, held: Collection[Lease], slots: int, *, of_sender: int, of_server: int
    ) -> None:
        self.free = slots - sum(lease.slots for lease in held)
        self._of_sender = of_sender
        self._of_server = of_server
        self._senders: dict[int | None, int] = {}
        self._servers: dict[str, int] = {}
        for lease in held:
            self._count(lease)

    def _count(self, lease: Lease) -> None:
        self._senders[lease.sender_id] = self._senders.get(lease.sender_id, 0) + lease.slots
        self._servers[lease.server] = self._servers.get(lease.server, 0) + lease.slots

    def candidates(self, due: HandoverQuerySet) -> Collection[_Candidate]:
        """The first due handovers whose sender and server have room; no more than free slots."""
        senders = [one for one, taken in self._senders.items() if taken >= self._of_sender]
        servers = [one for one, taken in self._servers.items() if taken >= self._of_server]
        rows = due.exclude(fax__sender__in=senders) if senders else due
        if servers:
            rows = rows.exclude(fax__sender__connection__server__in=servers)
        found: Collection[_Candidate] = rows.annotate(
            documents=Count("fax__documents"),
            sender=F("fax__sender"),
            server=F("fax__sender__connection__server"),
        ).values_list("pk", "fax_id", "sender", "server", "documents", named=True)[: self.free]
        return found

    def has(self, candidate: _Candidate, needed: int) -> bool:
        """Whether so many more slots keep sender and server within their limits.

        The first handover of a sender or server has room, however large it is.
        """
        sender = self._senders.get(candidate.sender, 0)
        server = self._servers.get(candidate.server or "", 0)
        return (not sender or sender + needed <= self._of_sender) and (
            not server or server + needed <= self._of_server
        )

    def take(self, lease: Lease) -> None:
        """Count the slots of a lease that was acquired."""
        self.free -= lease.slots
        self._count(lease)


def _claim(
    candidates: Collection[_Candidate], room: _Room, clock: Clock, half: int
) -> Iterator[Lease]:
    for one in candidates:
        needed = min(one.documents, half)
        if needed > room.free:
            return
        if not room.has(one, needed):
            continue
        if lease := acquire(one.pk, one.fax_id, clock, slots=needed):
            lease.sender_id, lease.server = one.sender, one.server or ""
            room.take(lease)
            yield lease
