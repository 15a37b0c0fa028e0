"""Behind a proxy: the client that sent a request, and the address that the client called."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
FORWARDED_PROTO = "HTTP_X_FORWARDED_PROTO"
FORWARDED_HOST = "HTTP_X_FORWARDED_HOST"


class TrustedProxyMiddleware:
    """Takes client, scheme and host from X-Forwarded-* headers that a trusted proxy sent.

    FAXPORTAL_TRUSTED_PROXIES holds the trusted addresses and networks. Headers from anybody else
    are ignored. The headers are removed in both cases, so that later code has one source for each
    value: REMOTE_ADDR, `request.is_secure()` and `request.get_host()`. Raises
    `ImproperlyConfigured` at the start if a value of the setting is no address and no network.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        try:
            self.trusted = [ipaddress.ip_network(text) for text in settings.TRUSTED_PROXIES]
        except ValueError as error:
            raise ImproperlyConfigured(
                f"FAXPORTAL_TRUSTED_PROXIES takes addresses and networks: {error}."
            ) from error

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        clients = meta.pop(FORWARDED_FOR, "")
        schemes = meta.pop(FORWARDED_PROTO, "")
        hosts = meta.pop(FORWARDED_HOST, "")
        if _is_in(self.trusted, _address(meta.get("REMOTE_ADDR", ""))):
            # Each proxy appends its value. Earlier values may come from the client itself.
            if client := self._client(clients):
                meta["REMOTE_ADDR"] = client
            if (scheme := _last(schemes).lower()) in ("http", "https"):
                meta["wsgi.url_scheme"] = scheme
            if host := _last(hosts):
                meta["HTTP_HOST"] = host
        return self.get_response(request)

    def _client(self, clients: str) -> str | None:
        """The client's address in X-Forwarded-For; None if the last value is no address.

        The values are read from right to left. The first address that is not a trusted proxy's is
        the client's address, and reading ends there. Reading also ends at a value that is no
        address, and at the left end. Then the address that was read last counts as the client's.
        """
        client = None
        for text in reversed(clients.split(",")):
            address = _address(text)
            if address is None:
                break
            client = str(address)
            if not _is_in(self.trusted, address):
                break
        return client


def _is_in(
    networks: list[IPv4Network | IPv6Network], address: IPv4Address | IPv6Address | None
) -> bool:
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in a text such as 192.0.2.1 or ::1; None for a text that is no address.

    An IPv4 address that is mapped into IPv6 is returned as IPv4.
    """
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _last(values: str) -> str:
    """The last of a header's values, which the trusted proxy appended; empty for none."""
    return values.rpartition(",")[2].strip()
