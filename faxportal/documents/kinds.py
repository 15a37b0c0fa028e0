"""What kind of file some bytes are. The name of a file proves nothing; its content does.

VoipNow takes jpg, tif, pdf and txt (the vendor's list for `fx_file_invalid`); other pictures become
a PDF first. Only first bytes are looked at here; opening a file is a matter for a parser in a child
process.
"""

from __future__ import annotations

import codecs
from enum import Enum

#: Bytes from the start of a file that `recognise` wants to see.
HEAD_BYTES = 4096

#: ISO 32000-2, 7.5.2 lets readers find the header within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024

#: Bytes that a text may have: printed ones, and the controls of tabs, lines, pages and printers.
_PLAIN = bytes(byte for byte in range(0x20, 0x100) if byte != 0x7F) + b"\t\n\r\f\b\x1b"


class Kind(Enum):
    """A kind of file that can be faxed: its media type and the endings that fit."""

    PDF = ("application/pdf", ".pdf")
    JPEG = ("image/jpeg", ".jpg", ".jpeg")
    TIFF = ("image/tiff", ".tif", ".tiff")
    TEXT = ("text/plain", ".txt")
    PNG = ("image/png", ".png")
    GIF = ("image/gif", ".gif")
    WEBP = ("image/webp", ".webp")
    BMP = ("image/bmp", ".bmp")

    def __init__(self, content_type: str, *endings: str) -> None:
        self.content_type = content_type
        #: With their dots, the usual one first.
        self.endings = endings

    @classmethod
    def of(cls, content_type: str) -> Kind:
        """The kind with a media type; raises `KeyError`."""
        return {kind.content_type: kind for kind in cls}[content_type]

    @property
    def becomes_pdf(self) -> bool:
        """VoipNow doesn't take it as it is."""
        return self in _BECOME_PDF


_BECOME_PDF = frozenset({Kind.PNG, Kind.GIF, Kind.WEBP, Kind.BMP})

_STARTS: dict[bytes, Kind] = {
    b"\xff\xd8\xff": Kind.JPEG,
    # TIFF 6.0, section 2 (byte order and 42) and BigTIFF (43).
    b"II*\0": Kind.TIFF,
    b"MM\0*": Kind.TIFF,
    b"II+\0": Kind.TIFF,
    b"MM\0+": Kind.TIFF,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
}


def recognise(head: bytes) -> Kind | None:
    """The kind of file that starts with `head` (`HEAD_BYTES` of it, or all); None for no known.

    What stands first decides: of a file that is two things at once, the one that most programs see.
    """
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    # A text may begin with "BM"; a bitmap has four reserved bytes, zero, and its data soon after.
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return Kind.BMP
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Kind.PDF
    return Kind.TEXT if is_text(head) else None


def is_text(piece: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or an 8-bit encoding: no control characters in any of them."""
    if not piece:
        return False
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not piece.translate(None, _PLAIN)
