from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from faxportal.web.site.middleware.trusted_proxy import TrustedProxyMiddleware


@pytest.fixture(autouse=True)
def _trusted(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.0/16", "192.0.2.7", "::1"]
    settings.ALLOWED_HOSTS = ["fax.example.com", "testserver"]


def seen(remote: str, **headers: str) -> HttpRequest:
    """A request from `remote` with these headers, as the views see it."""
    requests: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        requests.append(request)
        return HttpResponse()

    TrustedProxyMiddleware(view)(
        RequestFactory().get(
            "/", REMOTE_ADDR=remote, headers={n.replace("_", "-"): v for n, v in headers.items()}
        )
    )
    return requests[0]


@pytest.mark.parametrize("proxy", ["10.1.2.3", "192.0.2.7", "::1", "::ffff:10.1.2.3"])
def test_a_trusted_proxy_names_client_scheme_and_host(proxy: str) -> None:
    request = seen(
        proxy,
        x_forwarded_for="203.0.113.9",
        x_forwarded_proto="https",
        x_forwarded_host="fax.example.com",
    )
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert request.is_secure()
    assert request.get_host() == "fax.example.com"


@pytest.mark.parametrize("stranger", ["10.2.0.1", "192.0.2.8", "203.0.113.9", ""])
def test_headers_of_an_address_that_is_not_trusted_are_ignored(stranger: str) -> None:
    request = seen(
        stranger,
        x_forwarded_for="192.0.2.7",
        x_forwarded_proto="https",
        x_forwarded_host="fax.example.com",
    )
    assert request.META["REMOTE_ADDR"] == stranger
    assert not request.is_secure()
    assert request.get_host() == "testserver"


@pytest.mark.parametrize("remote", ["10.1.2.3", "203.0.113.9"])
def test_views_see_no_forwarded_headers(remote: str) -> None:
    request = seen(
        remote, x_forwarded_for="a", x_forwarded_proto="https", x_forwarded_host="testserver"
    )
    assert not [name for name in request.headers if name.startswith("X-Forwarded")]


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.1.0.5, 192.0.2.7", "203.0.113.9"),
        ("10.1.0.5, 192.0.2.7", "10.1.0.5"),
        ("203.0.113.9, unknown, 192.0.2.7", "192.0.2.7"),
        ("2001:db8::9", "2001:db8::9"),
        ("not an address", "10.1.2.3"),
        ("", "10.1.2.3"),
    ],
)
def test_the_client_is_the_last_address_that_is_not_trusted(
    forwarded_for: str, client: str
) -> None:
    assert seen("10.1.2.3", x_forwarded_for=forwarded_for).META["REMOTE_ADDR"] == client


def test_only_the_last_value_of_a_forwarded_header_counts() -> None:
    request = seen(
        "10.1.2.3",
        x_forwarded_proto="https, http",
        x_forwarded_host="evil.example, fax.example.com",
    )
    assert not request.is_secure()
    assert request.get_host() == "fax.example.com"


def test_an_unknown_scheme_is_ignored() -> None:
    assert seen("10.1.2.3", x_forwarded_proto="javascript").scheme == "http"


def test_a_proxy_that_is_no_address_stops_the_start(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["proxy.example.com"]
    with pytest.raises(ImproperlyConfigured, match="FAXPORTAL_TRUSTED_PROXIES takes addresses"):
        TrustedProxyMiddleware(lambda request: HttpResponse())
