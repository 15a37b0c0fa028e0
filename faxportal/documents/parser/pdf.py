"""PDF, by PDFium."""

from __future__ import annotations

import ctypes
import mmap
import time
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from faxportal.documents.parser.answers import MAX_PAGES, Refused, Why

#: Seconds after which the rest of a long document is taken on trust: its pages are there, and
#: whether each can be drawn shows in the preview.
_READING_SECONDS = 3.0
#: The mark at a PDF's end (ISO 32000-2, 7.5.5), and what follows the numbers of each object.
_END, _OBJECT = b"%%EOF", b" obj"


def examine(data: mmap.mmap) -> dict[str, Any]:
    """The number of pages, when the file is whole and its pages can be read; raises `Refused`."""
    document = open_document(data)
    _check_end(data)
    pages = len(document)
    if pages > MAX_PAGES:
        raise Refused(Why.TOO_MANY_PAGES)
    if pages < 1:
        raise Refused(Why.DAMAGED)
    read_until = time.monotonic() + _READING_SECONDS
    for index in range(pages):
        if time.monotonic() < read_until:
            _read_page(document, index)
    return {"pages": pages}


def open_document(data: mmap.mmap) -> PdfDocument:
    """The document, opened without a password; `data` is a private mapping."""
    whole = (ctypes.c_ubyte * len(data)).from_buffer(data)
    try:
        return PdfDocument(whole)
    except PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Refused(Why.LOCKED if locked else Why.DAMAGED) from error


def _check_end(data: mmap.mmap) -> None:
    """Refuse a file that was cut off: PDFium opens what is left of it, and pages would be missing.

    After the last mark of an end nothing may begin; a file without any mark never ended.
    """
    end = data.rfind(_END)
    if end < 0 or data.find(_OBJECT, end) >= 0:
        raise Refused(Why.DAMAGED)


def _read_page(document: PdfDocument, index: int) -> None:
    try:
        document[index].close()
    except PdfiumError as error:
        raise Refused(Why.DAMAGED) from error
