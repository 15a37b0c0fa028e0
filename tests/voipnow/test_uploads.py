"""Uploading files to a server that behaves as badly as a server can."""

import io
import tracemalloc

import pytest

from faxportal.voipnow.errors import (
    NoAnswer,
    NotUnderstood,
    Outcome,
    Reason,
    Refused,
    TargetExpired,
    TryLater,
)
from faxportal.voipnow.request_bodies import LARGEST_PIECE, SMALLEST_PIECE
from faxportal.voipnow.uploads import put
from tests.voipnow.conftest import Certificates, NetworkTo
from tests.voipnow.hostile_server import Peer, Script, always, hostile_server
from tests.voipnow.upload_calls import DENIED, MUCH, SHORT, failure_of, known, target_on, zeros

# What goes out


def test_a_stored_file_is_reported_with_its_etag(network_to: NetworkTo) -> None:
    with hostile_server(always(200, b"", 'ETag: "abc"')) as server:
        stored = put(network_to(server.url), target_on(server, 5), io.BytesIO(b"hello"))
    assert (stored.status, stored.etag) == (200, "abc")
    assert stored.elapsed > 0
    [request] = server.requests
    assert request.line == "PUT /bucket/file?X-Amz-Signature=secret HTTP/1.1"
    assert request.body == b"hello"


def test_the_targets_headers_are_sent_unchanged_and_no_credentials_with_them(
    network_to: NetworkTo,
) -> None:
    with hostile_server(always(200, b"", "Set-Cookie: a=b")) as server:
        network = network_to(server.url)
        target = target_on(server, 5, headers={"x-amz-meta-app-faxid": "262"})
        for _ in range(2):
            put(network, target, io.BytesIO(b"hello"))
    for request in server.requests:
        host = server.url.removeprefix("http://")
        agent = request.headers["user-agent"]
        assert agent.startswith("faxportal/")
        assert request.headers == {
            "host": host,
            "user-agent": agent,
            "x-amz-meta-app-faxid": "262",
            "content-type": "application/pdf",
            "content-length": "5",
            "expect": "100-continue",
        }


def test_a_type_among_the_targets_headers_goes_before_that_of_the_file(
    network_to: NetworkTo,
) -> None:
    with hostile_server(always(200)) as server:
        target = target_on(server, 5, headers={"Content-Type": "image/tiff"})
        put(network_to(server.url), target, io.BytesIO(b"hello"))
    assert server.requests[0].headers["content-type"] == "image/tiff"


def test_a_file_is_sent_from_its_start(network_to: NetworkTo) -> None:
    file = io.BytesIO(b"hello")
    file.read()
    with hostile_server(always(200)) as server:
        put(network_to(server.url), target_on(server, 5), file)
    assert server.requests[0].body == b"hello"


def test_an_empty_file_is_stored(network_to: NetworkTo) -> None:
    with hostile_server(always(200)) as server:
        put(network_to(server.url), target_on(server, 0), io.BytesIO())
    assert server.requests[0].headers["content-length"] == "0"


def test_progress_is_reported_piece_by_piece(network_to: NetworkTo) -> None:
    reported: list[int] = []
    with hostile_server(always(200)) as server:
        put(
            network_to(server.url),
            target_on(server, 3 * LARGEST_PIECE),
            zeros(3 * LARGEST_PIECE),
            on_progress=reported.append,
        )
    assert reported[0] == SMALLEST_PIECE
    assert reported == sorted(set(reported))
    assert reported[-1] == 3 * LARGEST_PIECE


def test_a_large_file_takes_no_more_memory_than_a_few_pieces(network_to: NetworkTo) -> None:
    def drain(peer: Peer) -> None:
        request = peer.read_head()
        peer.go_on(request)
        left = int(request.headers["content-length"])
        while left:
            left -= len(peer.take())
        peer.answer(200)

    size = 128 * LARGEST_PIECE
    with hostile_server(drain) as server:
        network = network_to(server.url)
        tracemalloc.start()
        put(network, target_on(server, size), zeros(size))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * LARGEST_PIECE


# Refusals


