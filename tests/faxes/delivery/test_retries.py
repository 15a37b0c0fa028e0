"""Pauses between attempts: they grow, differ by chance, and end before the deadline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faxportal.faxes.delivery.backoff import LONGEST
from faxportal.faxes.delivery.retries import FIRST_PAUSE, pause_after


def least() -> float:
    return 0.0


def most() -> float:
    return 1.0


def test_the_pause_doubles_up_to_the_longest() -> None:
    pauses = [pause_after(failures, remaining=9e9, chance=most) for failures in range(1, 12)]
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_up_to_half_of_the_pause_is_random() -> None:
    assert pause_after(4, remaining=9e9, chance=least) == 8
    assert pause_after(4, remaining=9e9, chance=most) == 16


def test_the_pause_is_never_shorter_than_retry_after() -> None:
    assert pause_after(1, remaining=9e9, chance=least, retry_after=60) == 60


def test_there_is_no_pause_past_the_deadline() -> None:
    assert pause_after(8, remaining=100, chance=least) is None
    assert pause_after(1, remaining=100, chance=least, retry_after=100) is None


@given(failures=st.integers(1, 10**6), luck=st.floats(0, 1))
def test_however_often_it_failed_the_pause_stays_in_bounds(failures: int, luck: float) -> None:
    seconds = pause_after(failures, remaining=9e9, chance=lambda: luck)
    assert seconds is not None
    assert FIRST_PAUSE / 2 <= seconds <= LONGEST
