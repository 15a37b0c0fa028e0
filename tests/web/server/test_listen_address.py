from __future__ import annotations

import socket

import pytest
from pytest_django.fixtures import Settings

from faxportal.web.server.listen_address import CannotListen, PortTaken, address, listen


@pytest.mark.parametrize(
    ("bind", "sentence"),
    [
        ("8000", "must be HOST:PORT, for example 127.0.0.1:8000"),
        (":8000", "must be HOST:PORT"),
        ("127.0.0.1:http", "must be HOST:PORT"),
        ("127.0.0.1:65536", "must be HOST:PORT"),
        # RFC 5737 reserves this address for documentation: no machine has it.
        ("192.0.2.1:0", r"can't listen on 192\.0\.2\.1:0: [^()]+\.$"),
    ],
)
def test_an_address_that_cannot_be_used_is_reported_in_a_sentence(bind: str, sentence: str) -> None:
    with pytest.raises(CannotListen, match=sentence):
        listen(bind)


def test_a_port_is_taken_while_somebody_listens() -> None:
    with listen("127.0.0.1:0") as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken by another program"):
            listen(f"127.0.0.1:{port}")
    listen(f"127.0.0.1:{port}").close()


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6_goes_in_brackets(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["::1"]
    with listen("[::1]:0") as listener:
        assert address(listener) == f"[::1]:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("hosts", "named"),
    [
        (["localhost", "127.0.0.1"], "127.0.0.1"),
        (["fax.example.com"], "fax.example.com"),
        ([".example.com"], "example.com"),
        (["*"], "127.0.0.1"),
    ],
)
def test_the_address_is_one_that_the_portal_answers_to(
    settings: Settings, hosts: list[str], named: str
) -> None:
    settings.ALLOWED_HOSTS = hosts
    with listen("127.0.0.1:0") as listener:
        assert address(listener) == f"{named}:{listener.getsockname()[1]}"
