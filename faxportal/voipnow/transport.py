"""The HTTP transport below httpx: it connects only to allowed addresses, and raises our errors.

It also reads a response that arrives before the whole request is sent. For both, it needs its own
network backend. httpx's transport takes no backend, but httpcore's pool does, so it uses the pool.
"""

import ssl
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from faxportal.voipnow.allowed_origins import OriginGuard
from faxportal.voipnow.errors import NoAnswer, Reason, TryLater

# Seconds that an idle connection is kept. Most servers keep a connection longer. So a request
# rarely meets a connection that the server is just closing.
_KEEP_IDLE = 15.0
# Seconds to wait for a response after sending has stalled: by then it has arrived, or never will.
_EARLY_ANSWER = 1.0


class GuardedTransport(httpx.BaseTransport):
    """A pool of at most `connections` connections to one origin. With `keep`, it keeps idle ones.

    Raises `TryLater` where no connection was made, `NoAnswer` where the request was sent and no
    response came, the guard's `NotAllowed`, and what a request's body raises.
    """

    # Headers that httpx would act upon: it would follow redirects and keep cookies.
    _DROPPED = (b"location", b"set-cookie")

    def __init__(
        self,
        guard: OriginGuard,
        *,
        certificates: ssl.SSLContext,
        sockets: httpcore.NetworkBackend,
        connections: int,
        keep: bool,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates,
            max_connections=connections,
            max_keepalive_connections=connections if keep else 0,
            keepalive_expiry=_KEEP_IDLE,
            network_backend=_GuardedBackend(guard, sockets),
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
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self._pool.close()


def _why_no_connection(error: Exception) -> Reason:
    # httpcore does not chain the cause, but has it among the arguments.
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
    def __init__(self, guard: OriginGuard, sockets: httpcore.NetworkBackend) -> None:
        self._guard = guard
        self._sockets = sockets

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
                return _Stream(self._sockets.connect_tcp(address, port, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return _Stream(self._sockets.connect_tcp(addresses[-1], port, share))


class _Stream(httpcore.NetworkStream):
    """A connection that reports a stalled write as a failed write.

    httpcore reads the response after a failed write, but not after a write that timed out. A server
    may refuse a request early, and after that neither read on nor close the connection. httpcore
    would miss its response.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._is_stalled = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            # A memoryview, because httpcore slices the buffer after each send, which copies bytes.
            self._stream.write(memoryview(buffer), timeout)  # type: ignore[arg-type]
        except httpcore.WriteTimeout as error:
            self._is_stalled = True
            raise httpcore.WriteError(error) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _EARLY_ANSWER if self._is_stalled else timeout)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
