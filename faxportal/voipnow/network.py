"""The network as the operator allows it: one pool of connections for each origin in a process.

Every request of the portal goes out here. What httpx would do by itself is taken from it: no
redirect is followed, no cookie is kept for the next caller, no proxy or password is read from
the environment, and no log line carries a URL.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import httpcore
import httpx

from faxportal import __version__
from faxportal.voipnow import allowed_origins
from faxportal.voipnow.allowed_origins import Guard, Origin, Origins
from faxportal.voipnow.circuit_breaker import Circuit
from faxportal.voipnow.transport import GuardedTransport

USER_AGENT = f"faxportal/{__version__}"

_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy")))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the operator decides. Times are in seconds."""

    servers: tuple[str, ...]
    """Base URLs of the VoipNow servers."""
    storage_origins: tuple[str, ...]
    allow_http: bool = False
    ca_file: str | None = None
    """PEM certificates to trust instead of the system's."""
    connect_timeout: float = 10.0
    answer_timeout: float = 60.0
    """From the last byte out to the first one in, and between two of an answer."""
    stall_timeout: float = 30.0
    """How long an upload may stand still."""
    connections: int = 32
    """At most, to one origin."""


class Network:
    """Sends requests to where the rules allow. Built once a process, shared by its threads."""

    def __init__(
        self,
        rules: Rules,
        *,
        resolve: allowed_origins.Resolve = allowed_origins.resolve,
        sockets: httpcore.NetworkBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sockets` makes the connections: the system's, unless a test has an outside of its own.

        ValueError for rules that contradict themselves, OSError for an unreadable CA file."""
        _silence_http_logs()
        self.rules = rules
        self.guard = Guard(
            servers=Origins(rules.servers, allow_http=rules.allow_http),
            storage=Origins(rules.storage_origins, allow_http=rules.allow_http),
            resolve=resolve,
        )
        self._sockets = sockets or httpcore.SyncBackend()
        self._clock = clock
        self._certificates = ssl.create_default_context(cafile=rules.ca_file)
        self._lock = Lock()
        self._clients: dict[tuple[Origin, bool], httpx.Client] = {}
        self._circuits: dict[Origin, Circuit] = {}

    def close(self) -> None:
        """Close every idle connection. Calls that are running end by themselves."""
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
        fresh: bool = False,
    ) -> Iterator[httpx.Response]:
        """Send a request to a listed origin; yield its answer with the body still to be read.

        `fresh` makes a connection for this call alone: a kept one may die under the request.
        Raises what `GuardedTransport` raises, and what `auth` does.
        """
        response = self._client(origin, fresh).send(request, auth=auth, stream=True)
        try:
            yield response
        finally:
            response.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
    ) -> httpx.Request:
        """A request with our name and our time limits, and no header that is not named here."""
        timeout = httpx.Timeout(
            connect=self.rules.connect_timeout,
            read=self.rules.answer_timeout,
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

    def _client(self, origin: Origin, fresh: bool) -> httpx.Client:
        with self._lock:
            client = self._clients.get((origin, fresh))
            if client is None:
                transport = GuardedTransport(
                    self.guard,
                    self._circuits.setdefault(origin, Circuit(clock=self._clock)),
                    certificates=self._certificates,
                    sockets=self._sockets,
                    connections=self.rules.connections,
                    keep=not fresh,
                )
                client = httpx.Client(transport=transport, trust_env=False)
                self._clients[origin, fresh] = client
            return client


def _silence_http_logs() -> None:
    """Keep httpx and httpcore from logging whole signed URLs (INFO) and headers (DEBUG).

    Filters, because a later `logging.config.dictConfig` sets levels anew but keeps these.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_worth_a_line)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
