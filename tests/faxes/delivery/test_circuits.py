"""A server or storage that fails gets a rest: for a time, no worker calls it for any fax."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from faxportal.accounts.models import Connection, HandOverBy
from faxportal.faxes.delivery.browser.status import NextAction
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Circuit, Fax
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import Direct, HandClock, OpenBrowser, Submit
from tests.support.waiting import next_moment

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]
Settle = Callable[[Fax], Fax]
CREATES = Attempt.objects.filter(upload=None)
PUTS = Attempt.objects.filter(upload__isnull=False)


def test_retry_after_holds_for_every_fax_of_the_server(
    submit: Submit, settle_down: Settle, simulator: Simulator, clock: HandClock, network: Network
) -> None:
    """The server's other faxes wait, too, and so does a second worker."""
    simulator.script("create", "answer", status=429, headers={"Retry-After": "120"})
    settle_down(submit())
    others = [submit() for _number in range(20)]
    events = others[0].events.count()
    second = Worker(network, clock=clock, slots=8)
    clock.move(seconds=60)
    settle_down(others[0])
    second.run_once()
    second.close()

    assert CREATES.count() == 1
    assert others[0].events.count() == events, "a call that was never made is no event"
    clock.move(seconds=61)
    while CREATES.count() == 1:
        settle_down(others[0])


def test_a_server_that_is_away_gets_one_call_at_a_time(
    submit: Submit, worker: Worker, settle_down: Settle, simulator: Simulator, clock: HandClock
) -> None:
    """Calls that were under way fail first. Then one call probes the server after each rest."""
    simulator.script("create", "answer", status=503, times=None)
    faxes = [submit() for _number in range(30)]
    settle_down(faxes[0])
    at_first = CREATES.count()
    assert at_first <= 8, "the worker's slots"
    for rest in range(1, 6):
        moment = next_moment()
        assert moment is not None
        clock.move_to(moment)
        while CREATES.count() < at_first + rest:
            worker.run_once()
        settle_down(faxes[0])
        assert CREATES.count() == at_first + rest
    row = Circuit.objects.get(failures__gt=0)
    assert row.reason == "server_error"
    assert row.failing_since is not None


def test_a_server_that_answers_again_gets_every_fax(
    submit: Submit, deliver: Deliver, settle_down: Settle, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=503, times=4)
    faxes = [submit(to=f"77788{number:02}") for number in range(12)]
    for fax in faxes:
        assert deliver(fax).state == FaxState.HANDED_OVER
    assert not Circuit.objects.failing().exists()
    assert simulator.report().duplicates == ()


