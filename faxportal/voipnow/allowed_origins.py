"""Which origins and IP addresses the portal may connect to: a defence against SSRF.

The URL of an upload target comes from outside and may name any host. So its origin must be on the
operator's list, and its host must resolve to a public address. A private address is allowed only
for a host that is listed by its whole name, for example an office's own VoipNow. The connection
goes to the address that was checked, so that a second DNS answer changes nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import httpx

from faxportal.voipnow.errors import NotAllowed, Reason

Resolve = Callable[[str, int], list[str]]
"""Returns the IP addresses of a host and port. Raises `OSError` if it finds no address."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
#: IPv6 networks that lead into a local network, although Python calls them global: the local NAT64
#: of RFC 8215, and the site-local addresses that RFC 3879 gave up.
_LOCAL = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "fec0::/10")))


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Scheme, host and port of a URL. In a list, the host may begin with `*.`."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The origin of a URL, parsed by the library that will send the request.

        Raises `ValueError` if the URL is no http or https URL, or has a user name.
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
        """Whether this entry of a list covers an origin. Wildcards work as in a CSP."""
        if (self.scheme, self.port) != (other.scheme, other.port):
            return False
        if self.host.startswith("*."):
            return other.host.endswith(self.host[1:])
        return self.host == other.host


class Origins:
    """One of the operator's lists of origins."""

    def __init__(self, entries: Iterable[str], *, allow_http: bool) -> None:
        """Raises `ValueError` for an entry that is no origin, or is http without `allow_http`."""
        self._entries = tuple(Origin.of(entry) for entry in entries)
        for entry in self._entries:
            if entry.scheme == "http" and not allow_http:
                raise ValueError(f"{entry}: plain http is not allowed")
            if "*" in entry.host.removeprefix("*."):
                raise ValueError(f"{entry}: a wildcard stands first, as in https://*.example.com")

    def allow(self, origin: Origin) -> bool:
        """Whether an entry covers this origin."""
        return any(entry.covers(origin) for entry in self._entries)

    def lists_exactly(self, host: str) -> bool:
        """Whether this host is listed by its name, and not only covered by a wildcard."""
        return any(entry.host == host for entry in self._entries)


class OriginGuard:
    """Raises `NotAllowed` for every origin and address that the operator did not list."""

    def __init__(self, *, servers: Origins, storage: Origins, resolve: Resolve) -> None:
        self._servers = servers
        self._storage = storage
        self._resolve = resolve

    def check_server(self, url: str) -> Origin:
        """The origin of a VoipNow server's base URL. Raises `NotAllowed`."""
        return self._listed(url, self._servers, Reason.SERVER_NOT_ALLOWED)

    def check_target(self, url: str) -> Origin:
        """The origin of an upload target's URL. Raises `NotAllowed`."""
        return self._listed(url, self._storage, Reason.ORIGIN_NOT_ALLOWED)

    def allowed_addresses(self, host: str, port: int) -> list[str]:
        """The IP addresses of a listed host that the portal may connect to.

        For a host that is listed exactly, these are all its addresses. For any other host, these
        are its public addresses. Raises `NotAllowed` if the other host has no public address, and
        `OSError` if a host has no address. Only the system's resolver limits how long this takes.
        """
        addresses = self._resolve(host, port)
        if self._servers.lists_exactly(host) or self._storage.lists_exactly(host):
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
        if not origins.allow(origin):
            raise NotAllowed(reason, origin=str(origin))
        return origin


def is_public(address: str) -> bool:
    """Whether an IP address is public.

    If an IPv6 address contains an IPv4 address, the IPv4 address is tested.
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        wrapped = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            wrapped = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
        if any(parsed in network for network in _LOCAL):
            return False
    return parsed.is_global and not parsed.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver returns, each once, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
