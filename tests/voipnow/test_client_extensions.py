"""Listing the extensions of a server."""

import json

import pytest

from tests.voipnow.client_calls import client_of
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import Peer, Script, hostile_server

# Extensions


def presence(*numbers: str, total: int | None = None) -> bytes:
    entries = [{"extension": number, "status": "1"} for number in numbers]
    return json.dumps({"entry": entries, "totalResults": total}).encode()


def pages(*bodies: bytes) -> Script:
    def script(peer: Peer) -> None:
        for body in bodies:
            peer.read()
            peer.answer(200 if body else 204, body)

    return script


@pytest.mark.parametrize(
    "bodies",
    [
        (presence("1", "2", total=3), presence("3", total=3)),
        (presence("1", "2"), presence("3"), b""),
        (presence("1", "2"), presence("3"), presence()),
        (presence("1", "2", "3"), presence("1", "2", "3")),
    ],
)
def test_extensions_come_page_by_page(network_to: NetworkTo, bodies: tuple[bytes, ...]) -> None:
    with hostile_server(pages(*bodies)) as server:
        seen = client_of(network_to, server).extensions()
    assert [extension.number for extension in seen] == ["1", "2", "3"]
    assert len(server.requests) == len(bodies)


def test_the_next_page_starts_after_what_was_seen(network_to: NetworkTo) -> None:
    with hostile_server(pages(presence("1", "2"), b"")) as server:
        client_of(network_to, server).extensions()
    assert [request.line for request in server.requests] == [
        "GET /uapi/extensions/@me/@self/presence?count=500&startIndex=0 HTTP/1.1",
        "GET /uapi/extensions/@me/@self/presence?count=500&startIndex=2 HTTP/1.1",
    ]


def test_a_check_lists_one_extension(network_to: NetworkTo) -> None:
    with hostile_server(pages(b"")) as server:
        client_of(network_to, server).check()
    assert "count=1&" in server.requests[0].line
