"""Examining a plain text. VoipNow decides how it is laid out, so its pages are not known."""

from __future__ import annotations

import codecs
import mmap
from typing import Any

from faxportal.documents.kinds import is_text
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Bytes that are read at a time.
_PIECE = 1024**2
#: Looked up in advance: the codec is a module, and later the process can't open a file.
_Decoder = codecs.getincrementaldecoder("utf-16")


def examine(data: mmap.mmap) -> dict[str, Any]:
    """Check that the whole file is text. Raises `Rejected`; `UnicodeDecodeError` for bad UTF-16."""
    is_utf_16 = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = _Decoder()
    while piece := data.read(_PIECE):
        if is_utf_16:
            decoder.decode(piece)
        elif not is_text(piece):
            raise Rejected(RejectionReason.DAMAGED)
    if is_utf_16:
        decoder.decode(b"", final=True)
    return {"pages": None}
