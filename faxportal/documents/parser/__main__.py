"""Carries out one task on one file, or merges several files, in a process of its own.

    python -m faxportal.documents.parser REQUEST INPUT [OUTPUT [INPUT...]]

REQUEST is a JSON object: `task`, `kind` (the name of a `Kind`) and the task's own options. INPUT is
the descriptor of the file. OUTPUT is the descriptor of an empty file, for a task that writes a
file. Merging takes further files: their descriptors follow, and the option `others` has their
kinds. The result is one line of JSON on standard output: what the task returns, or `rejected` with
the reason. The process ends when its standard input ends: see `faxportal.exit_with_parent`.
"""

from __future__ import annotations

import errno
import io
import json
import mmap
import os
import sys
from collections.abc import Callable
from typing import IO, Any

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import process_limits
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.exit_with_parent import stop_with_parent

Result = dict[str, Any]
#: `errno` → reason, for errors whose cause is not the file's content. Python ignores the signal
#: SIGXFSZ, so a write beyond the limit for output fails with EFBIG.
_OF_THE_DISK: dict[int | None, RejectionReason] = {
    errno.ENOSPC: RejectionReason.NOT_NOW,
    errno.EDQUOT: RejectionReason.NOT_NOW,
    errno.EIO: RejectionReason.NOT_NOW,
    errno.EFBIG: RejectionReason.TOO_MUCH,
}
#: A function that gets the file and the output, and returns what is printed.
Task = Callable[[mmap.mmap, IO[bytes]], Result]


def main(request: str, source: str, output: str = "", *others: str) -> None:
    """Carry out the request and print the result. The module's docstring explains the arguments."""
    asked = json.loads(request)
    limits = process_limits.MERGING if asked["task"] == "merge" else process_limits.ONE_FILE
    process_limits.end_in_time(limits)
    stop_with_parent()
    if asked["task"] == "merge":
        asked["more"] = [_mapped(descriptor) for descriptor in others]
    task = _task_of(**asked)
    data = _mapped(source)
    with os.fdopen(int(output), "wb") if output else io.BytesIO() as to:
        process_limits.restrict(limits)
        result = _run(task, data, to)
    print(json.dumps(result))  # noqa: T201  # the parent reads it


def _mapped(descriptor: str) -> mmap.mmap:
    # Copy on write, because PDFium takes writable memory only.
    return mmap.mmap(int(descriptor), 0, access=mmap.ACCESS_COPY)


def _task_of(task: str, kind: str, **options: Any) -> Task:
    """The task that a request names.

    This imports the task's parsers, because the process can't open files after
    `process_limits.restrict`.
    """
    its_kind = Kind[kind]
    if task == "examine" and its_kind is Kind.PDF:
        from faxportal.documents.parser import pdf

        return lambda data, to: pdf.examine(data)
    if task == "examine" and its_kind is Kind.TEXT:
        from faxportal.documents.parser import text

        return lambda data, to: text.examine(data)
    if task == "lay out":
        from faxportal.documents.parser import text

        return lambda data, to: text.lay_out(data, to)
    if task == "merge":
        from faxportal.documents.parser import merge

        kinds, more = options["others"], options["more"]
        others = [(other, Kind[name]) for other, name in zip(more, kinds, strict=True)]
        return lambda data, to: merge.merge([(data, its_kind), *others], to)
    from faxportal.documents.parser import pictures

    if task == "examine":
        return lambda data, to: pictures.examine(data, its_kind)
    if task == "make a PDF":
        return lambda data, to: pictures.make_pdf(data, its_kind, to)
    if task == "make a logo":
        from faxportal.documents.parser import logo

        return lambda data, to: logo.make_logo(data, its_kind, to)
    from faxportal.documents.parser import page_drawing

    if task == "measure":
        return lambda data, to: page_drawing.measure(data, its_kind, **options)
    if task == "draw the fax":
        return lambda data, to: page_drawing.draw_fax(data, its_kind, to=to, **options)
    assert task == "draw the original"
    return lambda data, to: page_drawing.draw_original(data, its_kind, to=to, **options)


def _run(task: Task, data: mmap.mmap, to: IO[bytes]) -> Result:
    try:
        return task(data, to)
    except Rejected as rejected:
        return {"rejected": rejected.reason}
    except MemoryError:
        return {"rejected": RejectionReason.TOO_MUCH}
    except Exception as error:
        # Parsers raise errors of many kinds for a damaged file. The kind goes to the log; the
        # error's text does not, because it may quote the file.
        reason = _OF_THE_DISK.get(getattr(error, "errno", 0), RejectionReason.DAMAGED)
        return {"rejected": reason, "error": type(error).__name__}


main(*sys.argv[1:])
