"""The limit on slow sending, over a real connection."""

from __future__ import annotations

import socket

import httpcore
import pytest

from faxportal.voipnow.http_stream import Expectation, HttpStream, StreamRules

#: No line is fast enough, and each send ends a window of time.
TOO_FAST = StreamRules(least_speed=1e12, speed_window=1e-9, continue_timeout=1.0)


def test_a_write_that_fails_for_its_speed_has_not_sent_its_last_byte() -> None:
    """Who is told that a write failed takes the file as surely not stored."""
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
