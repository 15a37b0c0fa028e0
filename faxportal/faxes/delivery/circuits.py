"""Circuits: which servers and storages rest, as rows that all workers share.

After a failure, a server or a storage *rests*: for a moment no call to it begins, and no attempt is
written. Each further failure in a row makes the rest longer. After the rest, only the handover that
failed calls again: it *probes* whether the server is back. So a server that is away gets one call
at a time, even if a thousand faxes wait for it. And a long fault of a storage leaves few faxes in
doubt, because most uploads were not begun.

While a storage rests, the portal creates no fax resources whose files would go to that storage:
their upload targets would expire unused. To know the storage in advance, the portal writes into a
server's row which storage the server's last fax resource had.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from faxportal.faxes.delivery import backoff
from faxportal.faxes.models import Circuit, Handover
from faxportal.faxes.states import HandoverState
from faxportal.voipnow.errors import FAULTS_OF_A_SERVER, VoipNowError

#: Seconds: the longest rest after the first failure.
_FIRST_REST = 0.5
#: After each series of this many failures, any handover may probe, not only the one that failed.
_PROBES_OF_ONE = 5
#: After the rest, all other handovers wait this long for the handover that is to probe.
_HEAD_START = timedelta(seconds=30)
#: How long all other handovers wait for the end of a probe. A create request takes less time,
#: unless earlier create requests timed out.
_PROBE_LENGTH = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class FailedCall:
    """A failed call to a server or to a storage."""

    #: The server's base URL as the connection has it, or the storage's origin.
    origin: str
    handover_id: int
    began_at: datetime
    #: The handover failed at this server so often that its own fax may be the reason.
    says_no_more: bool = False


class AfterCreate(Enum):
    """Who uploads the files to storage after a create request."""

    PORTAL_UPLOADS = auto()
    BROWSER_UPLOADS = auto()
    #: Nobody: the create request carries the files.
    NOTHING = auto()


@dataclass(frozen=True)
class Resting:
    """Which servers and storages rest at one moment, and which handovers probe them."""

    #: The servers and storage origins to which no call may begin.
    origins: frozenset[str] = frozenset()
    #: The servers whose fax resources would get targets at a storage that rests.
    without_storage: frozenset[str] = frozenset()
    #: The ids of the handovers that may call a resting server or storage, to probe it.
    probes: frozenset[int] = frozenset()


NOTHING_RESTS = Resting()


def resting(now: datetime) -> Resting:
    """The servers and storages that rest now, and the handovers that probe them."""
    circuits = {circuit.origin: circuit for circuit in Circuit.objects.open(now)}
    if not circuits:
        return NOTHING_RESTS
    servers = Circuit.objects.filter(storage_origin__in=circuits)
    return Resting(
        origins=frozenset(circuits),
        without_storage=frozenset(server.origin for server in servers),
        probes=frozenset(_probes(circuits)),
    )


def _probes(circuits: Mapping[str, Circuit]) -> Iterator[int]:
    """The ids of the handovers that may probe now.

    A handover may call a server and its storage. If both rest, it may probe only if it is the
    handover that is to probe both.
    """
    ids = [circuit.probed_by for circuit in circuits.values() if circuit.probed_by]
    handovers = Handover.objects.filter(pk__in=ids).values_list(
        "pk", "state", "storage_origin", "fax__sender__connection__server"
    )
    for pk, state, storage_origin, server in handovers:
        is_uploading = state == HandoverState.UPLOADING
        called = [storage_origin] if is_uploading else [server, storage_of(server or "")]
        rests = [circuits[origin] for origin in called if origin in circuits]
        if all(circuit.probed_by == pk for circuit in rests):
            yield pk


def may_call(origin: str, handover_id: int, now: datetime) -> bool:
    """Whether a handover's call to a server or to a storage may begin now.

    After a rest only one handover may call. If this function returns True, it has chosen this
    handover, and the caller must make the call.
    """
    circuit = _failing(origin)
    return _is_free(circuit, handover_id, now) and _claim(circuit, handover_id, now)


def may_create(server: str, handover_id: int, now: datetime, *, then: AfterCreate) -> bool:
    """Whether a handover's create request may begin now.

    While the server or its storage rests, only the handover that probes it may begin. The storage
    doesn't count if the request itself carries the files. `then` says who uploads the files
    afterwards. If the portal uploads them, and the storage has rested, this handover probes the
    storage, too.
    """
    own = _failing(server)
    storage = None if then == AfterCreate.NOTHING else _failing(storage_of(server))
    if not (_is_free(own, handover_id, now) and _is_free(storage, handover_id, now)):
        return False
    if then == AfterCreate.PORTAL_UPLOADS and not _claim(storage, handover_id, now):
        return False
    return _claim(own, handover_id, now)


def _failing(origin: str) -> Circuit | None:
    """The circuit of a server or storage, if it has failed since its last answer."""
    return Circuit.objects.filter(origin=origin, failures__gt=0).first()


def _is_free(circuit: Circuit | None, handover_id: int, now: datetime) -> bool:
    return circuit is None or not circuit.is_open(now) or circuit.probed_by == handover_id


def _claim(circuit: Circuit | None, handover_id: int, now: datetime) -> bool:
    """Make all other handovers wait for this handover's call.

    Returns False if another handover was faster.
    """
    if circuit is None:
        return True
    unclaimed = Circuit.objects.filter(pk=circuit.pk, rests_until=circuit.rests_until)
    return bool(unclaimed.update(rests_until=now + _PROBE_LENGTH, probed_by=handover_id))


def storage_of(server: str) -> str:
    """The storage origin of the last fax resource that a server created; "" if there is none."""
    circuit = Circuit.objects.filter(origin=server).first()
    return circuit.storage_origin if circuit else ""


def remember_storage(server: str, storage_origin: str) -> None:
    """Write which storage the upload targets of a server's fax resources lead to."""
    if storage_of(server) != storage_origin:
        Circuit.objects.update_or_create(origin=server, defaults={"storage_origin": storage_origin})


