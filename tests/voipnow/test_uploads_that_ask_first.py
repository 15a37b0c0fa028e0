"""Uploads ask storage before they send a file's bytes (`Expect: 100-continue`)."""

import threading

import pytest

from faxportal.voipnow.errors import (
    NotUnderstood,
    Outcome,
    Reason,
    Refused,
    TryLater,
    VoipNowError,
)
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put
from tests.voipnow.conftest import Certificates, NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, Request, Script, hostile_server
from tests.voipnow.upload_calls import DENIED, MUCH, SHORT, known, target_on, zeros

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>"


def failure(network: Network, server: HostileServer, size: int = 5) -> VoipNowError:
    with pytest.raises(VoipNowError) as caught:
        put(network, target_on(server, size), zeros(size))
    return caught.value


def body_of(peer: Peer, request: Request) -> int:
    """Read a request's body without sending `100 Continue`, and return the number of bytes."""
    received = 0
    while received < int(request.headers["content-length"]):
        received += len(peer.take())
    return received


def answering(status: int, body: bytes, got: list[bytes]) -> Script:
    """Answer when the head has arrived. `got` gets what still arrives, and then b"the end"."""

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.answer(status, body)
        try:
            while True:
                got.append(peer.take())
        except (EOFError, OSError):
            got.append(b"the end")
            peer.server.over.set()

    return script


@pytest.mark.parametrize("over_tls", [False, True])
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, DENIED, (Refused, Reason.STORAGE_REFUSED, False)),
        (503, SLOW_DOWN, (TryLater, Reason.STORAGE_BUSY, False)),
        (500, b"", (TryLater, Reason.STORAGE_ERROR, False)),
        (200, b"", (NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD, False)),
    ],
)
def test_after_an_answer_that_comes_first_no_byte_of_the_file_is_sent(
    network_to: NetworkTo,
    certificates: Certificates,
    status: int,
    body: bytes,
    error: tuple[type[VoipNowError], Reason, bool],
    over_tls: bool,
) -> None:
    got: list[bytes] = []
    tls = certificates.server if over_tls else None
    with hostile_server(answering(status, body, got), tls=tls) as server:
        network = network_to(server.url, ca_file=certificates.ca_file if over_tls else None)
        raised = failure(network, server)
        server.over.wait()
    assert known(raised) == error
    assert raised.bytes_written == 0
    assert got == [b"the end"]


@pytest.mark.parametrize("over_tls", [False, True])
@pytest.mark.parametrize("size", [5, MUCH])
def test_a_server_that_says_nothing_gets_the_file_and_is_not_asked_again(
    network_to: NetworkTo, certificates: Certificates, over_tls: bool, size: int
) -> None:
    received: list[int] = []

    def ignore(peer: Peer) -> None:
        while True:
            received.append(body_of(peer, peer.read_head()))
            peer.answer(200)

    tls = certificates.server if over_tls else None
    with hostile_server(ignore, tls=tls) as server:
        network = network_to(
            server.url, ca_file=certificates.ca_file if over_tls else None, continue_timeout=SHORT
        )
        for _ in range(2):
            put(network, target_on(server, size), zeros(size))
    assert received == [size, size]
    assert ["expect" in request.headers for request in server.requests] == [True, False]


def test_a_server_that_refuses_to_be_asked_is_not_asked_again(network_to: NetworkTo) -> None:
    def refuse(peer: Peer) -> None:
        request = peer.read_head()
        if "expect" in request.headers:
            peer.answer(417, b"", "Connection: close")
        else:
            body_of(peer, request)
            peer.answer(200)

    with hostile_server(refuse) as server:
        network = network_to(server.url)
        raised = failure(network, server)
        assert isinstance(raised, TryLater)
        assert (raised.outcome, raised.all_bytes_written) == (Outcome.NOT_DONE, False)
        put(network, target_on(server, 5), zeros(5))
    assert [request.headers.get("expect") for request in server.requests] == ["100-continue", None]


