"""Uploads whose connection, file or caller fails."""

import io
import threading
from datetime import timedelta
from typing import BinaryIO

import pytest

from faxportal.voipnow.errors import (
    NoAnswer,
    NotAllowed,
    Reason,
    Refused,
    Stopped,
    TargetExpired,
    TryLater,
    VoipNowError,
)
from faxportal.voipnow.request_bodies import SMALLEST_PIECE
from faxportal.voipnow.uploads import put
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import Peer, always, hostile_server
from tests.voipnow.upload_calls import MUCH, SHORT, failure_of, known, target_on, zeros

# Connections that die


def test_a_connection_reset_while_we_write_certainly_stored_nothing(network_to: NetworkTo) -> None:
    def die(peer: Peer) -> None:
        peer.go_on(peer.read_head())
        peer.take()
        peer.reset()

    with hostile_server(die) as server:
        error = failure_of(network_to, server, MUCH)
    assert known(error) == (TryLater, Reason.STORAGE_CONNECTION_LOST, False)
    assert 0 <= error.bytes_written < MUCH


def test_a_server_that_stops_reading_is_a_time_out_and_certainly_stored_nothing(
    network_to: NetworkTo,
) -> None:
    with hostile_server(Peer.hang) as server:
        error = failure_of(network_to, server, MUCH, stall_timeout=SHORT)
    assert known(error) == (TryLater, Reason.STORAGE_TIMED_OUT, False)


@pytest.mark.parametrize("half", [b"", b"HTTP/1.", b"HTTP/1.1 200 OK\r\nContent-", b"no HTTP\r\n"])
def test_a_connection_lost_after_the_last_byte_leaves_it_unknown(
    network_to: NetworkTo, half: bytes
) -> None:
    def die(peer: Peer) -> None:
        peer.read()
        peer.send(half)

    with hostile_server(die) as server:
        error = failure_of(network_to, server, 5)
    assert known(error) == (NoAnswer, Reason.STORAGE_CONNECTION_LOST, True)
    assert error.bytes_written == 5


def test_a_reset_after_the_last_byte_leaves_it_unknown(network_to: NetworkTo) -> None:
    def die(peer: Peer) -> None:
        peer.read()
        peer.reset()

    with hostile_server(die) as server:
        error = failure_of(network_to, server, 5)
    assert known(error) == (NoAnswer, Reason.STORAGE_CONNECTION_LOST, True)


def test_silence_after_the_last_byte_leaves_it_unknown(network_to: NetworkTo) -> None:
    def say_nothing(peer: Peer) -> None:
        peer.read()
        peer.hang()

    with hostile_server(say_nothing) as server:
        error = failure_of(network_to, server, 5, answer_timeout=SHORT)
    assert known(error) == (NoAnswer, Reason.STORAGE_TIMED_OUT, True)


def test_a_kept_connection_that_dies_under_the_next_file_leaves_it_unknown(
    network_to: NetworkTo,
) -> None:
    def die_at_the_second(peer: Peer) -> None:
        peer.read()
        peer.answer(200)
        peer.read()

    with hostile_server(die_at_the_second) as server:
        network = network_to(server.url)
        put(network, target_on(server, 5), zeros(5))
        with pytest.raises(NoAnswer) as caught:
            put(network, target_on(server, 5), zeros(5))
    assert known(caught.value) == (NoAnswer, Reason.STORAGE_CONNECTION_LOST, True)
    assert server.connections == 1


def test_a_kept_connection_that_was_closed_is_not_used(network_to: NetworkTo) -> None:
    ended = threading.Event()

    def hang_up(peer: Peer) -> None:
        peer.read()
        peer.answer(200)
        peer.close()
        ended.set()

    with hostile_server(hang_up) as server:
        network = network_to(server.url)
        put(network, target_on(server, 5), zeros(5))
        ended.wait()
        put(network, target_on(server, 5), zeros(5))
    assert server.connections == 2


def test_a_refused_connection_is_not_done(network_to: NetworkTo) -> None:
    with hostile_server() as server:
        pass
    error = failure_of(network_to, server, 5)
    assert known(error) == (TryLater, Reason.STORAGE_UNREACHABLE, False)
    assert error.bytes_written == 0


