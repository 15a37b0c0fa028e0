"""The true time, the portal's clock and the clocks of its machines. A test moves all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from faxportal.faxes.clock import Clock

# Far from the computer's own time, so that nothing depends on when the test runs.
_START = datetime(2100, 1, 1, tzinfo=UTC)


class Time:
    """The true time, and the time by the portal's clock, which may be wrong."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self._wrong_by = timedelta()
        #: Whether the portal's clock was put back. If so, a later moment can have an earlier time.
        self.went_back = False

    @property
    def true(self) -> datetime:
        return _START + timedelta(seconds=self.elapsed)

    @property
    def portals(self) -> datetime:
        return self.true + self._wrong_by

    def set_clock(self, *, wrong_by: timedelta) -> None:
        """Set how far the portal's clock is ahead of the true time, or behind it."""
        self.went_back |= wrong_by < self._wrong_by
        self._wrong_by = wrong_by


class MachineClock(Clock):
    """The clock of one worker's machine; its monotonic clock stops while the machine sleeps."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.slept = 0.0
        self._interruption: Callable[[], None] | None = None
        self._readings_until_then = 0

    def interrupt(self, *, after: int, by: Callable[[], None] | None) -> None:
        """Call `by` when the monotonic clock has been read `after` times.

        The worker never reads that clock within a transaction, so `by` is free to do anything.
        """
        self._interruption, self._readings_until_then = by, after

    def at_database(self) -> datetime:
        return self._time.portals

    def now(self) -> datetime:
        """The time by the portal's clock. Each call moves the true time by a microsecond."""
        self._time.elapsed += 1e-6
        return self._time.portals

    def monotonic(self) -> float:
        if self._interruption is not None:
            self._readings_until_then -= 1
            if self._readings_until_then < 0:
                happens, self._interruption = self._interruption, None
                happens()
        return self._time.elapsed - self.slept
