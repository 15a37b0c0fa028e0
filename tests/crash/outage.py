"""A database that the portal's processes can't reach for a while.

For PostgreSQL, the processes connect through a small proxy on 127.0.0.1. When the proxy closes,
every connection breaks and no new one is made. For SQLite, the test locks the database's file.
"""

from __future__ import annotations

import socket
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.db import connection

#: Ends all leases, as if the database had been away for longer than a lease.
_A_MINUTE_LATER = (
    "UPDATE faxes_handover SET lease_until = '2000-01-01 00:00:00' WHERE lease IS NOT NULL"
)


class Database(Protocol):
    """The test's own database, as the processes reach it."""

    url: str

    def go_away(self) -> None: ...

    def come_back(self) -> None:
        """Let the processes reach the database again, and end their leases."""


class LockedFile:
    """A database in SQLite, whose file is locked while the database is away."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._other = sqlite3.connect(
            Path(connection.settings_dict["NAME"]), isolation_level=None, check_same_thread=False
        )

    def go_away(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    def come_back(self) -> None:
        self._other.execute(_A_MINUTE_LATER)
        self._other.execute("COMMIT")

    def close(self) -> None:
        self._other.close()


class ClosingProxy:
    """A PostgreSQL database behind a proxy, which is closed while the database is away."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._port = 0
        self._is_open = False
        self._accepting: threading.Thread
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._open()
        # The server does not check the password, and the log must not show it.
        user = f"{parts.username}:{PASSWORD}"
        self.url = parts._replace(netloc=f"{user}@127.0.0.1:{self._port}").geturl()

    def go_away(self) -> None:
        self.close()

    def come_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_A_MINUTE_LATER)
        self._open()

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self._port)).close()  # so that `accept` returns
        self._accepting.join()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._ends.clear()
        self._threads.clear()

    def _open(self) -> None:
        self._is_open = True
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, args=(listener,))
        self._accepting.start()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while True:
                near, _address = listener.accept()
                if not self._is_open:
                    near.close()
                    return
                far = socket.create_connection(self._server)
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    thread = threading.Thread(target=_carry, args=(one, other))
                    self._threads.append(thread)
                    thread.start()


#: A password that no log may show.
PASSWORD = "a-password-for-the-database"


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes in one direction, until either end is closed."""
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    one.close()
