"""Sending a fax in the one-request form."""

import email
import email.policy
import io
import json
from typing import Any

import pytest

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.authentication import AppKey
from faxportal.voipnow.client import VoipNow, may_want_other_wire_form
from faxportal.voipnow.errors import (
    NoAnswer,
    NotUnderstood,
    Reason,
    RecipientsRefused,
    Refused,
    TryLater,
    VoipNowError,
)
from tests.voipnow.client_calls import FAX, SENT, client_of
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, always, hostile_server

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
    assert parts[2].items() == [("Content-Disposition", 'form-data; name="request"')]
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
