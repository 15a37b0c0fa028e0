"""The network address in audit entries: where a request came from."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from faxportal.audit.audit_log import from_address


class AuditAddressMiddleware:
    """Puts the client's address into the audit entries that are written during a request.

    It has to follow `TrustedProxyMiddleware`, which finds the client's address behind a proxy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with from_address(request.META.get("REMOTE_ADDR") or None):
            return self.get_response(request)
