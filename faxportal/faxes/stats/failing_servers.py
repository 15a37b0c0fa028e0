"""The servers and storages that fail, and how many faxes wait for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from faxportal.accounts.models import Connection
from faxportal.faxes import server_messages
from faxportal.faxes.models import Circuit, Handover
from faxportal.faxes.models.handover_lists import HandoverLists


@dataclass(frozen=True, kw_only=True)
class FailingServer:
    """A VoipNow server or a storage that has failed since its last answer."""

    origin: str
    is_storage: bool
    since: datetime
    #: When it failed last.
    failed_at: datetime
    #: Why its last call failed: a code of `voipnow.errors.Reason`.
    reason: str
    #: When it is called again; None if a call may begin now.
    next_attempt_at: datetime | None
    #: How many faxes wait for it.
    faxes: int

    @property
    def sentence(self) -> str:
        """For people, e.g. "VoipNow server voip.example.com has not answered since 09:14."."""
        return server_messages.failing_sentence(
            self.origin, self.reason, self.since, is_storage=self.is_storage
        )


def failing_servers(now: datetime) -> Sequence[FailingServer]:
    """All failing servers and storages, the longest failing first; at most four queries."""
    circuits = list(Circuit.objects.failing())
    if not circuits:
        return []
    origins = [circuit.origin for circuit in circuits]
    servers = set(
        Connection.objects.filter(server__in=origins).values_list("server", flat=True).distinct()
    )
    waiting = Handover.objects.of_faxes_that_may_go(now)
    faxes = _count(waiting.for_servers(servers), "fax__sender__connection__server")
    faxes |= _count(waiting.for_storages(set(origins) - servers), "storage_origin")
    return [
        FailingServer(
            origin=circuit.origin,
            is_storage=circuit.origin not in servers,
            since=circuit.failing_since or now,
            failed_at=circuit.failed_at or now,
            reason=circuit.reason,
            next_attempt_at=_later(circuit.rests_until, now),
            faxes=faxes.get(circuit.origin, 0),
        )
        for circuit in circuits
    ]


def _count(handovers: HandoverLists, name: str) -> dict[str, int]:
    """How many faxes wait for each origin. `name` is the column that has the origin."""
    counted = handovers.order_by().values_list(name).annotate(faxes=Count("fax", distinct=True))
    return dict(counted)


def _later(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None
