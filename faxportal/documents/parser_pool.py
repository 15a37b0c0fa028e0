"""Running parsers on files in child processes. The portal opens files from outside only this way.

Each task gets a new process, which starts in about a tenth of a second and ends with the task. So
nothing that a file does to the process lasts. The process gets only the files, as descriptors, and
the task, as JSON. It limits itself (`parser.process_limits`).
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File

import faxportal
from faxportal.documents.kinds import Kind
from faxportal.documents.parser import process_limits
from faxportal.documents.parser.process_limits import Limits
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Seconds that the parent waits beyond the limit `time`, at which the kernel ends the child.
_GRACE_SECONDS = 2.0
#: Bytes of the longest result. A pipe holds this many bytes, so no child waits for its reader.
_MAX_RESULT = 16 * 1024

_CODE = Path(faxportal.__file__).parent.parent
logger = logging.getLogger(__name__)


class ParserPool:
    """Limits how many parsers run side by side in one process of the portal.

    A request that waits for a slot holds a thread of the web server, so the wait is limited, too.
    """

    def __init__(self, *, slots: int, timeout: float) -> None:
        """`timeout` is in seconds."""
        self._slots = threading.BoundedSemaphore(slots)
        self._timeout = timeout

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot. Raises `Rejected` (NOT_NOW) if no slot becomes free within the timeout."""
        if not self._slots.acquire(timeout=self._timeout):
            raise Rejected(RejectionReason.NOT_NOW)
        try:
            yield
        finally:
            self._slots.release()


#: Uploaded files wait longer: a preview can be requested again, but an upload would be lost.
UPLOADS, PREVIEWS = ParserPool(slots=2, timeout=30), ParserPool(slots=2, timeout=5)
#: Merging is done by a worker, and no person waits for it.
MERGES = ParserPool(slots=1, timeout=60)
#: Return codes of a child that took too long by the clock, or that the machine ended. A busy
#: machine may be the cause, so these codes say nothing about the files.
_BY_THE_MACHINE = {-signal.SIGALRM, -signal.SIGKILL, -signal.SIGTERM}


@dataclass(frozen=True, kw_only=True)
class ExaminedFile:
    """What a parser found out about a whole file."""

    #: None for a text, because VoipNow decides how a text is laid out.
    pages: int | None
    #: Whether a picture's metadata tells programs to turn or mirror the picture.
    needs_rotation: bool = False


def examine(file: File[bytes], kind: Kind) -> ExaminedFile:
    """Read a file of this kind to its end. Raises `Rejected`, and `OSError` for a full disk."""
    return ExaminedFile(**run_task(file, kind, "examine"))


def make_pdf(file: File[bytes], kind: Kind, *, to: IO[bytes]) -> bool:
    """Write a picture as a PDF of one page to `to`, an empty file on the disk.

    Returns whether `file` has more pictures, as an animation has. Raises `Rejected`, and `OSError`
    for a full disk.
    """
    result = run_task(file, kind, "make a PDF", output=[to.fileno()])
    return bool(result["is_animated"])


class NotMergeable(Exception):
    """The documents of a fax can't be merged.

    `number` is the number (from 1) of the document that is the cause. It is None if no single
    document is the cause.
    """

    def __init__(self, number: int | None, reason: RejectionReason) -> None:
        super().__init__(number, reason)
        self.number = number
        self.reason = reason


def merge(files: Sequence[tuple[File[bytes], Kind]], *, to: IO[bytes]) -> int:
    """Merge files that have pages into one PDF; see `parser.merge`. Returns its number of pages.

    The PDF is written to `to`, an empty file on the disk. Raises `NotMergeable`, `Rejected`
    (NOT_NOW) if the same call may work later, and `OSError` for a full disk.
    """
    with ExitStack() as opened, MERGES.slot():
        sources = [opened.enter_context(_descriptor_of(file)) for file, _kind in files]
        (_first, kind), *others = files
        names = [other.name for _file, other in others]
        request = json.dumps({"task": "merge", "kind": kind.name, "others": names})
        descriptors = [sources[0], to.fileno(), *sources[1:]]
        try:
            result = _run(request, descriptors, process_limits.MERGING, _BY_THE_MACHINE)
        except Rejected as rejected:
            result = {"rejected": rejected.reason}
    if "error" in result:
        logger.info("Documents could not be merged: %s.", result["error"])
    because = result.get("rejected")
    if because == RejectionReason.NOT_NOW:
        raise Rejected(RejectionReason.NOT_NOW)
    if because:
        raise NotMergeable(result.get("document"), RejectionReason(because))
    return int(result["pages"])


