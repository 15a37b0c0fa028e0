"""Merging documents into one PDF, with the pages that the previews show, in their order.

A page of a PDF is copied. Then the copy and the original are drawn. If the two drawings differ, for
example because a hidden layer would become visible, a picture of the original replaces the copy. A
picture becomes a page as `picture_pdf` lays it out.
"""

from __future__ import annotations

import errno
import io
import mmap
from collections.abc import Sequence
from typing import IO, Any

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import fax_raster, picture_pdf, pictures
from faxportal.documents.parser.page_drawing import POINTS, draw_page
from faxportal.documents.parser.pdf import open_document
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Dots an inch at which a copied page is compared with its original, and the greatest difference of
#: two greys that still look the same.
_COMPARED_DPI, _SAME = 50, 16

#: A document: its bytes, and a kind that has pages.
Source = tuple[mmap.mmap, Kind]


def merge(sources: Sequence[Source], to: IO[bytes]) -> dict[str, Any]:
    """Write one PDF of all documents, and return how many `pages` it has.

    If one document can't be merged, the result holds its number (from 1) under `document` and the
    reason under `rejected`. Raises `Rejected` or `OSError` if no document is the cause.
    """
    whole = PdfDocument.new()
    kept: list[PdfDocument] = []  # PDFium reads a document's pages when it saves their copies
    for number, (data, kind) in enumerate(sources, start=1):
        try:
            if kind is Kind.PDF:
                kept.append(_append_pdf(whole, data))
            else:
                _append_picture(whole, data, kind)
        except Rejected as error:
            return {"document": number, "rejected": error.reason}
        except MemoryError:
            return {"document": number, "rejected": RejectionReason.TOO_MUCH}
        except Exception as error:
            name = type(error).__name__
            return {"document": number, "rejected": RejectionReason.DAMAGED, "error": name}
    _save(whole, to)
    return {"pages": len(whole)}


def _append_pdf(whole: PdfDocument, data: mmap.mmap) -> PdfDocument:
    document = open_document(data)
    document.init_forms()
    if not len(document):
        raise Rejected(RejectionReason.DAMAGED)
    for index in range(len(document)):
        original = _drawn(document, document[index])
        if document.formenv:
            document[index].flatten()  # a copied page loses the form that its fields belong to
        whole.import_pages(document, [index])
        if not _look_the_same(original, _drawn(whole, whole[len(whole) - 1])):
            whole.del_page(len(whole) - 1)
            _append_drawn(whole, open_document(data), index)
    return document


def _drawn(document: PdfDocument, page: PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = _COMPARED_DPI / POINTS
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return draw_page(document, page, size, raw.FPDFBitmap_Gray, raw.FPDF_GRAYSCALE)


def _look_the_same(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return False
    _least, most = ImageChops.difference(one, other).getextrema()
    return most <= _SAME  # type: ignore[operator]  # grey has one band


def _append_drawn(whole: PdfDocument, document: PdfDocument, index: int) -> None:
    """Append a picture of the page with this index (from 0). The document was opened again."""
    document.init_forms()
    page = document[index]
    width, height = (side / POINTS for side in page.get_size())
    dots = picture_pdf.MOST_DPI * fax_raster.scale_to_line(width, height)
    size = max(1, round(width * dots)), max(1, round(height * dots))
    grey = draw_page(document, page, size, raw.FPDFBitmap_Gray, raw.FPDF_GRAYSCALE)
    pdf = io.BytesIO()
    picture_pdf.write_page(grey, (width, height), (width, height), pdf)
    _append(whole, pdf)


def _append_picture(whole: PdfDocument, data: mmap.mmap, kind: Kind) -> None:
    data.seek(0)
    for frame in pictures.frames(data, kind):
        pdf = io.BytesIO()
        picture_pdf.write_frame(frame, pdf)
        _append(whole, pdf)


def _append(whole: PdfDocument, pdf: io.BytesIO) -> None:
    document = PdfDocument(pdf.getvalue())
    whole.import_pages(document)
    document.close()


class _Output:
    """Writes to a file, and keeps the error of a failed write: PDFium does not pass it on."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self.error: OSError | None = None

    def write(self, piece: Any) -> int:
        try:
            return self._to.write(piece)
        except OSError as error:
            self.error = error
            raise


def _save(whole: PdfDocument, to: IO[bytes]) -> None:
    output = _Output(to)
    try:
        whole.save(output)
        to.flush()
    except PdfiumError:
        raise output.error or OSError(errno.EIO, "PDFium could not write") from None
