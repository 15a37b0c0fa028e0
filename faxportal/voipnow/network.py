"""HTTP to the origins that the operator allows: a pool of connections for each origin.

Every request of the portal to the outside is sent here. Some defaults of httpx are turned off: no
redirect is followed, no cookie is kept for the next caller, no proxy or password is read from the
environment, and no URL is logged.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock

import httpcore
import httpx

from faxportal import __version__
from faxportal.voipnow import allowed_origins
from faxportal.voipnow.allowed_origins import Origin, OriginGuard, Origins
from faxportal.voipnow.http_stream import StreamRules
from faxportal.voipnow.page_call_breaker import CircuitBreaker
from faxportal.voipnow.transport import GuardedTransport

USER_AGENT = f"faxportal/{__version__}"

_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy")))


@cache
def _certificates(ca_file: str | None) -> ssl.SSLContext:
    """The certificates to trust, read once in each process, because reading them takes 30 ms."""
    return ssl.create_default_context(cafile=ca_file)


@dataclass(frozen=True, kw_only=True)
class NetworkRules:
    """What the operator allows. Times are in seconds."""

    servers: tuple[str, ...]
    """Base URLs of the VoipNow servers."""
    storage_origins: tuple[str, ...]
    allow_http: bool = False
    ca_file: str | None = None
    """PEM certificates to trust instead of the system's."""
    connect_timeout: float = 10.0
    answer_timeout: float = 90.0
    """From the last byte sent to the last byte received. Some servers take 65 seconds."""
    longest_answer_timeout: float = 600.0
    """The most that `answer_timeout` is raised to after time-outs in a row."""
    continue_timeout: float = 1.0
    """How long an upload waits for a server to say that it wants the file's bytes."""
    stall_timeout: float = 30.0
    """How long sending may make no progress."""
    least_speed: float = 1024.0
    """Bytes per second. Sending that is slower over `speed_window` is given up."""
    speed_window: float = 60.0
    connections: int = 32
    """The most connections to one origin."""


class Network:
    """Sends requests to the origins that the rules allow. All threads of a process share it."""

    def __init__(
        self,
        rules: NetworkRules,
        *,
        resolve: allowed_origins.Resolve = allowed_origins.resolve,
        sockets: httpcore.NetworkBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sockets` opens the connections: the system's sockets, or a test's.

        Raises `ValueError` for lists with an invalid entry, and `OSError` for an unreadable CA
        file.
        """
        _silence_http_logs()
        self.rules = rules
        self.guard = OriginGuard(
            servers=Origins(rules.servers, allow_http=rules.allow_http),
            storage=Origins(rules.storage_origins, allow_http=rules.allow_http),
            resolve=resolve,
        )
        self._sockets = sockets or httpcore.SyncBackend()
        self._clock = clock
        self._certificates = _certificates(rules.ca_file)
        self._lock = Lock()
        self._clients: dict[tuple[Origin, bool], httpx.Client] = {}
        self._circuits: dict[Origin, CircuitBreaker] = {}
        #: server → the end of its presence path, if that is known: "/" or "".
        self.presence_slashes: dict[str, str] = {}

    def close(self) -> None:
        """Close every idle connection. Calls that are running are not stopped."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    @contextmanager
    def exchange(
        self,
        origin: Origin,
        request: httpx.Request,
        *,
        auth: httpx.Auth | None = None,
        new_connection: bool = False,
    ) -> Iterator[httpx.Response]:
        """Send a request to an allowed origin, and yield the response with its body unread.

        With `new_connection` the call does not use a kept connection, which could break during the
        request. Raises what `GuardedTransport` raises, and what `auth` raises.
        """
        response = self._client(origin, new_connection).send(request, auth=auth, stream=True)
        try:
            yield response
        finally:
            response.close()

    def circuit(self, origin: Origin) -> CircuitBreaker:
        """The circuit breaker for calls to this origin that a person waits for."""
        with self._lock:
            return self._circuits.setdefault(origin, CircuitBreaker(clock=self._clock))

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
        time_outs_in_a_row: int = 0,
    ) -> httpx.Request:
        """A request with these headers, the portal's user agent, and the time limits of `rules`.

        `time_outs_in_a_row` is how often the same call has just timed out, without a success since.
        The time for the answer doubles with each time-out.
        """
        longest = max(self.rules.longest_answer_timeout, self.rules.answer_timeout)
        timeout = httpx.Timeout(
            connect=self.rules.connect_timeout,
            read=min(self.rules.answer_timeout * 2 ** min(time_outs_in_a_row, 10), longest),
            write=self.rules.stall_timeout,
            pool=self.rules.answer_timeout,
        )
        return httpx.Request(
            method,
            url,
            headers={"user-agent": USER_AGENT, **(headers or {})},
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )

    def _client(self, origin: Origin, new_connection: bool) -> httpx.Client:
        with self._lock:
            client = self._clients.get((origin, new_connection))
            if client is None:
                transport = GuardedTransport(
                    self.guard,
                    certificates=self._certificates,
                    sockets=self._sockets,
                    streams=StreamRules(
                        least_speed=self.rules.least_speed,
                        speed_window=self.rules.speed_window,
                        continue_timeout=self.rules.continue_timeout,
                    ),
                    connections=self.rules.connections,
                    keep=not new_connection,
                )
                client = httpx.Client(transport=transport, trust_env=False)
                self._clients[origin, new_connection] = client
            return client


def _silence_http_logs() -> None:
    """Keep httpx and httpcore from logging signed URLs (at INFO) and headers (at DEBUG).

    Filters do this, because a later `logging.config.dictConfig` resets levels, but not filters.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_warning)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
