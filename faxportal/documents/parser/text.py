"""Examining a plain text, and reading it as pages.

If VoipNow gets a text as it is, VoipNow lays the text out, so the portal does not know the pages. A
text that is merged with other documents is typeset (`documents.merging`).
"""

from __future__ import annotations

import codecs
import json
import mmap
import re
import unicodedata
from collections.abc import Iterator
from typing import IO, Any

from faxportal.documents.kinds import is_text
from faxportal.documents.parser.file_limits import MAX_PAGES
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Bytes that are read at a time.
_PIECE = 1024**2
#: Looked up in advance: the codecs are modules, and later the process can't open a file.
_Decoder = codecs.getincrementaldecoder("utf-16")
_decode_utf_8, _decode_utf_16 = codecs.lookup("utf-8-sig").decode, codecs.lookup("utf-16").decode
#: The most bytes of a text that is typeset, the most characters of a line, and about how many lines
#: fit on a page.
_MOST_BYTES, _LONGEST_LINE, _LINES_A_PAGE = 1024**2, 20_000, 60
#: Lines in one part of a page. Typst takes far longer for one large part than for several small
#: parts.
_LINES_A_PART = 40
#: A word with more characters than this may be broken, so that it stays on the paper.
_LONGEST_WORD = 20
_WORDS = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
#: Allows a line break, and is invisible.
_BREAK = "\N{ZERO WIDTH SPACE}"
_TAB = 8


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


def lay_out(data: mmap.mmap, to: IO[bytes]) -> dict[str, Any]:
    """Write the text as JSON: a list of pages. A page is a list of parts of some lines each.

    A form feed begins a page. If a page is too long for the paper, typesetting divides it later.
    The text must be UTF-8, or UTF-16 with a byte order mark: no other encoding can be recognised
    for certain. Raises `Rejected` for another encoding, for control characters, and for a text that
    is too long.
    """
    content = data[:]
    if len(content) > _MOST_BYTES:
        raise Rejected(RejectionReason.TOO_MUCH)
    is_utf_16 = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        text, _length = (_decode_utf_16 if is_utf_16 else _decode_utf_8)(content)
    except UnicodeDecodeError:
        raise Rejected(RejectionReason.DAMAGED) from None
    pages = [list(_parts(page)) for page in text.split("\f")]
    if len(pages) > 1 and not pages[-1]:
        pages.pop()  # a form feed at the end ends the last page
    lines = max(text.count("\n"), text.count("\r"))
    if len(pages) > MAX_PAGES or lines > MAX_PAGES * _LINES_A_PAGE:
        raise Rejected(RejectionReason.TOO_MANY_PAGES)
    to.write(json.dumps(pages).encode())
    return {}


def _parts(page: str) -> Iterator[str]:
    lines = [_line(line) for line in re.split("\r\n|\r|\n", page.rstrip())] if page.strip() else []
    for start in range(0, len(lines), _LINES_A_PART):
        yield "\n".join(lines[start : start + _LINES_A_PART])


def _line(line: str) -> str:
    """A line with spaces in place of tabs, and with `_BREAK` between the letters of long words."""
    line = line.expandtabs(_TAB)
    if len(line) > _LONGEST_LINE:
        raise Rejected(RejectionReason.TOO_MUCH)
    if any(unicodedata.category(character) == "Cc" for character in line):
        raise Rejected(RejectionReason.DAMAGED)
    return _WORDS.sub(lambda found: _BREAK.join(_clusters(found[0])), line)


def _clusters(word: str) -> Iterator[str]:
    """A word's characters, each with the marks that belong to it."""
    cluster = ""
    for character in word:
        if cluster and not unicodedata.category(character).startswith(("M", "C")):
            yield cluster
            cluster = ""
        cluster += character
    yield cluster
