"""The time budget of the tests marked `endless`, each of which could run for ever.

Such a test runs at least one round, and starts more rounds until `FAXPORTAL_TEST_SECONDS` (0 unless
it is set) have passed. The end of the budget ends the test and does not fail it. At the end of the
run each test says how much it covered. Without a budget, a run of all tests tries only a sample of
the tests marked `matrix` (`tests.support.legs`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import count

SECONDS = float(os.environ.get("FAXPORTAL_TEST_SECONDS", "0"))


def rounds() -> Iterator[int]:
    """The numbers of rounds: 0, and then 1, 2, … until the budget has passed."""
    over_at = time.monotonic() + SECONDS
    for number in count():
        if number and time.monotonic() >= over_at:
            return
        yield number