def test_a_refusal_while_we_still_write_is_read_as_an_answer(network_to: NetworkTo) -> None:
    def refuse(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.answer(403, DENIED, "Connection: close")

    with hostile_server(refuse) as server:
        error = failure_of(network_to, server, MUCH)
    assert known(error) == (Refused, Reason.STORAGE_REFUSED, False)
    assert (error.status, error.code, error.message) == (403, "AccessDenied", "Access denied.")
    assert error.bytes_written < MUCH


def test_an_early_refusal_is_read_though_the_server_neither_reads_nor_hangs_up(
    network_to: NetworkTo,
) -> None:
    def refuse(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.answer(403, DENIED)
        peer.hang()

    with hostile_server(refuse) as server:
        error = failure_of(network_to, server, MUCH, stall_timeout=SHORT)
    assert known(error) == (Refused, Reason.STORAGE_REFUSED, False)


def test_an_early_server_error_certainly_stored_nothing(network_to: NetworkTo) -> None:
    def fail(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.answer(500, b"", "Connection: close")

    with hostile_server(fail) as server:
        error = failure_of(network_to, server, MUCH)
    assert known(error) == (TryLater, Reason.STORAGE_ERROR, False)


def test_a_success_before_the_last_byte_is_unknown(network_to: NetworkTo) -> None:
    def answer(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.answer(200, b"", "Connection: close")

    with hostile_server(answer) as server:
        error = failure_of(network_to, server, MUCH)
    assert known(error) == (NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD, False)
    assert error.outcome is Outcome.UNKNOWN


def test_retry_after_is_handed_on(network_to: NetworkTo) -> None:
    body = b"<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>"
    with hostile_server(always(503, body, "Retry-After: 7")) as server:
        error = failure_of(network_to, server, 5)
    assert known(error) == (TryLater, Reason.STORAGE_BUSY, True)
    assert error.retry_after == 7


def test_a_redirect_is_not_followed(network_to: NetworkTo) -> None:
    with (
        hostile_server(always(200)) as elsewhere,
        hostile_server(always(307, b"", f"Location: {elsewhere.url}/")) as server,
    ):
        error = failure_of(network_to, server, 5)
    assert known(error) == (TargetExpired, Reason.TARGET_REFUSED, True)
    assert elsewhere.requests == []


# What counts as stored

PAGE = b"<!doctype html><title>Sign in to the network</title>"
FAILED = b"<Error><Code>InternalError</Code><Message>Try again.</Message></Error>"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"", ()),
        (201, b"", ()),
        (204, b"", ()),
        (200, b"stored", ('ETag: "abc"',)),
    ],
)
def test_a_success_without_a_body_or_with_an_etag_means_stored(
    network_to: NetworkTo, status: int, body: bytes, headers: tuple[str, ...]
) -> None:
    with hostile_server(always(status, body, *headers)) as server:
        assert put(network_to(server.url), target_on(server, 5), zeros(5)).status == status


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"stored", ()),
        (200, PAGE, ()),
        (200, PAGE, ('ETag: "abc"', "Content-Type: text/html; charset=utf-8")),
        (200, FAILED, ('ETag: "abc"',)),
        (200, b"stored", ('ETag: ""',)),
        (202, b"", ('ETag: "abc"',)),
        (203, b"", ()),
        (206, b"", ('ETag: "abc"',)),
    ],
)
def test_any_other_success_may_be_somebody_elses_and_is_unknown(
    network_to: NetworkTo, status: int, body: bytes, headers: tuple[str, ...]
) -> None:
    with hostile_server(always(status, body, *headers)) as server:
        error = failure_of(network_to, server, 5)
    assert known(error) == (NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD, True)
    assert error.outcome is Outcome.UNKNOWN


def broken_off(*headers: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        head = b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: 100", *headers])
        peer.send(head + b"\r\n\r\nhalf")

    return script


def test_a_success_whose_body_breaks_off_counts_if_it_has_an_etag(network_to: NetworkTo) -> None:
    with hostile_server(broken_off(b'ETag: "abc"')) as server:
        assert put(network_to(server.url), target_on(server, 5), zeros(5)).status == 200
    with hostile_server(broken_off()) as server:
        error = failure_of(network_to, server, 5)
    assert known(error) == (NoAnswer, Reason.STORAGE_CONNECTION_LOST, True)


@pytest.mark.parametrize(
    ("etag", "differs"),
    [
        ("5d41402abc4b2a76b9719d911017c592", False),
        ("5D41402ABC4B2A76B9719D911017C592", False),
        ("5d41402abc4b2a76b9719d911017c593", True),
        ("5d41402abc4b2a76b9719d911017c593-2", False),
        ("abc", False),
    ],
)
def test_an_etag_that_should_be_the_files_hash_and_is_not_is_noted(
    network_to: NetworkTo, etag: str, differs: bool
) -> None:
    with hostile_server(always(200, b"", f'ETag: "{etag}"')) as server:
        stored = put(network_to(server.url), target_on(server, 5), io.BytesIO(b"hello"))
    assert stored.etag_differs is differs


# Uploads over TLS


def test_a_large_file_goes_over_tls(network_to: NetworkTo, certificates: Certificates) -> None:
    with hostile_server(always(200), tls=certificates.server) as server:
        network = network_to(server.url, ca_file=certificates.ca_file)
        put(network, target_on(server, 3 * LARGEST_PIECE), zeros(3 * LARGEST_PIECE))
    assert len(server.requests[0].body) == 3 * LARGEST_PIECE


@pytest.mark.parametrize("then", [Peer.close, Peer.hang])
def test_a_refusal_while_we_still_write_is_read_over_tls_too(
    network_to: NetworkTo, certificates: Certificates, then: Script
) -> None:
    def refuse(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.answer(403, DENIED)
        then(peer)

    with hostile_server(refuse, tls=certificates.server) as server:
        network = network_to(server.url, ca_file=certificates.ca_file, stall_timeout=SHORT)
        with pytest.raises(Refused) as caught:
            put(network, target_on(server, MUCH), zeros(MUCH))
    assert known(caught.value) == (Refused, Reason.STORAGE_REFUSED, False)
