"""Servers that take very long. Some send or read all the time, but never finish."""

import pytest

from faxportal.voipnow.errors import NoAnswer, Outcome, Reason, TryLater
from faxportal.voipnow.uploads import put
from tests.voipnow.client_calls import CREATED, FAX, SHORT, client_of
from tests.voipnow.conftest import Certificates, NetworkTo
from tests.voipnow.hostile_server import Peer, Script, hostile_server
from tests.voipnow.upload_calls import MUCH, known, target_on, zeros


def drip(peer: Peer, piece: bytes) -> None:
    """Send a piece again and again, with short pauses, until the client hangs up."""
    while not peer.server.over.wait(SHORT / 10):
        peer.send(piece)


def drip_headers(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    drip(peer, b"X-Odd: 1\r\n")


def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    drip(peer, b"{")


def drip_interim_responses(peer: Peer) -> None:
    peer.read()
    drip(peer, b"HTTP/1.1 102 Processing\r\n\r\n")


@pytest.mark.parametrize("script", [drip_headers, drip_body, drip_interim_responses])
def test_an_answer_that_drips_for_ever_is_given_up(network_to: NetworkTo, script: Script) -> None:
    with hostile_server(script) as server:
        voipnow = client_of(network_to, server, answer_timeout=SHORT)
        with pytest.raises(NoAnswer) as caught:
            voipnow.create_fax("0003*210", FAX)
        assert caught.value.reason == Reason.TIMED_OUT
        network = network_to(server.url, answer_timeout=SHORT)
        with pytest.raises(NoAnswer) as caught:
            put(network, target_on(server, 5), zeros(5))
    assert known(caught.value) == (NoAnswer, Reason.STORAGE_TIMED_OUT, True)


def test_a_create_gets_more_time_after_each_time_out(network_to: NetworkTo) -> None:
    network = network_to("https://voip.example.com", answer_timeout=90)
    given = [
        network.request("POST", "https://s.example", time_outs_in_a_row=number).extensions
        for number in (0, 1, 2, 3, 500)
    ]
    assert [extensions["timeout"]["read"] for extensions in given] == [90, 180, 360, 600, 600]


def test_a_server_that_takes_long_creates_the_fax_in_the_end(network_to: NetworkTo) -> None:
    def answer_in_the_end(peer: Peer) -> None:
        peer.read()
        peer.server.over.wait(2 * SHORT)
        peer.answer(200, CREATED)

    with hostile_server(answer_in_the_end) as server:
        voipnow = client_of(network_to, server, answer_timeout=SHORT)
        with pytest.raises(NoAnswer):
            voipnow.create_fax("0003*210", FAX)
        assert voipnow.create_fax("0003*210", FAX, time_outs_in_a_row=10).id == "262"


def read_slowly(peer: Peer) -> None:
    peer.go_on(peer.read_head())
    while not peer.server.over.wait(SHORT / 10):
        peer.take()


@pytest.mark.parametrize("over_tls", [False, True])
def test_an_upload_that_hardly_moves_is_given_up_and_surely_not_done(
    network_to: NetworkTo, certificates: Certificates, over_tls: bool
) -> None:
    tls = certificates.server if over_tls else None
    with hostile_server(read_slowly, tls=tls) as server:
        network = network_to(
            server.url,
            ca_file=certificates.ca_file if over_tls else None,
            least_speed=10**12,
            speed_window=SHORT,
        )
        with pytest.raises(TryLater) as caught:
            put(network, target_on(server, MUCH), zeros(MUCH))
    assert known(caught.value) == (TryLater, Reason.STORAGE_TIMED_OUT, False)
    assert caught.value.outcome is Outcome.NOT_DONE
    assert caught.value.bytes_written < MUCH


def test_a_slow_upload_goes_on_as_long_as_it_moves(network_to: NetworkTo) -> None:
    def read_then_answer(peer: Peer) -> None:
        request = peer.read_head()
        peer.go_on(request)
        left = int(request.headers["content-length"])
        while left:
            left -= len(peer.take())
            peer.server.over.wait(0.0001)
        peer.answer(200)

    with hostile_server(read_then_answer) as server:
        network = network_to(server.url, least_speed=1, speed_window=SHORT / 100)
        assert put(network, target_on(server, MUCH), zeros(MUCH)).status == 200
