"""How long the tests go on that could go on for ever: those marked `endless`.

Each runs one round in any case, and more rounds while its budget lasts:
`FAXPORTAL_TEST_SECONDS`, 0 unless it is set. A budget that is over ends the test and fails nothing.
Each test says at the end of the run how much it covered.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import count

SECONDS = float(os.environ.get("FAXPORTAL_TEST_SECONDS", "0"))


def rounds() -> Iterator[int]:
    """0, and then 1, 2, … until the budget is over."""
    over_at = time.monotonic() + SECONDS
    for number in count():
        if number and time.monotonic() >= over_at:
            return
        yield number
