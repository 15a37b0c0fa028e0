"""A line between a browser and storage that a test can hold in the middle, and cut.

Chromium's own emulation of a network can't do this: when its conditions change, a PUT under way
goes on at full speed, and "offline" does not break it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from urllib.parse import urlsplit

#: Bytes that the line takes in ahead of what it has passed on, roughly.
AHEAD = 64 * 1024


class Link:
    """TCP, byte by byte as it comes: it knows nothing of HTTP, and changes nothing."""

    def __init__(self, storage: str) -> None:
        self._storage = urlsplit(storage)
        self._ends: set[socket.socket] = set()
        self._is_up = True
        self._most: int | None = None
        self._held = Event()
        self._goes_on = Event()

    def hold(self, *, after: int) -> None:
        """Carry nothing more once a connection has carried so many bytes to storage."""
        self._held.clear()
        self._goes_on.clear()
        self._most = after

    def wait_until_held(self) -> None:
        self._held.wait()

    def go_on(self) -> None:
        self._most = None
        self._goes_on.set()

    def cut(self) -> None:
        """Close every connection, drop what was held, and refuse new connections."""
        self._is_up = False
        for end in tuple(self._ends):
            _end(end)
        self.go_on()

    def mend(self) -> None:
        self._is_up = True

    def carry(self, page: socket.socket) -> None:
        """Carry all of one connection."""
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
        with suppress(OSError):  # an end that broke is an end
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
def link_to(storage: str) -> Iterator[tuple[Link, str]]:
    """A line to storage's origin, and the origin that it gives it."""
    link = Link(storage)

    class Connection(BaseRequestHandler):
        def handle(self) -> None:
            link.carry(self.request)

    with ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, AHEAD)  # passed on to each
        accepting = Thread(target=server.serve_forever)
        accepting.start()
        try:
            yield link, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            accepting.join()
            link.cut()
