"""Mail servers on 127.0.0.1: one that takes mails or refuses them, and one that is silent."""

from __future__ import annotations

import email
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message

from pytest_django.fixtures import Settings


@dataclass
class MailServer:
    """A running mail server."""

    port: int
    #: The mails that it took.
    messages: list[Message] = field(default_factory=list)
    #: How many connections were made to it.
    connections: int = 0
    #: Addresses that it refuses.
    refused: set[str] = field(default_factory=set)

    def use(self, settings: Settings) -> None:
        """Let the portal send its mail through this server."""
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", self.port


class _Smtp(socketserver.StreamRequestHandler):
    """One SMTP connection (RFC 5321) to a server that refuses nothing but certain addresses."""

    known: MailServer

    def handle(self) -> None:
        self.known.connections += 1
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word == "DATA":
                self._say("354 go on")
                self._take()
            elif word.startswith("RCPT") and any(one.upper() in word for one in self.known.refused):
                self._say("550 nobody here")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.known.messages.append(email.message_from_bytes(b"".join(lines)))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that takes each mail, except for refused addresses."""
    known = MailServer(port=0)
    handler = type("Handler", (_Smtp,), {"known": known})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        known.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield known
        server.shutdown()
        thread.join()


@contextmanager
def silent_mail_server() -> Iterator[MailServer]:
    """A server that accepts each connection and says nothing until it is closed."""
    listener = socket.create_server(("127.0.0.1", 0))
    known = MailServer(port=listener.getsockname()[1])
    accepted: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                accepted.append(listener.accept()[0])
            except OSError:
                return
            known.connections += 1

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield known
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    for one in accepted:
        one.close()
