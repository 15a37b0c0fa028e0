"""A document's pages as the recipient will see them, as far as anybody can know before.

VoipNow makes the fax, by a converter of its own: it may choose the other resolution, other dots for
greys, other fonts for those that a PDF lacks. Nothing here claims more than that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass

from django.core.files.base import File

from faxportal.documents import parser_pool
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.fax import DOTS_AN_INCH, FINE, STANDARD
from faxportal.documents.parser.legibility import Killed

#: Pixels across and down.
ORIGINAL, THUMBNAIL = (1000, 1600), (120, 170)
#: Bits a second of two usual modems: V.17's fastest, and V.29's, where the line is poor.
_FAST, _SLOW = 14_400, 9_600
#: Seconds between two pages, in which the machines say that one was received (T.30: a message and
#: its answer at 300 bit/s, each after a second of preamble, and a short or a long training).
_TURN, _SLOW_TURN = 3, 7


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A page on the line."""

    #: Of paper.
    inches: float
    #: Bytes as T.6 codes them, in each resolution.
    fine: int
    standard: int
    killed: Collection[Killed]

    @property
    def square_rows(self) -> int:
        """Its height if a fax's dots were square, as a screen's are."""
        return round(self.inches * DOTS_AN_INCH)

    @property
    def seconds(self) -> tuple[int, int]:
        """Least and most that it takes, from standard on a fast line to fine on a slow one."""
        sizes = sorted((self.standard, self.fine))
        return (
            round(sizes[0] * 8 / _FAST) + _TURN,
            round(sizes[1] * 8 / _SLOW) + _SLOW_TURN,
        )


def measure(file: File[bytes], kind: Kind, page: int) -> Measured:
    """What is to be known of a page (from 1); raises `Refused`."""
    answer = parser_pool.ask(file, kind, "measure", pool=parser_pool.SHOWING, page=page)
    return Measured(
        inches=answer["inches"],
        fine=answer["fine"],
        standard=answer["standard"],
        killed=[Killed(word) for word in answer["killed"]],
    )


def draw_fax(file: File[bytes], kind: Kind, page: int, *, is_fine: bool) -> bytes:
    """A PNG of a page (from 1) as a fax carries it; raises `Refused`."""
    return _draw(file, kind, "draw the fax", page=page, lines=FINE if is_fine else STANDARD)


def draw_original(file: File[bytes], kind: Kind, page: int, *, within: tuple[int, int]) -> bytes:
    """A PNG of a page (from 1) in its own colours; raises `Refused`."""
    return _draw(file, kind, "draw the original", page=page, within=within)


def _draw(file: File[bytes], kind: Kind, do: str, **more: object) -> bytes:
    with tempfile.TemporaryFile() as made:
        parser_pool.ask(file, kind, do, pool=parser_pool.SHOWING, made=[made.fileno()], **more)
        made.seek(0)  # the child's place in it is ours
        return made.read()
