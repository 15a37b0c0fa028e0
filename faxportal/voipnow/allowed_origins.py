"""Where the portal may connect to: the operator's lists, and what a name resolves to.

A target comes from outside, so its URL decides nothing. Its origin must be on a list, and the
address that its name resolves to must be public, unless the operator listed that very host (an
office's own VoipNow is private; a wildcard never reaches a private address). The connection is
then made to the address that was checked, so that a second look-up cannot lead elsewhere.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import httpx

from faxportal.voipnow.errors import NotAllowed, Reason

Resolve = Callable[[str, int], list[str]]
"""From host and port to addresses. OSError where the name leads nowhere."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Scheme, host and port of a URL. In a list, the host may begin with `*.`."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The origin of a URL, read by the parser that will send the request.

        ValueError where it has none, or carries a user name.
        """
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            raise ValueError("not an address") from None
        if parsed.scheme not in _DEFAULT_PORTS or not parsed.host:
            raise ValueError("not an http or https address")
        if parsed.userinfo:
            raise ValueError("an address with a user name")
        port = parsed.port or _DEFAULT_PORTS[parsed.scheme]
        if port > 0xFFFF:
            raise ValueError("not an address: no such port")
        return cls(scheme=parsed.scheme, host=parsed.raw_host.decode("ascii"), port=port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    def covers(self, other: "Origin") -> bool:
        """Whether this entry of a list allows that origin, as a CSP source would."""
        if (self.scheme, self.port) != (other.scheme, other.port):
            return False
        if self.host.startswith("*."):
            return other.host.endswith(self.host[1:])
        return self.host == other.host


class Origins:
    """One of the operator's lists. ValueError for an entry that cannot be meant."""

    def __init__(self, entries: Iterable[str], *, allow_http: bool) -> None:
        self._entries = tuple(Origin.of(entry) for entry in entries)
        for entry in self._entries:
            if entry.scheme == "http" and not allow_http:
                raise ValueError(f"{entry}: plain http is not allowed")
            if "*" in entry.host.removeprefix("*."):
                raise ValueError(f"{entry}: a wildcard stands first, as in https://*.example.com")

    def cover(self, origin: Origin) -> bool:
        return any(entry.covers(origin) for entry in self._entries)

    def name(self, host: str) -> bool:
        """Whether this very host is listed, not by a wildcard."""
        return any(entry.host == host for entry in self._entries)


class Guard:
    """Says no, by `NotAllowed`, to every place that the operator did not list."""

    def __init__(self, *, servers: Origins, storage: Origins, resolve: Resolve) -> None:
        self._servers = servers
        self._storage = storage
        self._resolve = resolve

    def server(self, url: str) -> Origin:
        """The origin of a VoipNow server's base URL, if it is listed."""
        return self._listed(url, self._servers, Reason.SERVER_NOT_ALLOWED)

    def target(self, url: str) -> Origin:
        """The origin of an upload target's URL, if it is listed."""
        return self._listed(url, self._storage, Reason.ORIGIN_NOT_ALLOWED)

    def addresses(self, host: str, port: int) -> list[str]:
        """What a listed host resolves to, as far as the portal may go there. OSError as resolve.

        The system's resolver has its own time limit.
        """
        addresses = self._resolve(host, port)
        if self._servers.name(host) or self._storage.name(host):
            return addresses
        public = [address for address in addresses if is_public(address)]
        if not public:
            raise NotAllowed(Reason.ADDRESS_NOT_ALLOWED, origin=host)
        return public

    @staticmethod
    def _listed(url: str, origins: Origins, reason: Reason) -> Origin:
        try:
            origin = Origin.of(url)
        except ValueError:
            raise NotAllowed(reason) from None
        if not origins.cover(origin):
            raise NotAllowed(reason, origin=str(origin))
        return origin


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet's, also where it wraps an IPv4 one."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        wrapped = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            wrapped = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return parsed.is_global and not parsed.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """The system's answer, each address once, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
