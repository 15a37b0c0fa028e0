"""Listing the extensions of a server."""

import json

import pytest

from faxportal.voipnow.authentication import AccessToken
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason, VoipNowError
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


def at(path: str, status: int = 301) -> Script:
    """A server with its presence list at `path`. It answers other paths with `status`."""

    def script(peer: Peer) -> None:
        while True:
            asked = peer.read().line.split()[1].partition("?")[0]
            if asked == path:
                peer.answer(200, presence("1", total=1))
            else:
                peer.answer(status, b"", "Location: /elsewhere")

    return script


PATH = "/uapi/extensions/@me/@self/presence"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404])
def test_the_other_slash_is_tried_and_what_worked_is_remembered(
    network_to: NetworkTo, status: int
) -> None:
    with hostile_server(at(PATH + "/", status)) as server:
        network = network_to(server.url)
        for _ in range(2):
            token = AccessToken(token="1|token")
            client = VoipNow(network, server=server.url, credentials=token)
            assert [one.number for one in client.extensions()] == ["1"]
    paths = [request.line.split()[1].partition("?")[0] for request in server.requests]
    assert paths == [PATH, PATH + "/", PATH + "/"]


def test_a_server_that_changes_its_mind_about_the_slash_is_found_again(
    network_to: NetworkTo,
) -> None:
    with hostile_server(at(PATH)) as server:
        network = network_to(server.url)
        network.presence_slashes[server.url] = "/"
        token = AccessToken(token="1|token")
        VoipNow(network, server=server.url, credentials=token).check()
    assert network.presence_slashes == {server.url: ""}


@pytest.mark.parametrize(("status", "reason"), [(301, Reason.REDIRECTED), (404, Reason.NOT_FOUND)])
def test_a_server_without_a_presence_list_is_asked_twice_and_named(
    network_to: NetworkTo, status: int, reason: Reason
) -> None:
    with hostile_server(at("/nowhere", status)) as server, pytest.raises(VoipNowError) as caught:
        client_of(network_to, server).check()
    assert caught.value.reason == reason
    assert len(server.requests) == 2
