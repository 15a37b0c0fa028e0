"""What kind of file some bytes are. The name of a file proves nothing; its content does.

VoipNow takes jpg, tif, pdf and txt (the vendor's list for `fx_file_invalid`). Only first bytes are
looked at here; opening a file is a matter for a parser in a child process.
"""

from __future__ import annotations

import codecs
from enum import Enum

#: Bytes from the start of a file that `recognise` wants to see.
HEAD_BYTES = 4096

#: ISO 32000-2, 7.5.2 lets readers find the header within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024

# TIFF 6.0, section 2 (byte order and 42) and BigTIFF (43).
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG_START = b"\xff\xd8\xff"

_TEXT_CONTROLS = frozenset(b"\t\n\r\f\b\x1b")


class Kind(Enum):
    """A kind of file that VoipNow takes: its media type and the ending that fits."""

    PDF = ("application/pdf", ".pdf")
    JPEG = ("image/jpeg", ".jpg")
    TIFF = ("image/tiff", ".tif")
    TEXT = ("text/plain", ".txt")

    @property
    def content_type(self) -> str:
        return self.value[0]

    @property
    def ending(self) -> str:
        return self.value[1]


def recognise(head: bytes) -> Kind | None:
    """The kind of file that starts with `head` (`HEAD_BYTES` of it, or all); None for no known."""
    if head.startswith(_JPEG_START):
        return Kind.JPEG
    if head.startswith(_TIFF_STARTS):
        return Kind.TIFF
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Kind.PDF
    return Kind.TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or an 8-bit encoding: no control characters in any of them."""
    if not head:
        return False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return all(byte >= 0x20 or byte in _TEXT_CONTROLS for byte in head) and 0x7F not in head
