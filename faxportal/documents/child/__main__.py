"""One file, one question: `python -m faxportal.documents.child QUESTION DESCRIPTOR`.

The question is JSON, the descriptor the file's. The answer is one line of JSON on standard output.
Standard input is the parent's end of life: see `faxportal.parent`.
"""

from __future__ import annotations

import json
import mmap
import sys
from collections.abc import Callable
from typing import Any

from faxportal.documents.child import limits
from faxportal.documents.child.answers import Refused, Why
from faxportal.documents.kinds import Kind
from faxportal.parent import stop_with_parent

Answer = dict[str, Any]
Ask = Callable[[mmap.mmap], Answer]


def main(question: str, descriptor: str) -> None:
    limits.end_in_time()
    stop_with_parent()
    ask = _understand(json.loads(question))
    # Private: PDFium wants memory that could be written.
    data = mmap.mmap(int(descriptor), 0, access=mmap.ACCESS_COPY)
    limits.restrict()
    print(json.dumps(_answer(ask, data)))  # noqa: T201  # the answer


def _understand(question: dict[str, Any]) -> Ask:
    """What to do, with the parsers for it imported: later the process can't open a file."""
    kind = Kind[question["kind"]]
    if kind is Kind.PDF:
        from faxportal.documents.child import pdf

        return lambda data: {"pages": pdf.count_pages(data)}
    if kind is Kind.TEXT:
        from faxportal.documents.child import text

        return lambda data: {"pages": text.count_pages(data)}
    from faxportal.documents.child import pictures

    return lambda data: {"pages": pictures.count_pages(data, kind)}


def _answer(ask: Ask, data: mmap.mmap) -> Answer:
    try:
        return ask(data)
    except Refused as refused:
        return {"refused": refused.why}
    except MemoryError:
        return {"refused": Why.TOO_MUCH}
    except Exception as error:
        # Parsers raise all sorts of errors at a file that is not as it should be. The kind of error
        # may go to the log, its words may hold what is in the file.
        return {"refused": Why.DAMAGED, "fault": type(error).__name__}


main(*sys.argv[1:])
