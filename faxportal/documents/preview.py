"""Previews of a document's pages, and how long a page takes on the line.

VoipNow converts the document with a converter of its own. That converter may choose standard
resolution instead of fine resolution, or the reverse, and it may draw greys with other dots. If a
PDF lacks its fonts, it may also choose other fonts. So a preview is an estimate.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass

from django.core.files.base import File

from faxportal.documents import parser_pool
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.fax_raster import DOTS_AN_INCH, FINE, STANDARD
from faxportal.documents.parser.legibility import Loss

#: The largest pictures, in pixels across and down.
ORIGINAL, THUMBNAIL = (1000, 1600), (120, 170)
#: Bits a second of two usual modems: V.17's fastest, and V.29's fastest, used on poor lines.
_FAST, _SLOW = 14_400, 9_600
#: Seconds between two pages, in which the machines confirm the page (ITU-T T.30: a message and its
#: answer at 300 bit/s, each after a second of preamble, and a short or a long training).
_PAGE_BREAK, _SLOW_PAGE_BREAK = 3, 7


@dataclass(frozen=True, kw_only=True)
class PageMeasurement:
    """The size of one page as a fax, and what the fax loses of it."""

    #: Height of the page on paper.
    inches: float
    #: Bytes in ITU-T T.6 coding, in fine and in standard resolution.
    fine: int
    standard: int
    losses: Collection[Loss]

    @property
    def square_rows(self) -> int:
        """The height of the page in dots, if dots were square as a screen's pixels are."""
        return round(self.inches * DOTS_AN_INCH)

    @property
    def seconds(self) -> tuple[int, int]:
        """The least and the most seconds that the page takes.

        The least is for standard resolution on a fast line. The most is for fine resolution on a
        slow line.
        """
        sizes = sorted((self.standard, self.fine))
        return (
            round(sizes[0] * 8 / _FAST) + _PAGE_BREAK,
            round(sizes[1] * 8 / _SLOW) + _SLOW_PAGE_BREAK,
        )


def measure_page(file: File[bytes], kind: Kind, page: int) -> PageMeasurement:
    """Measure a page (from 1). Raises `Rejected`, and `OSError` for a full disk."""
    result = parser_pool.run_task(file, kind, "measure", pool=parser_pool.PREVIEWS, page=page)
    return PageMeasurement(
        inches=result["inches"],
        fine=result["fine"],
        standard=result["standard"],
        losses=[Loss(value) for value in result["losses"]],
    )


def draw_fax(file: File[bytes], kind: Kind, page: int, *, is_fine: bool) -> bytes:
    """A PNG of a page (from 1) as a fax shows it.

    Raises `Rejected`, and `OSError` for a full disk.
    """
    return _draw(file, kind, "draw the fax", page=page, lines=FINE if is_fine else STANDARD)


def draw_original(file: File[bytes], kind: Kind, page: int, *, within: tuple[int, int]) -> bytes:
    """A PNG of a page (from 1) in its own colours.

    `within` is the largest width and height of the PNG in pixels. Raises `Rejected`, and `OSError`
    for a full disk.
    """
    return _draw(file, kind, "draw the original", page=page, within=within)


def _draw(file: File[bytes], kind: Kind, task: str, **options: object) -> bytes:
    with tempfile.TemporaryFile() as picture:
        parser_pool.run_task(
            file, kind, task, pool=parser_pool.PREVIEWS, output=[picture.fileno()], **options
        )
        picture.seek(0)  # the child's descriptor shares its position with ours
        return picture.read()
