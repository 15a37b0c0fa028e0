"""How long to wait before the same call is made again. Pure: time and chance are passed in."""

from collections.abc import Callable

FIRST = 2.0  # seconds
LONGEST = 300.0  # seconds
FIRST_REST = 0.5  # seconds: see `rest`


def pause(
    failures: int,
    *,
    remaining: float,
    chance: Callable[[], float],
    retry_after: float | None = None,
) -> float | None:
    """Seconds to wait before the next call; None if the deadline comes first.

    `failures` is the number of failures in a row. The wait doubles from `FIRST` to `LONGEST`. Half
    of the wait is random, so that callers that failed together don't call again together. The wait
    is never shorter than `retry_after`, the seconds that the server asked for. `remaining` is the
    seconds to the deadline. `chance` returns numbers from 0 to 1.
    """
    seconds = _doubled(FIRST, failures, chance)
    if retry_after is not None and retry_after > 0:
        seconds = max(seconds, retry_after + FIRST * chance())
    return seconds if seconds < remaining else None


def rest(failures: int, *, chance: Callable[[], float], retry_after: float | None = None) -> float:
    """Seconds for which a server that has failed `failures` times in a row is not called.

    The time doubles from `FIRST_REST` to `LONGEST`, and up to half of it is random. It is never
    shorter than `retry_after`, the seconds that the server asked for.
    """
    return max(_doubled(FIRST_REST, failures, chance), retry_after or 0.0)


def _doubled(first: float, failures: int, chance: Callable[[], float]) -> float:
    """`first`, doubled with each failure after the first, up to `LONGEST`. Half of it is random."""
    longest: float = min(LONGEST, first * 2 ** min(max(failures - 1, 0), 16))
    return longest * (1 + chance()) / 2