def lay_out(text: File[bytes]) -> list[list[str]]:
    """The pages of a text; see `parser.text`. A page is a list of parts of some lines each.

    Raises `Rejected`, and `OSError` for a full disk.
    """
    with tempfile.TemporaryFile() as pages:
        run_task(text, Kind.TEXT, "lay out", output=[pages.fileno()])
        pages.seek(0)  # the child's descriptor shares its position with ours
        laid_out: list[list[str]] = json.load(pages)
    return laid_out


def run_task(
    file: File[bytes],
    kind: Kind,
    task: str,
    *,
    pool: ParserPool = UPLOADS,
    output: Sequence[int] = (),
    **options: Any,
) -> dict[str, Any]:
    """Run a task of `parser.__main__` on a file and return its result.

    `output` holds the descriptor of an empty file, for a task that writes a file. Raises
    `Rejected`, also if the child process fails, and `OSError` for a full disk.
    """
    request = json.dumps({"task": task, "kind": kind.name, **options})
    with pool.slot(), _descriptor_of(file) as source:
        result = _run(request, [source, *output])
    if "error" in result:
        logger.info("A file could not be read: %s.", result["error"])
    if "rejected" in result:
        raise Rejected(RejectionReason(result["rejected"]))
    return result


@contextmanager
def _descriptor_of(file: File[bytes]) -> Iterator[int]:
    """The file's own descriptor if the whole file is on the disk, else a copy's descriptor."""
    try:
        descriptor = file.fileno()
        is_whole = os.fstat(descriptor).st_size == file.size
    except (AttributeError, OSError):  # in memory, or in a storage elsewhere
        is_whole = False
    if is_whole:
        yield descriptor
        return
    with tempfile.TemporaryFile() as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        yield copy.fileno()


def _run(
    request: str,
    descriptors: Sequence[int],
    limits: Limits = process_limits.ONE_FILE,
    says_nothing: Collection[int] = (),
) -> dict[str, Any]:
    """Run a child process that limits itself to `limits`, and return its result.

    Raises `Rejected` if the child prints no result: with TOO_MUCH if a signal ended it, else with
    NOT_NOW. Return codes in `says_nothing` (minus the signal's number) also mean NOT_NOW.
    """
    with _child(request, descriptors) as child:
        printed = _read(child, until=time.monotonic() + limits.time + _GRACE_SECONDS)
        child.kill()
    with suppress(ValueError):
        result: dict[str, Any] = json.loads(printed)
        return result
    # A child is ended by a limit or by us. In both cases the file took too much.
    was_killed = child.returncode < 0 and child.returncode not in says_nothing
    logger.log(
        logging.INFO if was_killed else logging.ERROR,
        "A file could not be read: the child process ended with %d.",
        child.returncode,
    )
    raise Rejected(RejectionReason.TOO_MUCH if was_killed else RejectionReason.NOT_NOW)


def _child(request: str, descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-E", "-s", "-m", "faxportal.documents.parser"]
    try:
        return subprocess.Popen(  # noqa: S603  # our own module
            [*command, request, *map(str, descriptors)],
            cwd=_CODE,
            env={},
            pass_fds=descriptors,
            stdin=subprocess.PIPE,  # no data; when it ends, the child knows that we are gone
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        logger.error("No child process can be started: %s.", type(error).__name__)
        raise Rejected(RejectionReason.NOT_NOW) from error


def _read(child: subprocess.Popen[bytes], *, until: float) -> bytes:
    """What the child prints until it ends: at most `_MAX_RESULT` bytes, and no longer than `until`.

    `until` is a time of `time.monotonic`.
    """
    assert child.stdout
    # Not select(), which takes only descriptors below 1024.
    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    printed = b""
    while len(printed) < _MAX_RESULT and poll.poll(1000 * max(0.0, until - time.monotonic())):
        piece = os.read(child.stdout.fileno(), _MAX_RESULT)
        if not piece:
            break
        printed += piece
    return printed
