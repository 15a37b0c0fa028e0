"""From where somebody does what the audit tells of."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from faxportal.audit.audit_log import from_address


class AuditAddressMiddleware:
    """Tells the audit the address of each request, as `TrustedProxyMiddleware` found it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with from_address(request.META.get("REMOTE_ADDR") or None):
            return self.get_response(request)