# The portal's own side


def test_a_cancelled_upload_stops_before_the_next_piece(network_to: NetworkTo) -> None:
    reported: list[int] = []

    def cancelled(is_last: bool) -> bool:
        return len(reported) == 2

    with hostile_server(always(200)) as server, pytest.raises(Stopped) as caught:
        put(
            network_to(server.url),
            target_on(server, MUCH),
            zeros(MUCH),
            on_progress=reported.append,
            cancelled=cancelled,
        )
    assert known(caught.value) == (Stopped, Reason.STOPPED, False)
    assert caught.value.bytes_written == reported[-1] < MUCH


def test_who_may_stop_an_upload_is_told_which_piece_is_the_last(network_to: NetworkTo) -> None:
    asked: list[bool] = []

    def cancelled(is_last: bool) -> bool:
        asked.append(is_last)
        return is_last

    with hostile_server(always(200)) as server, pytest.raises(Stopped) as caught:
        put(
            network_to(server.url),
            target_on(server, SMALLEST_PIECE + 1),
            zeros(SMALLEST_PIECE + 1),
            cancelled=cancelled,
        )
    assert asked == [False, True]
    assert known(caught.value) == (Stopped, Reason.STOPPED, False)


@pytest.mark.parametrize("really", [0, 4, 6])
def test_a_file_of_another_size_than_announced_is_never_sent_whole(
    network_to: NetworkTo, really: int
) -> None:
    with hostile_server(always(200)) as server, pytest.raises(Refused) as caught:
        put(network_to(server.url), target_on(server, 5), io.BytesIO(bytes(really)))
    assert known(caught.value) == (Refused, Reason.FILE_CHANGED, False)


def test_a_disk_that_fails_is_a_temporary_error(network_to: NetworkTo) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    file: BinaryIO = Broken()
    with hostile_server(always(200)) as server, pytest.raises(TryLater) as caught:
        put(network_to(server.url), target_on(server, 5), file)
    assert known(caught.value) == (TryLater, Reason.FILE_UNREADABLE, False)


def test_what_on_progress_raises_is_raised(network_to: NetworkTo) -> None:
    class LeaseLost(Exception):
        pass

    def listen(bytes_written: int) -> None:
        raise LeaseLost

    with hostile_server(always(200)) as server, pytest.raises(LeaseLost):
        put(network_to(server.url), target_on(server, 5), zeros(5), on_progress=listen)


def test_an_expired_target_is_not_called(network_to: NetworkTo) -> None:
    with hostile_server(always(200)) as server, pytest.raises(TargetExpired) as caught:
        put(network_to(server.url), target_on(server, 5), zeros(5), expires_in=timedelta())
    assert known(caught.value) == (TargetExpired, Reason.TARGET_EXPIRED, False)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("expires_in", "error"),
    [
        (timedelta(seconds=SHORT), (TargetExpired, Reason.TARGET_EXPIRED, True)),
        (timedelta(days=1), (Refused, Reason.STORAGE_REFUSED, True)),
        (None, (Refused, Reason.STORAGE_REFUSED, True)),
    ],
)
def test_a_bare_403_means_an_expired_target_only_when_its_life_is_over(
    network_to: NetworkTo,
    expires_in: timedelta | None,
    error: tuple[type[VoipNowError], Reason, bool],
) -> None:
    def take_time(peer: Peer) -> None:
        peer.read()
        peer.server.over.wait(SHORT)
        peer.answer(403)

    with hostile_server(take_time) as server, pytest.raises(VoipNowError) as caught:
        put(network_to(server.url), target_on(server, 5), zeros(5), expires_in=expires_in)
    assert known(caught.value) == error


def test_a_target_on_an_origin_that_is_not_listed_is_not_called(network_to: NetworkTo) -> None:
    with hostile_server(always(200)) as server, pytest.raises(NotAllowed) as caught:
        put(network_to("https://storage.example.com"), target_on(server, 5), zeros(5))
    assert caught.value.reason == Reason.ORIGIN_NOT_ALLOWED
    assert caught.value.origin == server.url
    assert server.connections == 0
