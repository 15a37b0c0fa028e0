"""Asking a VoipNow whose server, or whose proxy, behaves badly."""

import email
import email.policy
import gzip
import io
import json
from typing import Any

import pytest

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.authentication import AccessToken, AppKey
from faxportal.voipnow.client import VoipNow, may_want_other_wire_form
from faxportal.voipnow.errors import (
    NoAnswer,
    NotAllowed,
    NotUnderstood,
    Outcome,
    Reason,
    RecipientsRefused,
    Refused,
    TryLater,
    VoipNowError,
)
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, Script, always, hostile_server
from tests.voipnow.vendor_samples import REQUEST, created, created_file, fax_of

SHORT = 0.2  # seconds
FAX = fax_of(("doc0", 5))
CREATED = json.dumps(created(created_file())).encode()
SENT = b'{"id":262,"uid":"ba12","recipients":["7778888"]}'


def client_of(network_to: NetworkTo, server: HostileServer, **settings: Any) -> VoipNow:
    rules = {name: settings.pop(name) for name in ("answer_timeout",) if name in settings}
    return VoipNow(
        network_to(server.url, **rules),
        server=server.url,
        credentials=AccessToken(token="1|token"),
        **settings,
    )


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


# The older wire form


def send_at(network_to: NetworkTo, server: HostileServer, content: bytes = b"hello") -> Any:
    return client_of(network_to, server).send_in_one_request("0003*210", FAX, [io.BytesIO(content)])


def test_one_request_carries_files_and_recipients(network_to: NetworkTo) -> None:
    fax = CreateFax(
        recipients=("7778888",),
        files=tuple(
            FileToSend(upload_identifier=name, name=name, size=5, content_type="text/plain")
            for name in ('a "b".txt', "Ünï\r\ncode.txt")
        ),
    )
    with hostile_server(always(200, SENT)) as server:
        sent = client_of(network_to, server).send_in_one_request(
            "0003*210", fax, [io.BytesIO(b"hello"), io.BytesIO(b"world")]
        )
    assert (sent.id, sent.uid, sent.targets) == ("262", "ba12", ())
    [request] = server.requests
    assert "transfer-encoding" not in request.headers
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
    parts = list(form.iter_parts())
    names = [part.get_param("name", header="content-disposition") for part in parts]
    assert names == ["files", "files", "request"]
    assert [part.get_payload() for part in parts[:2]] == ["hello", "world"]
    assert json.loads(str(parts[2].get_payload())) == {"recipients": ["7778888"]}
    assert b'filename="a %22b%22.txt"' in request.body
    assert 'filename="Ünï%0D%0Acode.txt"'.encode() in request.body


def test_each_one_request_has_a_fresh_connection(network_to: NetworkTo) -> None:
    with hostile_server(always(200, SENT)) as server:
        client = client_of(network_to, server)
        for _ in range(2):
            client.send_in_one_request("0003*210", FAX, [io.BytesIO(b"hello")])
    assert server.connections == 2


def test_one_request_is_sent_whole_once_more_after_a_401(network_to: NetworkTo) -> None:
    def voipnow(peer: Peer) -> None:
        for status, body in ((200, b'{"access_token":"a"}'), (200, b'{"access_token":"b"}')):
            peer.read()
            peer.answer(status, body)

    def refuse_once(peer: Peer) -> None:
        peer.read()
        first = sum("/faxes/" in request.line for request in peer.server.requests) == 1
        peer.answer(401 if first else 200, b"" if first else SENT)

    with hostile_server(voipnow, refuse_once) as server:
        client = VoipNow(
            network_to(server.url), server=server.url, credentials=AppKey(key="k", secret="s")
        )
        client.send_in_one_request("0003*210", FAX, [io.BytesIO(b"hello")])
    first, second = (request for request in server.requests if "/faxes/" in request.line)
    assert first.body == second.body
    assert b"hello" in second.body


def test_one_request_without_an_answer_is_unknown(network_to: NetworkTo) -> None:
    def die(peer: Peer) -> None:
        peer.read()

    with hostile_server(die) as server, pytest.raises(NoAnswer) as caught:
        send_at(network_to, server)
    assert caught.value.reason == Reason.CONNECTION_LOST


def test_one_request_whose_file_is_too_short_is_unknown(network_to: NetworkTo) -> None:
    with hostile_server(always(200, SENT)) as server, pytest.raises(NotUnderstood) as caught:
        send_at(network_to, server, b"hell")
    assert caught.value.reason == Reason.FILE_CHANGED


def test_one_request_reports_its_progress(network_to: NetworkTo) -> None:
    reported: list[int] = []
    with hostile_server(always(200, SENT)) as server:
        client_of(network_to, server).send_in_one_request(
            "0003*210", FAX, [io.BytesIO(b"hello")], on_progress=reported.append
        )
    assert reported == sorted(reported)
    assert reported[-1] == int(server.requests[0].headers["content-length"])


@pytest.mark.parametrize(
    ("error", "may"),
    [
        (RecipientsRefused(Reason.RECIPIENTS_INVALID, status=400), True),
        (Refused(Reason.FILE_INVALID, status=400), True),
        (Refused(Reason.NOTHING_TO_SEND, status=204), True),
        (Refused(Reason.EXTENSION_INVALID, status=400), False),
        (Refused(Reason.FILE_INVALID), False),
        (TryLater(Reason.NO_CONNECTION), False),
        (NotUnderstood(Reason.ANSWER_NOT_LISTED, status=415), False),
        (NoAnswer(Reason.SERVER_ERROR, status=500), False),
    ],
)
def test_the_other_form_is_suggested_only_after_a_response_that_did_nothing(
    error: VoipNowError, may: bool
) -> None:
    assert may_want_other_wire_form(error) is may


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
