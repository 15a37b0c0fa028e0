"""A TCP proxy between a browser and storage. A test can stop it halfway through a PUT, or cut it.

Chromium's own emulation of a network can't do this. When the emulated conditions change, a PUT
under way continues at full speed, and "offline" does not break the PUT.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from urllib.parse import urlsplit

#: About how many bytes the proxy can have received and not yet passed on.
AHEAD = 64 * 1024


class TcpProxy:
    """Passes bytes on over TCP, unchanged. Knows nothing of HTTP."""

    def __init__(self, storage: str) -> None:
        self._storage = urlsplit(storage)
        self._ends: set[socket.socket] = set()
        self._is_up = True
        self._most: int | None = None
        self._held = Event()
        self._goes_on = Event()

    def hold(self, *, after: int) -> None:
        """Stop each connection before it carries more than `after` bytes, until `go_on`."""
        self._held.clear()
        self._goes_on.clear()
        self._most = after

    def wait_until_held(self) -> None:
        """Wait until a connection has stopped."""
        self._held.wait()

    def go_on(self) -> None:
        """Let the stopped connections continue, and stop no more connections."""
        self._most = None
        self._goes_on.set()

    def cut(self) -> None:
        """Close every connection, drop the bytes that were stopped, and refuse new connections."""
        self._is_up = False
        for end in tuple(self._ends):
            _end(end)
        self.go_on()

    def reconnect(self) -> None:
        """Accept connections again."""
        self._is_up = True

    def carry(self, page: socket.socket) -> None:
        """Carry one connection in both directions until it ends."""
        if not self._is_up:
            return
        with socket.create_connection((self._storage.hostname, self._storage.port)) as storage:
            ends = {page, storage}
            self._ends |= ends
            back = Thread(target=self._pass_on, args=(storage, page))
            back.start()
            self._pass_on(page, storage, is_limited=True)
            back.join()
            self._ends -= ends

    def _pass_on(
        self, source: socket.socket, sink: socket.socket, *, is_limited: bool = False
    ) -> None:
        carried = 0
        with suppress(OSError):  # a connection that broke has ended
            while piece := source.recv(AHEAD):
                carried += len(piece)
                if is_limited and self._most is not None and carried > self._most:
                    self._held.set()
                    self._goes_on.wait()
                sink.sendall(piece)
        _end(source)
        _end(sink)


def _end(end: socket.socket) -> None:
    with suppress(OSError):  # it has ended already
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(storage: str) -> Iterator[tuple[TcpProxy, str]]:
    """A proxy to the origin of storage, and the origin at which browsers reach the proxy."""
    proxy = TcpProxy(storage)

    class Connection(BaseRequestHandler):
        def handle(self) -> None:
            proxy.carry(self.request)

    with ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        # Each accepted connection inherits this option.
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, AHEAD)
        accepting = Thread(target=server.serve_forever)
        accepting.start()
        try:
            yield proxy, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            accepting.join()
            proxy.cut()
