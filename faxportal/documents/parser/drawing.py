"""Drawing a page, as a fax carries it and as it was."""

from __future__ import annotations

import mmap
from itertools import islice
from typing import IO, Any

from PIL import Image
from pypdfium2 import PdfBitmap, PdfDocument, PdfiumError, PdfPage, raw

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import fax, legibility, paper, pictures
from faxportal.documents.parser.answers import Refused, Why
from faxportal.documents.parser.pdf import open_document

#: PDF's units to an inch (ISO 32000-2, 8.3.2.3).
_POINTS = 72
#: A fax has no soft edges.
_SHARP = raw.FPDF_RENDER_NO_SMOOTHTEXT | raw.FPDF_RENDER_NO_SMOOTHPATH | raw.FPDF_GRAYSCALE


def draw_fax(data: mmap.mmap, kind: Kind, page: int, lines: int, to: IO[bytes]) -> dict[str, Any]:
    """Write a PNG of a page (from 1) as a fax with so many lines an inch carries it.

    Its rows are repeated until there are as many as fine resolution has: so it is seen on paper.
    """
    dots = fax.in_dots(_sheet(data, kind, page, lines))
    seen = dots.resize((dots.width, dots.height * fax.FINE // lines), Image.Resampling.NEAREST)
    seen.save(to, "PNG", dpi=(fax.DOTS_AN_INCH, fax.FINE))
    return {}


def draw_original(
    data: mmap.mmap, kind: Kind, page: int, within: tuple[int, int], to: IO[bytes]
) -> dict[str, Any]:
    """Write a PNG of a page (from 1) in its own colours, within so many pixels."""
    if kind is Kind.PDF:
        document, shown = _open_page(data, page)
        width, height = shown.get_size()
        scale = min(within[0] / width, within[1] / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        drawn = _draw(document, shown, size, raw.FPDFBitmap_BGR, 0)
    else:
        drawn = _frame(data, kind, page)
        drawn.draft("RGB", within)
        drawn = paper.flattened(drawn) if drawn.mode.startswith("I") else drawn.convert("RGB")
        drawn.thumbnail(within)
    drawn.save(to, "PNG")
    return {}


def measure(data: mmap.mmap, kind: Kind, page: int) -> dict[str, Any]:
    """How long a page (from 1) is, in inches of paper and bytes on the line; what won't survive."""
    fine, standard = (_sheet(data, kind, page, lines) for lines in (fax.FINE, fax.STANDARD))
    return {
        "inches": fine.height / fax.FINE,
        "fine": fax.bytes_on_the_line(fax.in_dots(fine)),
        "standard": fax.bytes_on_the_line(fax.in_dots(standard)),
        "killed": legibility.killed(fine),
    }


def _sheet(data: mmap.mmap, kind: Kind, page: int, lines: int) -> Image.Image:
    """A page on a fax's line, in grey."""
    if kind is Kind.PDF:
        document, shown = _open_page(data, page)
        width, height = shown.get_size()
        size = fax.extent(width / _POINTS, height / _POINTS, lines)
        return fax.on_line(_draw(document, shown, size, raw.FPDFBitmap_Gray, _SHARP))
    frame = _frame(data, kind, page)
    width, height = paper.size_on_paper(frame, within=(fax.WIDTH, fax.LONGEST))
    size = fax.extent(width, height, lines)
    frame.draft("L", size)
    flat = paper.flattened(frame)
    return fax.on_line(flat.resize(size, Image.Resampling.BOX) if flat.size != size else flat)


def _frame(data: mmap.mmap, kind: Kind, page: int) -> Image.Image:
    data.seek(0)
    for frame in islice(pictures.frames(data, kind), page - 1, None):
        return frame
    raise Refused(Why.DAMAGED)


def _open_page(data: mmap.mmap, page: int) -> tuple[PdfDocument, PdfPage]:
    document = open_document(data)
    document.init_forms()  # what was filled in belongs to the page
    try:
        return document, document[page - 1]
    except PdfiumError as error:
        raise Refused(Why.DAMAGED) from error


def _draw(
    document: PdfDocument, page: PdfPage, size: tuple[int, int], pixels: int, flags: int
) -> Image.Image:
    """PDFium scales each way by itself: a fax's dots are not square."""
    bitmap = PdfBitmap.new_native(*size, pixels)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    place = (page, 0, 0, *size, 0, flags | raw.FPDF_ANNOT)
    raw.FPDF_RenderPageBitmap(bitmap, *place)
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, bitmap, *place)
    drawn: Image.Image = bitmap.to_pil()
    return drawn
