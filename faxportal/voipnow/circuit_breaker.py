"""A rest for a server that does not answer, so that a thousand waiting faxes do not hammer it."""

import time
from collections.abc import Callable
from threading import Lock

from faxportal.voipnow.errors import Reason, TryLater


class Circuit:
    """Counts failures in a row at one origin. After a few, one call a pause goes through.

    Safe to share between threads.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        pause: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pause` is in seconds."""
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0
        self._lock = Lock()

    def admit(self) -> None:
        """Let a call through, or raise `TryLater` with the seconds that are left of the rest."""
        with self._lock:
            if self._failures < self._limit:
                return
            left = self._rests_until - self._clock()
            if left > 0:
                raise TryLater(Reason.SERVER_RESTING, retry_after=left)
            # This call looks whether the server is back. The others rest on until it is.
            self._rests_until = self._clock() + self._pause

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._rests_until = self._clock() + self._pause

    def answered(self) -> None:
        with self._lock:
            self._failures = 0
