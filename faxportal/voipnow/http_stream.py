"""One TCP or TLS connection of the transport, as httpcore writes to it and reads from it.

httpcore's own streams limit the time of each single write and read. With them, a server that takes
or sends one byte now and then could hold a call for ever. They also don't wait for `100 Continue`.
"""

import re
import ssl
import time
from dataclasses import dataclass
from typing import Any

import httpcore

# Seconds to wait for a response after sending has stalled. If none comes by then, none will come.
_EARLY_ANSWER = 1.0
_EXPECT = b"\r\nexpect: 100-continue\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
_HEAD_END = b"\r\n\r\n"
_READ_SIZE = 64 * 1024  # bytes


@dataclass(frozen=True, kw_only=True)
class StreamRules:
    """How long a server may keep a connection waiting."""

    least_speed: float
    """Bytes per second that sending must reach within each `speed_window`."""
    speed_window: float
    """Seconds."""
    continue_timeout: float
    """Seconds to wait for `100 Continue`."""


class Expectation:
    """Whether an origin is asked before a body is sent (`Expect: 100-continue`).

    The portal stops asking when the origin does not answer the question in time, or refuses it
    (417). All connections to the origin share this.
    """

    def __init__(self) -> None:
        self.is_used = True

    def give_up(self) -> None:
        """Send bodies without asking from now on."""
        self.is_used = False


class HttpStream(httpcore.NetworkStream):
    """A connection that limits the time of a whole request and of a whole response.

    After a write that raises `WriteError`, httpcore reads the response. So a write raises
    `WriteError` here in three cases in which httpcore would go on writing, or would not read:

    - The server answers with a final response before the body is sent.
    - Sending stalls. A server may refuse a request early, and then neither read on nor close the
      connection. httpcore's own streams raise `WriteTimeout`, and the response is not read.
    - Sending is slower than the rules allow.
    """

    def __init__(
        self, stream: httpcore.NetworkStream, rules: StreamRules, expectation: Expectation
    ) -> None:
        self._stream = stream
        self._rules = rules
        self._expectation = expectation
        self._is_head_next = True
        self._early = b""
        """What the server sent before the body was sent, without `100 Continue`."""
        self._is_stalled = False
        self._written_at = 0.0
        self._window_seconds = 0.0
        self._window_bytes = 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send some bytes. `timeout` limits how long sending makes no progress."""
        is_head, self._is_head_next = self._is_head_next, False
        try:
            self._send(buffer, timeout)
        except (TimeoutError, httpcore.WriteTimeout) as error:
            self._is_stalled = True
            raise httpcore.WriteError(error) from error
        finally:
            self._written_at = time.monotonic()
        if is_head and _EXPECT in buffer:
            self._wait_for_continue()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive some bytes of a response. `timeout` limits the whole response.

        Its seconds begin when the last byte of the request was sent.
        """
        self._is_head_next = True
        if self._early:
            early, self._early = self._early[:max_bytes], self._early[max_bytes:]
            return early
        if self._is_stalled:
            timeout = _EARLY_ANSWER
        if timeout is not None:
            timeout -= time.monotonic() - self._written_at
            if timeout <= 0:
                raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, timeout)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        encrypted = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return HttpStream(encrypted, self._rules, self._expectation)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the connection."""
        return self._stream.get_extra_info(info)

    def _send(self, buffer: bytes, timeout: float | None) -> None:
        socket = self._stream.get_extra_info("socket")
        if socket is None:  # a connection in memory, of a test
            self._stream.write(buffer, timeout)
            return
        left = memoryview(buffer)  # slicing it copies no bytes
        socket.settimeout(timeout)
        try:
            while left:
                # Before each send, never after it: a write that raises must not have sent all.
                self._check_speed()
                begun = time.monotonic()
                sent = socket.send(left)
                left = left[sent:]
                self._window_bytes += sent
                self._window_seconds += time.monotonic() - begun
        except TimeoutError:
            raise
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def _check_speed(self) -> None:
        """Raise `TimeoutError` if too few bytes were sent. Only time spent sending counts."""
        if self._window_seconds < self._rules.speed_window:
            return
        if self._window_bytes < self._rules.least_speed * self._window_seconds:
            raise TimeoutError
        self._window_bytes, self._window_seconds = 0, 0.0

    def _wait_for_continue(self) -> None:
        """Wait until the server says whether it wants the body, for `continue_timeout` at most.

        Returns if the server wants the body, or says nothing in that time. Raises `WriteError` for
        a final response, and if the connection has ended.
        """
        until = time.monotonic() + self._rules.continue_timeout
        while not self._wants_body():
            left = until - time.monotonic()
            try:
                received = self._stream.read(_READ_SIZE, left) if left > 0 else None
            except httpcore.ReadTimeout:
                received = None
            except httpcore.ReadError as error:
                raise httpcore.WriteError(error) from error
            if received is None:
                self._expectation.give_up()
                return
            if not received:
                raise httpcore.WriteError
            self._early += received

    def _wants_body(self) -> bool:
        """Whether `100 Continue` was received. Removes interim responses (1xx) from `_early`.

        Raises `WriteError` if anything but an interim response was received.
        """
        wants = False
        while len(self._early) > len(b"HTTP/1.1 100 "):
            status = _STATUS.match(self._early)
            if status is None or not status[1].startswith(b"1"):
                raise httpcore.WriteError
            _head, end, rest = self._early.partition(_HEAD_END)
            if not end:
                break
            wants = wants or status[1] == b"100"
            self._early = rest
        return wants