def record_answer(origin: str) -> None:
    """Write that a server or storage answered. This ends its rest."""
    Circuit.objects.filter(origin=origin, failures__gt=0).update(
        failures=0,
        failing_since=None,
        failed_at=None,
        rests_until=None,
        probed_by=None,
        reason="",
    )


def _let_others_probe(call: FailedCall, error: VoipNowError, now: datetime) -> None:
    """Let other handovers probe, because this handover's own fax may be why its calls fail."""
    claimed = Circuit.objects.filter(origin=call.origin, probed_by=call.handover_id).first()
    if claimed is not None:
        Circuit.objects.filter(pk=claimed.pk, probed_by=call.handover_id).update(
            rests_until=now + _rest(claimed.failures, error), probed_by=None
        )


def _rest(failures: int, error: VoipNowError) -> timedelta:
    """How long nobody calls a server after so many failures in a row; at least what it asks for."""
    seconds = backoff.doubled(_FIRST_REST, failures, chance=random.random)
    return timedelta(seconds=max(seconds, error.retry_after or 0.0))


def record_failure(call: FailedCall, error: VoipNowError, now: datetime) -> datetime | None:
    """Write how a call to a server failed. If the failure is the server's, the server rests.

    Calls that were under way at the same time count as one failure. If the server answered, and the
    failure is not the server's, the answer shows that the server works. Returns when the call's
    handover is to probe the server; None if this handover is not to probe it.
    """
    if error.reason not in FAULTS_OF_A_SERVER:
        if error.status is not None:
            record_answer(call.origin)
        return None
    if call.says_no_more:
        _let_others_probe(call, error, now)
        return None
    Circuit.objects.get_or_create(origin=call.origin)
    circuit = Circuit.objects.select_for_update().get(origin=call.origin)
    is_new = circuit.failed_at is None or call.began_at >= circuit.failed_at
    circuit.failures += is_new
    probe_at = now + _rest(circuit.failures, error)
    if is_new or circuit.rests_until is None or circuit.rests_until < probe_at:
        # Now and then any handover may probe: the fax that failed may be the reason.
        probes = circuit.failures % _PROBES_OF_ONE != 0
        circuit.probed_by = call.handover_id if probes else None
        circuit.rests_until = probe_at + _HEAD_START if probes else probe_at
    circuit.failing_since = circuit.failing_since or now
    circuit.failed_at = now
    circuit.reason = error.reason
    changed = ["failures", "probed_by", "rests_until", "failing_since", "failed_at", "reason"]
    circuit.save(update_fields=changed)
    return probe_at if circuit.probed_by == call.handover_id else None
