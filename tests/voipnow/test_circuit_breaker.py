import pytest

from faxportal.voipnow.circuit_breaker import Circuit
from faxportal.voipnow.errors import Reason, TryLater


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def failing_circuit(clock: Clock) -> Circuit:
    circuit = Circuit(failures=3, pause=10, clock=clock)
    for _ in range(3):
        circuit.admit()
        circuit.failed()
    return circuit


def test_a_server_that_failed_a_few_times_in_a_row_gets_a_rest() -> None:
    with pytest.raises(TryLater) as caught:
        failing_circuit(Clock()).admit()
    assert caught.value.reason == Reason.SERVER_RESTING
    assert caught.value.retry_after == 10


def test_an_answer_between_two_failures_starts_the_count_anew() -> None:
    circuit = Circuit(failures=2, pause=10, clock=Clock())
    circuit.failed()
    circuit.answered()
    circuit.failed()
    circuit.admit()


def test_after_the_rest_one_call_goes_to_look_and_the_others_wait() -> None:
    clock = Clock()
    circuit = failing_circuit(clock)
    clock.now += 10
    circuit.admit()
    with pytest.raises(TryLater):
        circuit.admit()


def test_all_go_again_once_one_was_answered() -> None:
    clock = Clock()
    circuit = failing_circuit(clock)
    clock.now += 10
    circuit.admit()
    circuit.answered()
    circuit.admit()
    circuit.admit()


def test_one_more_failure_prolongs_the_rest() -> None:
    clock = Clock()
    circuit = failing_circuit(clock)
    clock.now += 10
    circuit.admit()
    clock.now += 5
    circuit.failed()
    clock.now += 9
    with pytest.raises(TryLater) as caught:
        circuit.admit()
    assert caught.value.retry_after == 1
