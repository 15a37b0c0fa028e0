"""A circuit breaker for one origin: calls to a server that does not answer fail at once.

It is for calls that a web page waits for, so that a dead server does not hold the web server's
threads. Calls that deliver a fax don't use it: `faxes.models.circuit` says which servers are not
called for a while.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from faxportal.voipnow.errors import Reason, TryLater, VoipNowError

#: Reasons of calls to a server that can't be reached or doesn't answer.
_FAILURES = frozenset(
    {
        Reason.NO_CONNECTION,
        Reason.CERTIFICATE_REFUSED,
        Reason.TIMED_OUT,
        Reason.CONNECTION_LOST,
    }
)


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

    @contextmanager
    def around_call(self) -> Iterator[None]:
        """Make a call in this context, if the circuit lets it go out.

        Raises what the call raises, or `TryLater` with the seconds that are left of the pause.
        """
        self._check()
        try:
            yield
        except VoipNowError as error:
            self._record(failed=error.reason in _FAILURES, answered=error.status is not None)
            raise
        self._record(failed=False, answered=True)

    def _check(self) -> None:
        with self._lock:
            if self._failures < self._limit:
                return
            remaining = self._open_until - self._clock()
            if remaining > 0:
                raise TryLater(Reason.CIRCUIT_OPEN, retry_after=remaining)
            # This call probes whether the server is back. Other calls fail for one more pause,
            # unless the server answers earlier.
            self._open_until = self._clock() + self._pause

    def _record(self, *, failed: bool, answered: bool) -> None:
        with self._lock:
            if failed:
                self._failures += 1
                self._open_until = self._clock() + self._pause
            elif answered:
                self._failures = 0
