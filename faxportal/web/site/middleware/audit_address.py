"""The address that audit entries have, as the place that somebody did something from."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from faxportal.audit.audit_log import from_address


class AuditAddressMiddleware:
    """Lets entries that a request writes have its client's address.

    It comes after `TrustedProxyMiddleware`, which finds that address behind a proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with from_address(request.META.get("REMOTE_ADDR") or None):
            return self.get_response(request)
