"""How long the tests run that are marked `endless`, because they could run for ever.

Each test runs at least one round, and more rounds until `FAXPORTAL_TEST_SECONDS` (0 unless it is
set) have passed. Running out of time ends a test and fails nothing. At the end of the run each test
says how much it covered. A run of everything without a time tries a sample of each matrix
(`tests.support.legs`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import count

SECONDS = float(os.environ.get("FAXPORTAL_TEST_SECONDS", "0"))


def rounds() -> Iterator[int]:
    """The numbers of rounds: 0, and then 1, 2, … until the time is over."""
    over_at = time.monotonic() + SECONDS
    for number in count():
        if number and time.monotonic() >= over_at:
            return
        yield number
