"""Calls to a VoipNow whose server, or whose proxy, behaves badly."""

import gzip
from typing import Any

import pytest

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.authentication import AccessToken
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import (
    NoAnswer,
    NotAllowed,
    NotUnderstood,
    Outcome,
    Reason,
    Refused,
    TryLater,
    VoipNowError,
)
from tests.voipnow.client_calls import CREATED, FAX, SENT, SHORT, client_of
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import Peer, Script, always, hostile_server
from tests.voipnow.vendor_samples import REQUEST


def create_at(network_to: NetworkTo, *scripts: Script, **settings: Any) -> VoipNowError:
    with hostile_server(*scripts) as server, pytest.raises(VoipNowError) as caught:
        client_of(network_to, server, **settings).create_fax("0003*210", FAX)
    assert len(server.requests) <= 1, "a create is never repeated by itself"
    return caught.value


# What goes out


def test_a_create_is_the_vendors_sample_byte_for_byte(network_to: NetworkTo) -> None:
    file = FileToSend(
        upload_identifier="doc001",
        name="document.pdf",
        size=1048576,
        content_type="application/pdf",
    )
    fax = CreateFax(recipients=("7778888", "1234567890"), files=(file,))
    with hostile_server(always(204)) as server, pytest.raises(Refused):
        client_of(network_to, server).create_fax("0003*210", fax)
    [request] = server.requests
    assert request.line == "POST /uapi/faxes/@me/0003*210/ HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.body.decode() == REQUEST


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"trailing_slash": False}, "/uapi/faxes/@me/0003*210"),
        ({"user": "@owner"}, "/uapi/faxes/@owner/0003*210/"),
        ({"user": "3"}, "/uapi/faxes/3/0003*210/"),
    ],
)
def test_user_and_slash_are_settings(
    network_to: NetworkTo, changes: dict[str, Any], path: str
) -> None:
    with hostile_server(always(200, CREATED)) as server:
        client_of(network_to, server, **changes).create_fax("0003*210", FAX)
    assert server.requests[0].line == f"POST {path} HTTP/1.1"


@pytest.mark.parametrize("extension", ["", "@self", "0003/210", "0003*210?x", "..", "é"])
def test_a_text_that_is_no_extension_number_is_not_sent(
    network_to: NetworkTo, extension: str
) -> None:
    with hostile_server(always(200, CREATED)) as server, pytest.raises(Refused) as caught:
        client_of(network_to, server).create_fax(extension, FAX)
    assert caught.value.reason == Reason.EXTENSION_INVALID
    assert server.connections == 0


@pytest.mark.parametrize("user", ["", "@self", "a/b", "../x"])
def test_a_text_that_is_no_user_is_not_sent(network_to: NetworkTo, user: str) -> None:
    with hostile_server(always(200, CREATED)) as server, pytest.raises(Refused) as caught:
        client_of(network_to, server, user=user).create_fax("0003*210", FAX)
    assert caught.value.reason == Reason.USER_INVALID
    assert server.connections == 0


def test_a_server_that_is_not_listed_is_not_asked(network_to: NetworkTo) -> None:
    with hostile_server(always(200, CREATED)) as server, pytest.raises(NotAllowed) as caught:
        VoipNow(
            network_to("https://voip.example.com"),
            server=server.url,
            credentials=AccessToken(token="t"),
        ).check()
    assert caught.value.reason == Reason.SERVER_NOT_ALLOWED
    assert server.connections == 0


def test_a_cookie_of_the_server_is_not_kept(network_to: NetworkTo) -> None:
    with hostile_server(always(200, CREATED, "Set-Cookie: vn=somebody; Path=/")) as server:
        client = client_of(network_to, server)
        client.create_fax("0003*210", FAX)
        client.create_fax("0003*210", FAX)
    assert all("cookie" not in request.headers for request in server.requests)
    assert server.connections == 1


def test_no_redirect_is_followed_and_credentials_go_nowhere_else(network_to: NetworkTo) -> None:
    with hostile_server(always(200, CREATED)) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            moved = always(status, b"", f"Location: {elsewhere.url}/")
            error = create_at(network_to, moved)
            assert (type(error), error.reason) == (NotUnderstood, Reason.REDIRECTED)
    assert elsewhere.connections == 0


