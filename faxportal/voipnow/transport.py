"""Below httpx: connections that go only where the guard allows, and that hear an early no.

httpx's own transport takes no network backend; httpcore's pool does, so this stands between. From
here on up, a call that got no answer is one of our errors.
"""

import ssl
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from faxportal.voipnow.allowed_origins import Guard
from faxportal.voipnow.circuit_breaker import Circuit
from faxportal.voipnow.errors import NoAnswer, Reason, TryLater

_KEEP_IDLE = 15.0  # seconds: shorter than most servers keep theirs, so that they rarely race us
_EARLY_ANSWER = 1.0  # seconds to read what came while we wrote: it is here already, or never


class GuardedTransport(httpx.BaseTransport):
    """A pool of connections to one origin.

    Raises `TryLater` where no connection was made, `NoAnswer` where one was and no answer came,
    the guard's `NotAllowed`, and what a request's body raises.
    """

    # What httpx would act upon by itself: redirects, and cookies for whoever calls next.
    _DROPPED = (b"location", b"set-cookie")

    def __init__(
        self,
        guard: Guard,
        circuit: Circuit,
        *,
        certificates: ssl.SSLContext,
        sockets: httpcore.NetworkBackend,
        connections: int,
        keep: bool,
    ) -> None:
        self._circuit = circuit
        self._pool = httpcore.ConnectionPool(
            ssl_context=certificates,
            max_connections=connections,
            max_keepalive_connections=connections if keep else 0,
            keepalive_expiry=_KEEP_IDLE,
            network_backend=_GuardedBackend(guard, sockets),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._circuit.admit()
        try:
            answer = self._answer(request)
        except httpcore.PoolTimeout:
            raise TryLater(Reason.NO_CONNECTION) from None  # we are the busy ones, not the server
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            self._circuit.failed()
            raise TryLater(_why_no_connection(error)) from error
        except httpcore.TimeoutException as error:
            self._circuit.failed()
            raise NoAnswer(Reason.TIMED_OUT) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            self._circuit.failed()
            raise NoAnswer(Reason.CONNECTION_LOST) from error
        self._circuit.answered()
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
    # httpcore drops the cause on its way out and keeps it as the argument.
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
    def __init__(self, guard: Guard, sockets: httpcore.NetworkBackend) -> None:
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
        """Connect to an address that was checked. The certificate is still checked by name."""
        try:
            addresses = self._guard.addresses(host, port)
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
    """A connection on which a write that stands still is followed by a look for an answer.

    httpcore reads the answer after a failed write, but not after one that timed out: a server
    that refused early, and then neither reads on nor hangs up, would never be heard.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._stands_still = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            # A view, because httpcore cuts off what is sent, which copies the rest of bytes.
            self._stream.write(memoryview(buffer), timeout)  # type: ignore[arg-type]
        except httpcore.WriteTimeout as error:
            self._stands_still = True
            raise httpcore.WriteError(error) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _EARLY_ANSWER if self._stands_still else timeout)

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
