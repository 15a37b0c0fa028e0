"""How long to wait before the same call again. Pure: time and chance are passed in."""

from collections.abc import Callable

FIRST = 2.0  # seconds
LONGEST = 300.0  # seconds


def pause(
    failures: int,
    *,
    remaining: float,
    chance: Callable[[], float],
    retry_after: float | None = None,
) -> float | None:
    """Seconds to wait after so many failures in a row, or None when the deadline comes first.

    Doubles from `FIRST` to `LONGEST`; a random half of it keeps many waiters from coming back
    together. Never less than what the server asked for. `remaining` is the seconds to the
    deadline, `chance` gives numbers from 0 to 1.
    """
    whole = min(LONGEST, FIRST * 2 ** min(failures - 1, 16))
    seconds = whole * (1 + chance()) / 2
    if retry_after is not None and retry_after > 0:
        seconds = max(seconds, retry_after + FIRST * chance())
    return seconds if seconds < remaining else None
