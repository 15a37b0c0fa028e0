"""The limits on slow sending, and on waiting to be allowed to send."""

from __future__ import annotations

import socket
from typing import Any

import httpcore
import pytest

from faxportal.voipnow.http_stream import Expectation, HttpStream, StreamRules

#: No connection reaches this speed, and the speed is checked before each send but the first.
TOO_FAST = StreamRules(least_speed=1e12, speed_window=1e-9, continue_timeout=1.0)


def test_a_write_that_fails_for_its_speed_has_not_sent_its_last_byte() -> None:
    """After a failed write, the caller concludes that storage does not have the whole file."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = HttpStream(
            httpcore.SyncBackend().connect_tcp(*server.getsockname()), TOO_FAST, Expectation()
        )
        peer, _address = server.accept()
        with peer:
            stream.write(b"the last piece", timeout=5.0)
            with pytest.raises(httpcore.WriteError):
                stream.write(b"another piece", timeout=5.0)
            stream.close()
            received = b""
            while more := peer.recv(1000):
                received += more
    assert received == b"the last piece"


class _InterimResponses(httpcore.NetworkStream):
    """A server that sends interim responses again and again, without a pause."""

    def __init__(self) -> None:
        self.reads = 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.reads += 1
        assert self.reads < 1000, "the stream would read for ever"
        return b"HTTP/1.1 102 Processing\r\n\r\n"

    def get_extra_info(self, info: str) -> Any:
        return None


def test_interim_responses_without_end_are_not_read_without_end() -> None:
    rules = StreamRules(least_speed=1.0, speed_window=1.0, continue_timeout=0.0)
    expectation = Expectation()
    stream = HttpStream(_InterimResponses(), rules, expectation)
    stream.write(b"PUT / HTTP/1.1\r\nexpect: 100-continue\r\n\r\n", timeout=1.0)
    assert not expectation.is_used
