"""The Content-Security-Policy of every page.

Django 6 has the same middleware and the same setting. With Django 6, delete this module and name
`django.middleware.csp.ContentSecurityPolicyMiddleware` in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """Adds the policy of the setting SECURE_CSP to each response that has no policy yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, build_policy(settings.SECURE_CSP))
        return response


def build_policy(config: Mapping[str, Iterable[str] | str | bool | None]) -> str:
    """The header's value for a policy: directive → its sources.

    If the sources are True, the header has the directive without sources. If they are None, False
    or empty, the header has no such directive.
    """
    directives = []
    for directive, sources in config.items():
        if not sources:
            continue
        if sources is True:
            directives.append(directive)
        else:
            values = [sources] if isinstance(sources, str) else sources
            directives.append(" ".join([directive, *values]))
    return "; ".join(directives)
