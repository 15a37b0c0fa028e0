"""Only one worker at a time has a handover, whatever happens to the other workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from faxportal.faxes.delivery import lease as leases
from faxportal.faxes.delivery.claim_handovers import claim
from faxportal.faxes.delivery.lease import LEASE_LENGTH, Lease
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import LARGE, PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def test_two_workers_never_claim_the_same_handover(submit: Submit, clock: HandClock) -> None:
    for _number in range(10):
        submit()
    won: list[int] = []
    start = threading.Barrier(4)

    def claim_all() -> None:
        start.wait()
        won.extend(lease.handover_id for lease in claim(clock, held=(), slots=99))
        connection.close()

    threads = [threading.Thread(target=claim_all) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == len(set(won)) == 10


def test_a_dead_workers_handover_is_free_after_its_lease(submit: Submit, clock: HandClock) -> None:
    submit()
    [dead] = claim(clock, held=(), slots=8)
    assert not list(claim(clock, held=(), slots=8))
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)
    [taken_up] = claim(clock, held=(), slots=8)
    assert taken_up.handover_id == dead.handover_id
    assert not leases.renew(dead, clock)
    assert dead.is_over(clock)
    assert leases.renew(taken_up, clock)


def test_a_worker_stops_before_its_lease_ends() -> None:
    assert leases.MARGIN.total_seconds() > 0
    assert leases.RENEW_AFTER < LEASE_LENGTH - leases.MARGIN


def test_an_upload_stops_by_itself_before_its_lease_ends(
    submit: Submit, network: Network, simulator: Simulator
) -> None:
    """The process was suspended during the upload. Its own clock shows for how long."""
    own = HandClock()
    own.seconds = 1000.0
    sleeper = Worker(network, clock=own, slots=8)
    simulator.script("upload", "hold", at="middle")
    fax = submit({"offer.pdf": LARGE})
    while not Attempt.objects.filter(upload__isnull=False).exists():
        sleeper.run_once()
    simulator.wait_until_held()
    own.seconds += (LEASE_LENGTH - leases.MARGIN).total_seconds()
    simulator.release()
    simulator.wait_until_idle()

    while not fax.is_settled:
        sleeper.run_once()
        fax.refresh_from_db()
    sleeper.close()
    outcomes = Attempt.objects.filter(upload__isnull=False).order_by("id").values_list("outcome")
    assert list(outcomes) == [("not_done",), ("done",)]
    assert fax.state == FaxState.HANDED_OVER


def test_releasing_a_lease_that_another_has_changes_nothing(
    submit: Submit, clock: HandClock
) -> None:
    submit()
    [dead] = claim(clock, held=(), slots=8)
    clock.move(minutes=2)
    [taken_up] = claim(clock, held=(), slots=8)
    leases.release(dead)
    assert leases.renew(taken_up, clock)


def test_a_handover_waits_until_there_is_a_slot_for_each_of_its_documents(
    submit: Submit, clock: HandClock
) -> None:
    submit({f"{number}.txt": b"%d" % number for number in range(4)})
    submit({"small.txt": b"small"})
    others = Lease(handover_id=0, fax_id=0, token=uuid4(), slots=5, stops_at=0.0, renew_at=0.0)
    assert not list(claim(clock, held=[others], slots=8))
    [first] = claim(clock, held=(), slots=8)
    assert first.slots == 4
    assert len(list(claim(clock, held=[first], slots=8))) == 1


def test_a_worker_that_wakes_up_after_its_lease_does_not_send_the_fax_twice(
    submit: Submit,
    worker: Worker,
    network: Network,
    deliver: Deliver,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    """A worker hangs in the middle of a PUT. A second worker finishes; then the first wakes up."""
    simulator.script("upload", "hold", at="middle")
    fax = submit({"offer.pdf": PDF * 1000})
    sleeper = Worker(network, clock=clock, slots=8)
    while not Attempt.objects.filter(upload__isnull=False).exists():
        sleeper.run_once()
    simulator.wait_until_held()

    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)
    assert deliver(fax).state == FaxState.HANDED_OVER

    simulator.release()
    while Attempt.objects.filter(closed_at=None).exists():
        sleeper.run_once()
    sleeper.close()
    fax.refresh_from_db()
    assert fax.state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 1
    assert fax.handovers.count() == 1
