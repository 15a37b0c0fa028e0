"""One file, one question: `python -m faxportal.documents.parser QUESTION DESCRIPTOR [DESCRIPTOR]`.

The question is JSON; the descriptors are the file's, and that of an empty file for what is made of
it, if something is. The answer is one line of JSON on standard output. Standard input is the
parent's end of life: see `faxportal.parent_process`.
"""

from __future__ import annotations

import io
import json
import mmap
import os
import sys
from collections.abc import Callable
from typing import IO, Any

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import limits
from faxportal.documents.parser.answers import Refused, Why
from faxportal.parent_process import stop_with_parent

Answer = dict[str, Any]
Ask = Callable[[mmap.mmap, IO[bytes]], Answer]


def main(question: str, source: str, made: str = "") -> None:
    limits.end_in_time()
    stop_with_parent()
    ask = _understand(**json.loads(question))
    # Private: PDFium wants memory that could be written.
    data = mmap.mmap(int(source), 0, access=mmap.ACCESS_COPY)
    with os.fdopen(int(made), "wb") if made else io.BytesIO() as to:
        limits.restrict()
        answer = _answer(ask, data, to)
    print(json.dumps(answer))  # noqa: T201


def _understand(do: str, kind: str, **more: Any) -> Ask:
    """What to do, with the parsers for it imported: later the process can't open a file."""
    its = Kind[kind]
    if do == "examine" and its is Kind.PDF:
        from faxportal.documents.parser import pdf

        return lambda data, to: pdf.examine(data)
    if do == "examine" and its is Kind.TEXT:
        from faxportal.documents.parser import text

        return lambda data, to: text.examine(data)
    from faxportal.documents.parser import pictures

    if do == "examine":
        return lambda data, to: pictures.examine(data, its)
    if do == "make a PDF":
        return lambda data, to: pictures.make_pdf(data, its, to)
    if do == "make a logo":
        from faxportal.documents.parser import logo

        return lambda data, to: logo.make_logo(data, its, to)
    from faxportal.documents.parser import drawing

    if do == "measure":
        return lambda data, to: drawing.measure(data, its, **more)
    if do == "draw the fax":
        return lambda data, to: drawing.draw_fax(data, its, to=to, **more)
    assert do == "draw the original"
    return lambda data, to: drawing.draw_original(data, its, to=to, **more)


def _answer(ask: Ask, data: mmap.mmap, to: IO[bytes]) -> Answer:
    try:
        return ask(data, to)
    except Refused as refused:
        return {"refused": refused.why}
    except MemoryError:
        return {"refused": Why.TOO_MUCH}
    except Exception as error:
        # Parsers raise all sorts of errors at a file that is not as it should be. The kind of error
        # may go to the log, its words may hold what is in the file.
        return {"refused": Why.DAMAGED, "fault": type(error).__name__}


main(*sys.argv[1:])
