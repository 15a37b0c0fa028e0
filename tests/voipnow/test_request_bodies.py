"""The sizes of the pieces in which a file is sent."""

from faxportal.voipnow.request_bodies import (
    LARGEST_PIECE,
    QUICK,
    SMALLEST_PIECE,
    FileBody,
    ignore_progress,
)
from tests.voipnow.upload_calls import zeros


def pieces(size: int, *, bytes_in_a_second: float, buffered: int = 0) -> list[int]:
    """The sizes of a file's pieces at this speed. The first `buffered` bytes take no time."""
    now = 0.0
    left = float(buffered)
    body = FileBody(
        zeros(size),
        size,
        on_progress=ignore_progress,
        cancelled=lambda is_last: False,
        clock=lambda: now,
    )
    sizes = []
    for piece in body:
        sizes.append(len(piece))
        waits_for = max(len(piece) - left, 0)
        left = max(left - len(piece), 0)
        now += waits_for / bytes_in_a_second
    assert body.all_written
    return sizes


def test_pieces_grow_on_a_fast_line() -> None:
    sizes = pieces(100 * LARGEST_PIECE, bytes_in_a_second=1e9)
    assert sizes[0] == SMALLEST_PIECE
    assert sizes[6:-1] == [LARGEST_PIECE] * len(sizes[6:-1])
    assert sizes[:7] == sorted(sizes[:7])


def test_pieces_are_small_on_a_slow_line_whatever_its_buffers_take_at_first() -> None:
    slow = SMALLEST_PIECE / QUICK / 2
    sizes = pieces(40 * LARGEST_PIECE, bytes_in_a_second=slow, buffered=8 * LARGEST_PIECE)
    assert max(sizes) == LARGEST_PIECE
    assert sizes[-100:-1] == [SMALLEST_PIECE] * 99
