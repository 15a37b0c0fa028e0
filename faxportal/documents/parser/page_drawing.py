"""Drawing a page as a fax shows it, drawing the original, and measuring what a fax loses."""

from __future__ import annotations

import mmap
from itertools import islice
from typing import IO, Any

from PIL import Image
from pypdfium2 import PdfBitmap, PdfDocument, PdfiumError, PdfPage, raw

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import fax_raster, legibility, picture_pdf, pictures
from faxportal.documents.parser.pdf import open_document
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Units of a PDF in an inch (ISO 32000-2, 8.3.2.3).
POINTS = 72
#: PDFium's flags for grey without anti-aliasing: a fax has no soft edges.
_SHARP = raw.FPDF_RENDER_NO_SMOOTHTEXT | raw.FPDF_RENDER_NO_SMOOTHPATH | raw.FPDF_GRAYSCALE


def draw_fax(data: mmap.mmap, kind: Kind, page: int, lines: int, to: IO[bytes]) -> dict[str, Any]:
    """Write a PNG that shows how a page looks as a fax.

    `page` counts from 1. `lines` is the fax's resolution in lines per inch.

    In standard resolution each row is written twice, as a fax machine prints it. So the picture
    always has fine resolution. Raises `Rejected`.
    """
    dots = fax_raster.in_dots(_sheet(data, kind, page, lines))
    printed = dots.resize(
        (dots.width, dots.height * fax_raster.FINE // lines), Image.Resampling.NEAREST
    )
    printed.save(to, "PNG", dpi=(fax_raster.DOTS_AN_INCH, fax_raster.FINE))
    return {}


def draw_original(
    data: mmap.mmap, kind: Kind, page: int, within: tuple[int, int], to: IO[bytes]
) -> dict[str, Any]:
    """Write a PNG of a page (from 1) in its own colours. Raises `Rejected`.

    `within` is the largest width and height of the PNG in pixels.
    """
    if kind is Kind.PDF:
        document, shown = _open_page(data, page)
        width, height = shown.get_size()
        scale = min(within[0] / width, within[1] / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        drawn = draw_page(document, shown, size, raw.FPDFBitmap_BGR, 0)
    else:
        drawn = _frame(data, kind, page)
        drawn.draft("RGB", within)
        drawn = picture_pdf.flattened(drawn) if drawn.mode.startswith("I") else drawn.convert("RGB")
        drawn.thumbnail(within)
    drawn.save(to, "PNG")
    return {}


def measure(data: mmap.mmap, kind: Kind, page: int) -> dict[str, Any]:
    """Measure a page (from 1): its height in inches, its coded sizes in bytes, and its losses.

    Raises `Rejected`.
    """
    fine, standard = (
        _sheet(data, kind, page, lines) for lines in (fax_raster.FINE, fax_raster.STANDARD)
    )
    return {
        "inches": fine.height / fax_raster.FINE,
        "fine": fax_raster.bytes_on_the_line(fax_raster.in_dots(fine)),
        "standard": fax_raster.bytes_on_the_line(fax_raster.in_dots(standard)),
        "losses": legibility.losses(fine),
    }


def _sheet(data: mmap.mmap, kind: Kind, page: int, lines: int) -> Image.Image:
    """A page in grey, as wide as a fax's line, with `lines` lines an inch."""
    if kind is Kind.PDF:
        document, shown = _open_page(data, page)
        width, height = shown.get_size()
        size = fax_raster.extent(width / POINTS, height / POINTS, lines)
        return fax_raster.on_line(draw_page(document, shown, size, raw.FPDFBitmap_Gray, _SHARP))
    frame = _frame(data, kind, page)
    width, height = picture_pdf.size_on_paper(frame, within=(fax_raster.WIDTH, fax_raster.LONGEST))
    size = fax_raster.extent(width, height, lines)
    frame.draft("L", size)
    flat = picture_pdf.flattened(frame)
    return fax_raster.on_line(
        flat.resize(size, Image.Resampling.BOX) if flat.size != size else flat
    )


def _frame(data: mmap.mmap, kind: Kind, page: int) -> Image.Image:
    """A picture's page (from 1). Raises `Rejected` if the picture has fewer pages."""
    data.seek(0)
    for frame in islice(pictures.frames(data, kind), page - 1, None):
        return frame
    raise Rejected(RejectionReason.DAMAGED)


def _open_page(data: mmap.mmap, page: int) -> tuple[PdfDocument, PdfPage]:
    document = open_document(data)
    document.init_forms()  # so that filled-in form fields are drawn
    try:
        return document, document[page - 1]
    except PdfiumError as error:
        raise Rejected(RejectionReason.DAMAGED) from error


def draw_page(
    document: PdfDocument, page: PdfPage, size: tuple[int, int], pixels: int, flags: int
) -> Image.Image:
    """Draw a PDF page. `size` is in pixels, `pixels` is PDFium's format of a pixel.

    Width and height are scaled separately, because a fax's dots are not square.
    """
    bitmap = PdfBitmap.new_native(*size, pixels)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    arguments = (page, 0, 0, *size, 0, flags | raw.FPDF_ANNOT)
    raw.FPDF_RenderPageBitmap(bitmap, *arguments)
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, bitmap, *arguments)
    drawn: Image.Image = bitmap.to_pil()
    return drawn