def test_one_fax_that_fails_again_and_again_does_not_stop_the_others(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    wait = {"Retry-After": "60"}
    simulator.script("create", "answer", status=429, headers=wait, recipient="7778888", times=None)
    poisoned = submit(to="7778888")
    other = submit(to="7778899")
    assert deliver(other).state == FaxState.HANDED_OVER
    poisoned.refresh_from_db()
    assert not poisoned.is_settled
    assert poisoned.handovers.get().failures_in_a_row <= 4


def test_a_fax_whose_calls_fail_again_and_again_holds_up_nobody_while_it_waits(
    submit: Submit, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    """The failures of this fax prove nothing about the server. So another fax may probe it."""
    simulator.script("create", "answer", status=503, times=None)
    handover = submit().handovers.get()
    while handover.failures_in_a_row < 5:
        clock.move_to(next_moment() or clock.now())
        worker.run_once()
        handover.refresh_from_db()
    circuit = Circuit.objects.get(failures__gt=0)
    assert circuit.probed_by is None
    assert circuit.rests_until
    assert circuit.rests_until <= clock.now() + timedelta(seconds=4)


def test_a_fax_whose_calls_fail_again_and_again_still_passes_on_how_long_the_server_asks_to_wait(
    submit: Submit, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=503, times=4)
    wait = {"Retry-After": "600"}
    simulator.script("create", "answer", status=503, headers=wait, times=None)
    handover = submit().handovers.get()
    while handover.failures_in_a_row < 5:
        clock.move_to(next_moment() or clock.now())
        worker.run_once()
        handover.refresh_from_db()
    circuit = Circuit.objects.get(failures__gt=0)
    assert circuit.rests_until
    assert circuit.rests_until >= clock.now() + timedelta(seconds=590)


def test_a_storage_that_is_away_leaves_no_fax_in_doubt_that_was_not_begun(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    """Storage takes every file, and answers 500, for longer than a target lives."""
    simulator.script("upload", "answer", status=500, at="received", times=30)
    faxes = [submit(to=f"77788{number:02}") for number in range(40)]
    states = [deliver(fax).state for fax in faxes]
    in_doubt = states.count(FaxState.UNCERTAIN)
    assert states.count(FaxState.HANDED_OVER) == 40 - in_doubt
    assert in_doubt <= 12, "at most those that were under way, and a few probes"
    assert simulator.report().duplicates == ()


def test_no_create_begins_while_the_storage_rests(
    submit: Submit, settle_down: Settle, simulator: Simulator
) -> None:
    simulator.script("upload", "answer", status=503, code="SlowDown", headers={"Retry-After": "90"})
    settle_down(submit())
    creates = CREATES.count()
    fax = settle_down(submit())
    assert CREATES.count() == creates
    assert fax.handovers.get().state == HandoverState.PLANNED


def test_a_deadline_counts_while_the_server_rests(
    submit: Submit, settle_down: Settle, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=429, headers={"Retry-After": "3600"}, times=None)
    settle_down(submit())
    fax = submit()
    assert fax.deadline_at
    Circuit.objects.update(rests_until=fax.deadline_at + timedelta(hours=1))
    clock.move_to(fax.deadline_at + timedelta(seconds=1))
    while not fax.is_settled:
        settle_down(fax)
    assert fax.state == FaxState.FAILED
    assert CREATES.count() == 1


def test_a_probe_whose_worker_died_is_repeated(
    submit: Submit, settle_down: Settle, deliver: Deliver, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=503)
    fax = settle_down(submit())
    Circuit.objects.filter(failures__gt=0).update(
        rests_until=clock.now() + timedelta(minutes=2), probed_by=12345
    )
    assert deliver(fax).state == FaxState.HANDED_OVER


def _storage_failed(simulator: Simulator, clock: HandClock, *, rests: timedelta) -> None:
    """Write that the storage has failed once just now, and rests for this time."""
    now = clock.now()
    Circuit.objects.update_or_create(
        origin=simulator.storage_url,
        defaults={
            "failures": 1,
            "failing_since": now,
            "failed_at": now,
            "rests_until": now + rests,
        },
    )


def test_a_file_that_storage_never_takes_leaves_room_for_others(
    submit: Submit, deliver: Deliver, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    """The file's handover probes the storage again and again, also with renewed targets."""
    simulator.script("upload", "answer", status=500, file="bad.txt", times=None)
    submit({"bad.txt": b"a longer text", "note.txt": b"a note"}, to="7778801")
    other = submit({"good.txt": b"another text"}, to="7778802")
    assert deliver(other).state == FaxState.HANDED_OVER
    assert other.settled_at
    assert other.settled_at - other.times.submitted_at < timedelta(minutes=2)


def test_files_in_browsers_do_not_wait_for_each_other_after_a_storage_failed(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator, clock: HandClock
) -> None:
    faxes = [direct(to=f"77788{number:02}") for number in range(3)]
    open_browser(faxes[0]).request_targets()  # now the server's row names its storage
    _storage_failed(simulator, clock, rests=timedelta(seconds=1))
    clock.move(seconds=2)
    for fax in faxes:
        assert open_browser(fax).request_targets().action == NextAction.GO


def test_what_a_browser_stores_ends_the_rest_of_the_storage(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator, clock: HandClock
) -> None:
    browser = open_browser(direct())
    browser.request_targets()
    _storage_failed(simulator, clock, rests=timedelta(seconds=1))
    clock.move(seconds=2)
    browser.upload_all()
    assert not Circuit.objects.failing().exists()


def test_a_create_with_its_files_in_it_waits_for_no_storage(
    submit: Submit, deliver: Deliver, settle_down: Settle, simulator: Simulator, clock: HandClock
) -> None:
    deliver(submit())
    _storage_failed(simulator, clock, rests=timedelta(hours=1))
    simulator.configure(wire="both")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    fax = submit(to="7778801")
    while not settle_down(fax).is_settled:
        pass
    assert fax.state == FaxState.HANDED_OVER
    row = Circuit.objects.get(origin=simulator.storage_url)
    assert row.probed_by is None
