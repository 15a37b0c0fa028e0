"""The address that the portal listens on, and the address by which a browser reaches it."""

from __future__ import annotations

import errno
import ipaddress
import socket

from django.conf import settings

LOOPBACK = "127.0.0.1"


class CannotListen(Exception):
    """The address can't be listened on; the text is a sentence for the operator."""


class PortTaken(CannotListen):
    """Another program listens on the port already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} is taken by another program.")
        self.host, self.port = host, port


def listen(bind: str) -> socket.socket:
    """A listening socket at HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000.

    Port 0 takes a free port. Raises `PortTaken`, and `CannotListen` for other reasons.
    """
    host, _, port = bind.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (host and port.isdecimal() and int(port) < 2**16):
        raise CannotListen("FAXPORTAL_BIND must be HOST:PORT, for example 127.0.0.1:8000.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, int(port)) from error
        reason = str(error.strerror).partition(" (while")[0]
        raise CannotListen(f"The portal can't listen on {bind}: {reason}.") from error


def inherited(number: int) -> socket.socket:
    """The listening socket that the parent process left open, by its file descriptor."""
    return socket.socket(fileno=number)


def is_open_to_others(listener: socket.socket) -> bool:
    """Whether other machines reach a listening socket."""
    return not ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def address(listener: socket.socket) -> str:
    """HOST:PORT under which a browser on this machine reaches a listening socket.

    The host is the socket's own host, or the first host in FAXPORTAL_HOSTS if that setting names
    only other hosts.
    """
    host, port = listener.getsockname()[:2]
    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    if names and host not in names:
        host = names[0]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
