"""Plain text. VoipNow decides how it is laid out, so its pages are not known."""

from __future__ import annotations

import codecs
import mmap
from typing import Any

from faxportal.documents.kinds import is_text
from faxportal.documents.parser.answers import Refused, Why

_PIECE = 1024**2
#: Looked up before the process loses the right to open files, its own modules among them.
_Decoder = codecs.getincrementaldecoder("utf-16")


def examine(data: mmap.mmap) -> dict[str, Any]:
    """Read it to its end; raises `Refused` when something in it is no text."""
    is_utf_16 = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = _Decoder()
    while piece := data.read(_PIECE):
        if is_utf_16:
            decoder.decode(piece)
        elif not is_text(piece):
            raise Refused(Why.DAMAGED)
    if is_utf_16:
        decoder.decode(b"", final=True)
    return {"pages": None}
