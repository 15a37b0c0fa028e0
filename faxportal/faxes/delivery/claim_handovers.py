"""Claiming due handovers, so that no sender's faxes take all of a worker's upload slots."""

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
    """Claim due handovers in the order of the queue. Each takes one slot for each of its documents.

    `slots` is how many upload slots the worker has, and `held` are the leases that it has already.
    A handover that would call a server or a storage of `resting` is claimed only to probe it.

    While other faxes wait, the faxes of one sender take at most half of the slots, and the faxes of
    one VoipNow server take at most half, too. Even if no others wait, a few slots stay free. So the
    slow uploads of one person, or a server that hangs, can't stop the faxes of everybody else.

    A handover with more documents than half of the slots takes half of the slots. Claiming ends at
    the first handover that doesn't fit into the free slots. Otherwise smaller handovers could
    overtake it again and again.
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
            return  # `not held`: no slot is taken, so wider limits would find nothing more


class _Candidate(Protocol):
    """A handover that may be claimed: one row of `_Room.candidates`."""

    pk: int
    fax_id: int
    sender: int
    server: str | None
    documents: int


class _Room:
    """How many slots are free, and which senders and servers may still take slots.

    The faxes of one sender may take `of_sender` slots, and those of one server `of_server` slots.
    """

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
        """The first due handovers whose sender and server are below their limits.

        At most as many handovers are returned as there are free slots.
        """
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
        """Whether sender and server stay within their limits if they take `needed` more slots.

        A sender or server that has no slot yet may take any number of slots.
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
