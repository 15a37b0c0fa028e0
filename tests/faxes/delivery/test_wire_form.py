"""The two wire forms: which form a connection uses, and what is known after a lost answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faxportal.accounts.models import Connection, HandOverBy
from faxportal.faxes.delivery.lease import LEASE_LENGTH
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def _hand_over_by(way: HandOverBy) -> None:
    Connection.objects.update(hand_over_by=way)


def _take_one_request(simulator: Simulator) -> None:
    simulator.configure(wire="one-request")
    _hand_over_by(HandOverBy.ONE_REQUEST)


def test_one_request_carries_its_file_byte_for_byte(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    _take_one_request(simulator)
    fax = deliver(submit({"offer.pdf": PDF}))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    assert fax.handovers.get().voipnow_id == str(received.id)
    assert simulator.received(received.id, 1) == PDF


@pytest.mark.parametrize("at", ["received", "done"])
def test_one_request_whose_answer_is_lost_is_never_repeated(
    submit: Submit, deliver: Deliver, simulator: Simulator, at: str
) -> None:
    _take_one_request(simulator)
    simulator.script("create", "drop", at=at)
    fax = deliver(submit())

    assert fax.state == FaxState.UNCERTAIN
    assert Attempt.objects.get().outcome == Outcome.UNKNOWN
    assert len(simulator.faxes()) == (1 if at == "done" else 0)


@pytest.mark.parametrize("body", ["", "<html>", "{}"])
def test_one_request_with_an_answer_that_is_not_understood_is_uncertain(
    submit: Submit, deliver: Deliver, simulator: Simulator, body: str
) -> None:
    _take_one_request(simulator)
    simulator.script("create", "answer", status=200, body=body)
    assert deliver(submit()).state == FaxState.UNCERTAIN


def test_one_request_of_a_worker_that_died_is_never_repeated(
    submit: Submit,
    deliver: Deliver,
    simulator: Simulator,
    network: Network,
    clock: HandClock,
) -> None:
    _take_one_request(simulator)
    simulator.script("create", "hold", at="done")
    fax = submit()
    dead = Worker(network, clock=clock, slots=8)
    while not Attempt.objects.exists():
        dead.run_once()
    simulator.wait_until_held()
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)

    assert deliver(fax).state == FaxState.UNCERTAIN
    assert "VoipNow may have the fax" in progress_of(fax).sentence

    simulator.release()
    while Attempt.objects.filter(closed_at=None).exists():
        dead.run_once()
    dead.close()
    [received] = simulator.faxes()
    assert fax.events.filter(kind="sent").exists()
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN, "nothing more happens by itself"
    assert f"have since arrived, as fax {received.id}." in progress_of(fax).sentence


def test_an_uncertain_fax_names_the_lost_worker_and_not_the_failure_before(
    submit: Submit,
    deliver: Deliver,
    simulator: Simulator,
    network: Network,
    clock: HandClock,
) -> None:
    _take_one_request(simulator)
    simulator.script("create", "answer", status=429)
    fax = submit()
    dead = Worker(network, clock=clock, slots=8)
    while not fax.handovers.get().failures_in_a_row:
        dead.run_once()
    simulator.script("create", "hold", at="done")
    clock.move_to(fax.handovers.get().due_at)
    while Attempt.objects.count() < 2:
        dead.run_once()
    simulator.wait_until_held()
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)

    assert deliver(fax).state == FaxState.UNCERTAIN
    assert fax.handovers.get().reason == "worker_lost"

    simulator.release()
    while Attempt.objects.filter(closed_at=None).exists():
        dead.run_once()
    dead.close()


def test_automatic_finds_a_server_that_wants_one_request_and_remembers_it(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.configure(wire="one-request")
    _hand_over_by(HandOverBy.AUTOMATIC)
    first, second = deliver(submit()), deliver(submit(to="1234567890"))

    assert (first.state, second.state) == (FaxState.HANDED_OVER, FaxState.HANDED_OVER)
    assert Connection.objects.get().proven_form == WireForm.ONE_REQUEST
    assert Attempt.objects.filter(handover__fax=first).count() == 2
    assert Attempt.objects.filter(handover__fax=second).count() == 1


def test_automatic_stays_with_pre_signed_uploads_once_they_worked(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    _hand_over_by(HandOverBy.AUTOMATIC)
    deliver(submit())
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    failed = deliver(submit(to="1234567890"))

    assert failed.state == FaxState.FAILED
    assert Connection.objects.get().proven_form == WireForm.PRESIGNED
    assert Attempt.objects.filter(handover__fax=failed).count() == 1


def test_automatic_changes_only_after_an_answer_that_surely_did_nothing(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    _hand_over_by(HandOverBy.AUTOMATIC)
    simulator.script("create", "drop", at="done")
    fax = deliver(submit())

    assert fax.state == FaxState.HANDED_OVER
    assert Connection.objects.get().proven_form == WireForm.PRESIGNED
    assert not fax.events.filter(kind="other_form").exists()


@pytest.fixture
def other_server(clock: HandClock) -> Iterator[Simulator]:
    """Another VoipNow server, which takes faxes in one request only."""
    with running_simulator(clock=lambda: clock.now().timestamp()) as other:
        other.configure(wire="one-request")
        yield other


def _create_while_the_server_is_changed(
    worker: Worker, simulator: Simulator, other: Simulator, **answer: object
) -> None:
    """While a create request runs at one server, let its sender choose another server."""
    simulator.script("create", "hold", at="before")
    while not Attempt.objects.exists():
        worker.run_once()
    simulator.wait_until_held()
    Connection.objects.update(server=other.url)
    if answer:
        simulator.script("create", "answer", **answer)
    simulator.release()
    while Attempt.objects.filter(closed_at=None).exists():
        worker.run_once()


def test_a_form_is_not_remembered_for_a_server_that_did_not_prove_it(
    submit: Submit, worker: Worker, simulator: Simulator, other_server: Simulator
) -> None:
    _hand_over_by(HandOverBy.AUTOMATIC)
    submit()
    _create_while_the_server_is_changed(worker, simulator, other_server)
    assert Attempt.objects.filter(upload=None).get().outcome == Outcome.DONE
    assert Connection.objects.get().proven_form == ""


def test_a_refusal_by_a_server_that_is_not_used_any_more_is_not_final(
    submit: Submit, worker: Worker, simulator: Simulator, other_server: Simulator
) -> None:
    fax = submit()
    refusal = {"status": 400, "code": "extension_invalid"}
    _create_while_the_server_is_changed(worker, simulator, other_server, **refusal)
    assert fax.handovers.get().state == HandoverState.PLANNED


def test_a_worker_that_dies_requesting_the_token_of_one_request_leaves_no_doubt(
    submit: Submit,
    deliver: Deliver,
    simulator: Simulator,
    network: Network,
    clock: HandClock,
) -> None:
    _take_one_request(simulator)
    simulator.script("token", "hold")
    fax = submit()
    dead = Worker(network, clock=clock, slots=8)
    while dead.is_idle:
        dead.run_once()
    simulator.wait_until_held()
    assert not Attempt.objects.exists()
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)
    simulator.release()

    assert deliver(fax).state == FaxState.HANDED_OVER
    while not dead.is_idle:
        dead.run_once()
    dead.close()
    assert len(simulator.faxes()) == 1


@pytest.mark.parametrize("status", [503, 429])
def test_a_token_for_one_request_that_could_not_be_got_is_requested_again(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int
) -> None:
    _take_one_request(simulator)
    simulator.script("token", "answer", status=status, times=2)
    fax = deliver(submit())
    assert fax.state == FaxState.HANDED_OVER
    assert fax.events.filter(kind="create_not_done").count() == 2
    assert Attempt.objects.count() == 1


def test_a_refused_app_key_fails_a_fax_in_one_request(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    _take_one_request(simulator)
    simulator.script("token", "answer", status=401, code="invalid_client")
    fax = deliver(submit())
    assert fax.state == FaxState.FAILED
    assert fax.handovers.get().reason == "app_key_refused"
    assert not simulator.faxes()


def test_a_token_for_one_request_that_was_revoked_is_renewed(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    _take_one_request(simulator)
    deliver(submit())
    simulator.revoke_tokens()
    assert deliver(submit(to="1234567890")).state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 2