# Answers


def test_a_compressed_answer_is_understood(network_to: NetworkTo) -> None:
    packed = always(200, gzip.compress(CREATED), "Content-Encoding: gzip")
    with hostile_server(packed) as server:
        assert client_of(network_to, server).create_fax("0003*210", FAX).id == "262"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", ()),
        (b"<html>maintenance</html>", ("Content-Type: text/html",)),
        (CREATED + b" " * 2 * 1024 * 1024, ()),
        (gzip.compress(CREATED + b" " * 2 * 1024 * 1024), ("Content-Encoding: gzip",)),
        (b"not gzip", ("Content-Encoding: gzip",)),
        (SENT, ()),
        (b'{"error":{"code":"fx_file_invalid"}}', ()),
    ],
)
def test_a_200_that_is_not_understood_is_unknown_and_not_tried_again(
    network_to: NetworkTo, body: bytes, headers: tuple[str, ...]
) -> None:
    error = create_at(network_to, always(200, body, *headers))
    assert (type(error), error.reason) == (NotUnderstood, Reason.ANSWER_NOT_UNDERSTOOD)
    assert error.message


def test_a_200_that_breaks_off_is_unknown_and_may_be_tried_again(network_to: NetworkTo) -> None:
    def break_off(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + CREATED)

    error = create_at(network_to, break_off)
    assert (type(error), error.reason) == (NoAnswer, Reason.CONNECTION_LOST)


def test_a_200_that_stops_half_way_is_unknown_and_may_be_tried_again(
    network_to: NetworkTo,
) -> None:
    def stop(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + CREATED)
        peer.hang()

    error = create_at(network_to, stop, answer_timeout=SHORT)
    assert (type(error), error.reason) == (NoAnswer, Reason.TIMED_OUT)


def test_a_refusal_whose_body_breaks_off_is_still_a_refusal(network_to: NetworkTo) -> None:
    def break_off(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n{")

    error = create_at(network_to, break_off)
    assert (type(error), error.reason) == (Refused, Reason.FORBIDDEN)


def test_retry_after_is_handed_on(network_to: NetworkTo) -> None:
    error = create_at(network_to, always(429, b"", "Retry-After: 7"))
    assert (type(error), error.retry_after) == (TryLater, 7)


# Connections that die


def test_a_refused_connection_is_not_done(network_to: NetworkTo) -> None:
    with hostile_server() as server:
        pass
    with pytest.raises(TryLater) as caught:
        client_of(network_to, server).create_fax("0003*210", FAX)
    assert caught.value.reason == Reason.NO_CONNECTION


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 2", b"no HTTP at all\r\n\r\n"])
def test_a_create_without_an_answer_is_unknown(network_to: NetworkTo, half: bytes) -> None:
    def die(peer: Peer) -> None:
        peer.read()
        peer.send(half)

    error = create_at(network_to, die)
    assert (type(error), error.reason) == (NoAnswer, Reason.CONNECTION_LOST)


def test_a_create_that_is_reset_is_unknown_even_before_it_was_read_whole(
    network_to: NetworkTo,
) -> None:
    def die(peer: Peer) -> None:
        peer.read_head()
        peer.reset()

    assert create_at(network_to, die).outcome is Outcome.UNKNOWN


def test_a_create_that_nobody_answers_is_unknown(network_to: NetworkTo) -> None:
    def say_nothing(peer: Peer) -> None:
        peer.read()
        peer.hang()

    error = create_at(network_to, say_nothing, answer_timeout=SHORT)
    assert (type(error), error.reason) == (NoAnswer, Reason.TIMED_OUT)


def test_a_kept_connection_that_dies_under_the_next_create_leaves_it_unknown(
    network_to: NetworkTo,
) -> None:
    def die_at_the_second(peer: Peer) -> None:
        peer.read()
        peer.answer(200, CREATED)
        peer.read_head()
        peer.reset()

    with hostile_server(die_at_the_second) as server:
        client = client_of(network_to, server)
        client.create_fax("0003*210", FAX)
        with pytest.raises(NoAnswer) as caught:
            client.create_fax("0003*210", FAX)
    assert caught.value.reason == Reason.CONNECTION_LOST
    assert len(server.requests) == 2
