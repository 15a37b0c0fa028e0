"""Recognising the kind of a file by its first bytes. The file's name proves nothing.

VoipNow takes jpg, tif, pdf and txt (the vendor's list for `fx_file_invalid`). Other pictures are
converted to a PDF. Only a child process opens a whole file: see `parser_pool`.
"""

from __future__ import annotations

import codecs
from enum import Enum

#: Bytes from the start of a file that `recognise` needs.
HEAD_BYTES = 4096

#: A PDF's header begins within this many bytes (ISO 32000-2, 7.5.2).
_PDF_HEADER_WITHIN = 1024

#: Bytes that a text may have: printable characters, tab, line feed, carriage return, form feed,
#: backspace and escape.
_PLAIN = bytes(byte for byte in range(0x20, 0x100) if byte != 0x7F) + b"\t\n\r\f\b\x1b"


class Kind(Enum):
    """A kind of file that can be faxed: its media type and its file name endings."""

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
        #: The endings with their dots. The usual ending comes first.
        self.endings = endings

    @classmethod
    def of(cls, content_type: str) -> Kind:
        """The kind with this media type. Raises `KeyError` if no kind has it."""
        return {kind.content_type: kind for kind in cls}[content_type]

    @property
    def becomes_pdf(self) -> bool:
        """Whether VoipNow does not take this kind, so that it is converted to a PDF."""
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
    """The kind of a file that starts with `head`; None for a kind that can't be faxed.

    `head` is the first `HEAD_BYTES` of the file, or all bytes of a shorter file. A file may be of
    two kinds at once, for example a picture that is followed by a PDF. Such a file counts as the
    kind that it begins with.
    """
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    # A text may begin with "BM". In a bitmap, four reserved bytes at offset 6 are zero.
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return Kind.BMP
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return Kind.PDF
    return Kind.TEXT if is_text(head) else None


def is_text(piece: bytes) -> bool:
    """Whether a piece of a file is text: UTF-16 with a byte order mark, or no control characters.

    Text without control characters may be UTF-8 or any 8-bit encoding. An empty piece is no text.
    """
    if not piece:
        return False
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not piece.translate(None, _PLAIN)
