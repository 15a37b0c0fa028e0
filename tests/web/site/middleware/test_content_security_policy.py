from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from faxportal.web.site.middleware.content_security_policy import (
    ContentSecurityPolicyMiddleware,
    build_policy,
)


@pytest.mark.parametrize(
    ("config", "policy"),
    [
        ({"default-src": ["'self'"]}, "default-src 'self'"),
        (
            {"img-src": ["'self'", "data:"], "base-uri": "'none'"},
            "img-src 'self' data:; base-uri 'none'",
        ),
        (
            {"upgrade-insecure-requests": True, "sandbox": False, "font-src": None},
            "upgrade-insecure-requests",
        ),
        ({"script-src": ()}, ""),
    ],
)
def test_the_setting_becomes_the_header(config: dict[str, list[str]], policy: str) -> None:
    assert build_policy(config) == policy


def test_every_response_carries_the_policy(settings: Settings) -> None:
    settings.SECURE_CSP = {"default-src": ["'none'"]}
    middleware = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())
    response = middleware(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"


def test_a_response_keeps_a_policy_of_its_own() -> None:
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    middleware = ContentSecurityPolicyMiddleware(lambda request: own)
    assert middleware(RequestFactory().get("/")).headers["Content-Security-Policy"] == "sandbox"


def test_our_own_policy_allows_neither_inline_code_nor_other_origins(settings: Settings) -> None:
    """The only other origin is storage, to which a browser may upload files."""
    policy = build_policy(settings.SECURE_CSP)
    assert "unsafe" not in policy
    storage = " ".join(["connect-src", "'self'", *settings.STORAGE_ORIGINS])
    assert storage in policy
    assert "http" not in policy.replace(storage, "")
    assert "default-src 'none'" in policy
