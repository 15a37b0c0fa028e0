"""Waits that grow with each failure in a row. Pure: the chance is passed in.

The wait doubles from `first` to `LONGEST`. Half of it is random, so that callers that failed
together don't call again together.
"""

from __future__ import annotations

from collections.abc import Callable

#: Seconds.
LONGEST = 300.0


def doubled(first: float, failures: int, *, chance: Callable[[], float]) -> float:
    """Seconds to wait after `failures` failures in a row.

    `first` is the longest wait after the first failure, in seconds. `chance` returns numbers from 0
    to 1.
    """
    longest: float = min(LONGEST, first * 2 ** min(max(failures - 1, 0), 16))
    return longest * (1 + chance()) / 2
