"""The HTTP transport below httpx: it connects only to allowed addresses, and raises our errors.

Before it sends a body, it asks the server whether the server wants the body (`http_stream`). To
choose the addresses and to ask this question, the transport needs its own network backend. httpx's
transport takes no backend, but httpcore's pool takes one. So this transport uses the pool.
"""

import ssl
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import httpcore
import httpx

from faxportal.voipnow.allowed_origins import OriginGuard
from faxportal.voipnow.errors import NoAnswer, Reason, TryLater
from faxportal.voipnow.http_stream import Expectation, HttpStream, StreamRules

# Seconds that an idle connection is kept. Most servers keep a connection longer. So a request
# rarely meets a connection that the server is just closing.
_KEEP_IDLE = 15.0


class GuardedTransport(httpx.BaseTransport):
    """At most `connections` connections to one origin.

    If `keep` is set, idle connections stay open for a while.

    Raises `TryLater` if no connection was made, `NoAnswer` if the request was sent and no response
    came, the guard's `NotAllowed`, and what a request's body raises.
    """

    # Headers that httpx would act upon: it would follow redirects and keep cookies.
    _DROPPED = (b"location", b"set-cookie")

    def __init__(
        self,
        guard: OriginGuard,
        *,
        certificates: ssl.SSLContext,
        sockets: httpcore.NetworkBackend,
        streams: StreamRules,
        connections: int,
        keep: bool,
    ) -> None:
        self._expectation = Expectation()
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates,
            max_connections=connections,
            max_keepalive_connections=connections if keep else 0,
            keepalive_expiry=_KEEP_IDLE,
            network_backend=_GuardedBackend(guard, sockets, streams, self._expectation),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._answer(request)
        except httpcore.PoolTimeout:
            # All our connections are in use.
            raise TryLater(Reason.NO_CONNECTION) from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise TryLater(_why_no_connection(error)) from error
        except httpcore.TimeoutException as error:
            raise NoAnswer(Reason.TIMED_OUT) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NoAnswer(Reason.CONNECTION_LOST) from error
        if answer.status == HTTPStatus.EXPECTATION_FAILED:
            self._expectation.give_up()
        return httpx.Response(
            answer.status,
            headers=[item for item in answer.headers if item[0].lower() not in self._DROPPED],
            stream=_AnswerStream(answer),
            extensions=answer.extensions,
        )

    def _answer(self, request: httpx.Request) -> httpcore.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        return self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=[item for item in request.headers.raw if self._is_sent(item[0])],
                content=request.stream,
                extensions=request.extensions,
            )
        )

    def _is_sent(self, header: bytes) -> bool:
        return self._expectation.is_used or header.lower() != b"expect"

    def close(self) -> None:
        self._pool.close()


def _why_no_connection(error: Exception) -> Reason:
    # httpcore does not chain the cause. The cause is an argument of the error.
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
        return Reason.CERTIFICATE_REFUSED
    return Reason.NO_CONNECTION


class _AnswerStream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(
        self,
        guard: OriginGuard,
        sockets: httpcore.NetworkBackend,
        streams: StreamRules,
        expectation: Expectation,
    ) -> None:
        self._guard = guard
        self._sockets = sockets
        self._streams = streams
        self._expectation = expectation

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to an allowed address of the host. TLS still verifies the host's name."""
        try:
            addresses = self._guard.allowed_addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, share)

    def _connect(self, address: str, port: int, timeout: float | None) -> HttpStream:
        stream = self._sockets.connect_tcp(address, port, timeout)
        return HttpStream(stream, self._streams, self._expectation)
