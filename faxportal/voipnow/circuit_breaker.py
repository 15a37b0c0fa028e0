"""A circuit breaker for one origin: calls to a server that does not answer fail at once.

Otherwise each of a thousand waiting faxes would wait for its own time-out.
"""

import time
from collections.abc import Callable
from threading import Lock

from faxportal.voipnow.errors import Reason, TryLater


class CircuitBreaker:
    """Counts failures in a row. At a limit the circuit opens: only one call goes out per pause.

    Threads may share it.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        pause: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`failures` is the limit of failures in a row. `pause` and `clock` are in seconds."""
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._lock = Lock()

    def check(self) -> None:
        """Let a call go out, or raise `TryLater` with the seconds that are left of the pause."""
        with self._lock:
            if self._failures < self._limit:
                return
            remaining = self._open_until - self._clock()
            if remaining > 0:
                raise TryLater(Reason.CIRCUIT_OPEN, retry_after=remaining)
            # This call probes whether the server is back. Until it has ended, other calls fail.
            self._open_until = self._clock() + self._pause

    def record_failure(self) -> None:
        """Note that the server could not be reached, or did not answer."""
        with self._lock:
            self._failures += 1
            self._open_until = self._clock() + self._pause

    def record_answer(self) -> None:
        """Note that the server answered, with whatever status: the circuit closes."""
        with self._lock:
            self._failures = 0
