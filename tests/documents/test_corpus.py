"""Many odd documents. Each is accepted with its number of pages, or rejected for a reason."""

from __future__ import annotations

import codecs

import pytest
from django.core.files.base import ContentFile

from faxportal.documents import file_store
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.file_limits import MAX_PAGES
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from tests.support import documents, odd_documents

PDF, JPEG, TIFF = documents.pdf(), documents.picture("JPEG"), documents.tiff(2)
DAMAGED, LOCKED, TOO_MUCH, TOO_MANY = (
    RejectionReason.DAMAGED,
    RejectionReason.LOCKED,
    RejectionReason.TOO_MUCH,
    RejectionReason.TOO_MANY_PAGES,
)

#: document → (its bytes, its kind, how many pages it has or why it is rejected)
CORPUS: dict[str, tuple[bytes, Kind, int | RejectionReason | None]] = {
    "a PDF": (PDF, Kind.PDF, 1),
    "a PDF of three pages": (documents.pdf("", "", ""), Kind.PDF, 3),
    "a PDF after a mail's head": (b"From: maria\r\n\r\n" + PDF, Kind.PDF, 1),
    "a PDF with zeros at its end": (PDF + bytes(2000), Kind.PDF, 1),
    "a PDF that was changed by appending": (odd_documents.updated_pdf(), Kind.PDF, 1),
    "a PDF without its table": (PDF.replace(b"xref", b"lost"), Kind.PDF, 1),
    "half a PDF": (PDF[: len(PDF) // 2], Kind.PDF, DAMAGED),
    "a PDF without its last line": (PDF[:-10], Kind.PDF, DAMAGED),
    "a PDF whose change was cut off": (PDF + b"9 0 obj\n<<", Kind.PDF, DAMAGED),
    "a PDF's first line": (b"%PDF-1.7\n", Kind.PDF, DAMAGED),
    "a PDF that lacks a page": (PDF.replace(b"[4 0 R]", b"[9 0 R]"), Kind.PDF, DAMAGED),
    "a PDF with a password": (odd_documents.locked_pdf(), Kind.PDF, LOCKED),
    "a PDF without pages": (odd_documents.no_pages(), Kind.PDF, DAMAGED),
    "a PDF whose pages go in circles": (odd_documents.looping_page_tree(), Kind.PDF, DAMAGED),
    "a PDF with as many pages as may be": (
        odd_documents.many_pages(MAX_PAGES),
        Kind.PDF,
        MAX_PAGES,
    ),
    "a PDF of 10,000 pages": (odd_documents.many_pages(10_000), Kind.PDF, TOO_MANY),
    "a PDF that unpacks to gigabytes": (odd_documents.bomb(), Kind.PDF, TOO_MUCH),
    "a PDF that draws for ever": (odd_documents.laughs(), Kind.PDF, TOO_MUCH),
    "a JPEG": (JPEG, Kind.JPEG, 1),
    "a JPEG in printer's colours": (documents.picture("JPEG", "CMYK"), Kind.JPEG, 1),
    "a progressive JPEG": (documents.picture("JPEG", "RGB", progressive=True), Kind.JPEG, 1),
    "a JPEG with a PDF behind it": (JPEG + PDF, Kind.JPEG, 1),
    "half a JPEG": (JPEG[: len(JPEG) - 20], Kind.JPEG, DAMAGED),
    "a JPEG of 65,000 x 65,000": (odd_documents.huge_jpeg(), Kind.JPEG, TOO_MUCH),
    "a TIFF of two pages": (TIFF, Kind.TIFF, 2),
    "a TIFF of two sizes, Group 3": (odd_documents.two_sizes_tiff(), Kind.TIFF, 2),
    "a TIFF, LZW": (documents.tiff(2, "tiff_lzw"), Kind.TIFF, 2),
    "a TIFF with 16 bits": (documents.picture("TIFF", "I;16"), Kind.TIFF, 1),
    "a TIFF in printer's colours": (documents.picture("TIFF", "CMYK"), Kind.TIFF, 1),
    "a TIFF whose pages go in circles": (odd_documents.looping_tiff(), Kind.TIFF, 2),
    "half a TIFF": (TIFF[: len(TIFF) // 2], Kind.TIFF, DAMAGED),
    "a TIFF of 501 pages": (documents.tiff(MAX_PAGES + 1), Kind.TIFF, TOO_MANY),
    "a TIFF of 50,000 x 50,000": (odd_documents.huge_tiff(), Kind.TIFF, TOO_MUCH),
    "half a PNG": (documents.picture("PNG")[:50], Kind.PNG, DAMAGED),
    "a PNG of 50,000 x 50,000": (odd_documents.huge_png(), Kind.PNG, TOO_MUCH),
    "a GIF's first line": (b"GIF89a\1\0\1\0", Kind.GIF, DAMAGED),
    "a text": (b"Please call back.\n", Kind.TEXT, None),
    "a text in UTF-8 with its mark": (codecs.BOM_UTF8 + "Grüße".encode(), Kind.TEXT, None),
    "a text in UTF-16": ("Grüße".encode("utf-16"), Kind.TEXT, None),
    "a text in Latin-1": ("Grüße".encode("latin-1"), Kind.TEXT, None),
    "half a text in UTF-16": ("Grüße".encode("utf-16")[:-1], Kind.TEXT, DAMAGED),
    "a text with a zero far in": (b"a line\n" * 1000 + b"\0", Kind.TEXT, DAMAGED),
}


@pytest.mark.parametrize("name", CORPUS)
def test_each_document_is_accepted_or_rejected(name: str) -> None:
    content, kind, expected = CORPUS[name]
    file = ContentFile(content)
    if isinstance(expected, RejectionReason):
        with pytest.raises(Rejected) as refused:
            file_store.store(file, at_most=10**9)
        assert refused.value.reason == expected
    else:
        stored = file_store.store(file, at_most=10**9)
        assert (stored.kind, stored.pages) == (kind, expected)
        assert stored.size == len(content)
