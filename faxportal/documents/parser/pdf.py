"""Examining a PDF with PDFium."""

from __future__ import annotations

import ctypes
import mmap
import time
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from faxportal.documents.parser.file_limits import MAX_PAGES
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Seconds after which the remaining pages of a long document are counted, but not read.
_READING_SECONDS = 3.0
#: The marker at a PDF's end (ISO 32000-2, 7.5.5), and the keyword that begins each object.
_END, _OBJECT = b"%%EOF", b" obj"


def examine(data: mmap.mmap) -> dict[str, Any]:
    """Check that the file is whole and its pages can be read, and count them. Raises `Rejected`."""
    document = open_document(data)
    _check_end(data)
    pages = len(document)
    if pages > MAX_PAGES:
        raise Rejected(RejectionReason.TOO_MANY_PAGES)
    if pages < 1:
        raise Rejected(RejectionReason.DAMAGED)
    read_until = time.monotonic() + _READING_SECONDS
    for index in range(pages):
        if time.monotonic() < read_until:
            _read_page(document, index)
    return {"pages": pages}


def open_document(data: mmap.mmap) -> PdfDocument:
    """The document, opened without a password. Raises `Rejected`.

    `data` is mapped privately (ACCESS_COPY), because PDFium takes writable memory only.
    """
    whole = (ctypes.c_ubyte * len(data)).from_buffer(data)
    try:
        return PdfDocument(whole)
    except PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Rejected(RejectionReason.LOCKED if locked else RejectionReason.DAMAGED) from error


def _check_end(data: mmap.mmap) -> None:
    """Reject a file that was cut off. PDFium would open what is left, and pages would be missing.

    Such a file has no end marker, or an object begins after the last end marker.
    """
    end = data.rfind(_END)
    if end < 0 or data.find(_OBJECT, end) >= 0:
        raise Rejected(RejectionReason.DAMAGED)


def _read_page(document: PdfDocument, index: int) -> None:
    try:
        document[index].close()
    except PdfiumError as error:
        raise Rejected(RejectionReason.DAMAGED) from error