@pytest.mark.parametrize(
    "pieces",
    [
        [CONTINUE],
        [CONTINUE[:5], CONTINUE[5:20], CONTINUE[20:]],
        [b"HTTP/1.1 102 Processing\r\n\r\n", CONTINUE],
        [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + CONTINUE],
        [b"HTTP/1.1 100\r\n\r\n"],
        [b"HTTP/1.1 100 Go on\r\nServer: odd\r\n\r\n"],
    ],
)
def test_a_server_that_wants_the_file_gets_it(network_to: NetworkTo, pieces: list[bytes]) -> None:
    received: list[int] = []

    def go_on(peer: Peer) -> None:
        request = peer.read_head()
        for piece in pieces:
            peer.send(piece)
        received.append(body_of(peer, request))
        peer.answer(200)

    with hostile_server(go_on) as server:
        # Without an answer, this test would wait for ever.
        put(network_to(server.url, continue_timeout=10**6), target_on(server, 5), zeros(5))
    assert received == [5]


def test_a_refusal_right_after_the_go_ahead_is_read(network_to: NetworkTo) -> None:
    def change_mind(peer: Peer) -> None:
        peer.read_head()
        peer.send(CONTINUE + b"HTTP/1.1 403 X\r\nContent-Length: %d\r\n\r\n" % len(DENIED) + DENIED)
        peer.hang()

    with hostile_server(change_mind) as server:
        raised = failure(network_to(server.url), server)
    assert known(raised) == (Refused, Reason.STORAGE_REFUSED, False)


def test_a_go_ahead_that_comes_late_changes_nothing(network_to: NetworkTo) -> None:
    def be_late(peer: Peer) -> None:
        body_of(peer, peer.read_head())
        peer.send(CONTINUE)
        peer.answer(200)

    with hostile_server(be_late) as server:
        network = network_to(server.url, continue_timeout=SHORT)
        assert put(network, target_on(server, 5), zeros(5)).status == 200


@pytest.mark.parametrize("end", [Peer.close, Peer.reset])
def test_a_connection_that_ends_before_the_file_is_sent_certainly_stored_nothing(
    network_to: NetworkTo, end: Script
) -> None:
    def die(peer: Peer) -> None:
        peer.read_head()
        end(peer)

    with hostile_server(die) as server:
        raised = failure(network_to(server.url), server)
    assert known(raised) == (TryLater, Reason.STORAGE_CONNECTION_LOST, False)
    assert raised.bytes_written == 0


def test_an_upload_that_is_stopped_while_it_asks_sends_nothing(network_to: NetworkTo) -> None:
    """The portal calls `cancelled` for the last piece only after the server's `100 Continue`."""
    stop = threading.Event()
    got: list[bytes] = []

    def take_time(peer: Peer) -> None:
        peer.read_head()
        stop.set()
        peer.send(CONTINUE)
        try:
            got.append(peer.take())
        except EOFError:
            got.append(b"the end")
        peer.server.over.set()

    with hostile_server(take_time) as server:
        with pytest.raises(VoipNowError) as caught:
            put(
                network_to(server.url),
                target_on(server, 5),
                zeros(5),
                cancelled=lambda is_last: stop.is_set(),
            )
        server.over.wait()
    assert known(caught.value)[1:] == (Reason.STOPPED, False)
    assert got == [b"the end"]


def test_an_answer_that_drips_before_the_file_is_sent_ends(network_to: NetworkTo) -> None:
    def drip(peer: Peer) -> None:
        peer.read_head()
        peer.send(b"HTTP/1.1 503 X\r\n")
        while not peer.server.over.wait(SHORT / 10):
            peer.send(b"X-Odd: 1\r\n")

    with hostile_server(drip) as server:
        raised = failure(network_to(server.url, answer_timeout=SHORT), server)
    assert known(raised) == (TryLater, Reason.STORAGE_TIMED_OUT, False)
