import pytest

from faxportal.voipnow.circuit_breaker import CircuitBreaker
from faxportal.voipnow.errors import Reason, TryLater


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def open_circuit(clock: Clock) -> CircuitBreaker:
    circuit = CircuitBreaker(failures=3, pause=10, clock=clock)
    for _ in range(3):
        circuit.check()
        circuit.record_failure()
    return circuit


def test_the_circuit_opens_after_a_few_failures_in_a_row() -> None:
    with pytest.raises(TryLater) as caught:
        open_circuit(Clock()).check()
    assert caught.value.reason == Reason.CIRCUIT_OPEN
    assert caught.value.retry_after == 10


def test_an_answer_between_two_failures_resets_the_count() -> None:
    circuit = CircuitBreaker(failures=2, pause=10, clock=Clock())
    circuit.record_failure()
    circuit.record_answer()
    circuit.record_failure()
    circuit.check()


def test_after_the_pause_one_call_goes_out_and_the_others_wait() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    circuit.check()
    with pytest.raises(TryLater):
        circuit.check()


def test_after_an_answer_all_calls_go_out_again() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    circuit.check()
    circuit.record_answer()
    circuit.check()
    circuit.check()


def test_another_failure_prolongs_the_pause() -> None:
    clock = Clock()
    circuit = open_circuit(clock)
    clock.now += 10
    circuit.check()
    clock.now += 5
    circuit.record_failure()
    clock.now += 9
    with pytest.raises(TryLater) as caught:
        circuit.check()
    assert caught.value.retry_after == 1
