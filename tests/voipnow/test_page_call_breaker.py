"""The circuit breaker by itself, and which calls it refuses."""

import io
from collections.abc import Callable
from contextlib import suppress

import pytest

from faxportal.voipnow.authentication import AppKey
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import (
    NoAnswer,
    NotAllowed,
    Reason,
    Refused,
    TryLater,
    VoipNowError,
)
from faxportal.voipnow.network import Network
from faxportal.voipnow.page_call_breaker import CircuitBreaker
from faxportal.voipnow.uploads import put
from tests.voipnow.client_calls import FAX
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, hostile_server
from tests.voipnow.upload_calls import target_on

LOST = NoAnswer(Reason.CONNECTION_LOST)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def call(circuit: CircuitBreaker, error: VoipNowError | None = None) -> VoipNowError | None:
    """Make a call that raises this error. Returns the error that the caller gets, or None."""
    try:
        with circuit.around_call():
            if error is not None:
                raise error
    except VoipNowError as raised:
        return raised
    return None


def open_circuit(clock: Clock) -> CircuitBreaker:
    circuit = CircuitBreaker(failures=3, pause=10, clock=clock)
    for _ in range(3):
        assert call(circuit, LOST) is LOST
    return circuit


def refusal(circuit: CircuitBreaker) -> float | None:
    """Make a call that the circuit refuses. Returns the seconds until a call may go out."""
    error = call(circuit)
    assert isinstance(error, TryLater)
    assert error.reason == Reason.CIRCUIT_OPEN
    return error.retry_after


def test_the_circuit_opens_after_a_few_failures_in_a_row() -> None:
    assert refusal(open_circuit(Clock())) == 10


@pytest.mark.parametrize("answer", [None, Refused(Reason.FORBIDDEN, status=403)])
def test_an_answer_between_two_failures_resets_the_count(answer: VoipNowError | None) -> None:
    circuit = CircuitBreaker(failures=2, pause=10, clock=Clock())
    for error in (LOST, answer, LOST):
        call(circuit, error)
    assert call(circuit) is None


def test_a_call_that_the_portal_did_not_make_says_nothing() -> None:
    circuit = CircuitBreaker(failures=2, pause=10, clock=Clock())
    for error in (LOST, NotAllowed(Reason.SERVER_NOT_ALLOWED), LOST):
        call(circuit, error)
    assert refusal(circuit) == 10


def test_after_the_pause_one_call_goes_out_and_the_others_wait() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    with circuit.around_call():
        assert refusal(circuit) == 10


def test_after_an_answer_all_calls_go_out_again() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    assert [call(circuit), call(circuit), call(circuit)] == [None, None, None]


def test_another_failure_prolongs_the_pause() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    with suppress(NoAnswer), circuit.around_call():
        clock.now += 5
        raise LOST
    clock.now += 9
    assert refusal(circuit) == 1


def die(peer: Peer) -> None:
    peer.read()


def client(network: Network, server: HostileServer) -> VoipNow:
    return VoipNow(network, server=server.url, credentials=AppKey(key="key", secret="secret"))


def reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(VoipNowError) as caught:
        call()
    return caught.value.reason


@pytest.mark.parametrize("method", [VoipNow.check, VoipNow.extensions])
def test_a_page_does_not_wait_for_a_dead_server_again_and_again(
    network_to: NetworkTo, method: Callable[[VoipNow], object]
) -> None:
    now = [0.0]
    with hostile_server(die) as server:
        voipnow = client(network_to(server.url, clock=lambda: now[0]), server)
        reasons = [reason_of(lambda: method(voipnow)) for _ in range(7)]
        assert reasons == [Reason.CONNECTION_LOST] * 5 + [Reason.CIRCUIT_OPEN] * 2
        now[0] += 15
        assert reason_of(lambda: method(voipnow)) == Reason.CONNECTION_LOST
    assert server.connections == 6


def test_a_call_for_which_an_attempt_was_written_is_never_refused(network_to: NetworkTo) -> None:
    """The circuit breaker refuses neither the call nor the token request within the call."""
    with hostile_server(die) as server:
        network = network_to(server.url)
        voipnow = client(network, server)
        calls: list[Callable[[], object]] = [
            voipnow.sign_in,
            lambda: voipnow.create_fax("0003*210", FAX),
            lambda: voipnow.send_in_one_request("0003*210", FAX, [io.BytesIO(b"hello")]),
            lambda: put(network, target_on(server, 5), io.BytesIO(b"hello")),
        ]
        reasons = [reason_of(call) for call in [voipnow.check] * 6 + calls * 2]
    assert reasons[:6] == [Reason.CONNECTION_LOST] * 5 + [Reason.CIRCUIT_OPEN]
    assert set(reasons[6:]) == {Reason.CONNECTION_LOST, Reason.STORAGE_CONNECTION_LOST}
