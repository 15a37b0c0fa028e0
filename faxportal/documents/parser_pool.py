"""Asking a child process about a file: the one way in which the portal opens files from outside.

A new process for each question: it starts in about a tenth of a second, and what a file has done
to it is gone with it. It gets the file as a descriptor, its question as JSON and nothing else;
what it may use it limits itself (`child.limits`).
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File

import faxportal
from faxportal.documents.kinds import Kind
from faxportal.documents.parser import limits
from faxportal.documents.parser.answers import Refused, Why

#: Seconds that a child gets over its own limit.
_GRACE = 2.0
#: Bytes of an answer. A pipe holds as many, so that no child waits for its reader.
_ANSWER = 16 * 1024

_CODE = Path(faxportal.__file__).parent.parent
logger = logging.getLogger(__name__)


class ParserPool:
    """Where questions of one sort are asked, a few side by side in one process of the portal.

    Whoever waits for a slot holds a thread that others need for their pages: not for long.
    """

    def __init__(self, *, slots: int, timeout: float) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._timeout = timeout

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A slot, once there is one; raises `Refused` when there is none for `timeout` seconds."""
        if not self._slots.acquire(timeout=self._timeout):
            raise Refused(Why.NOT_NOW)
        try:
            yield
        finally:
            self._slots.release()


#: A file that somebody attaches is worth waiting for; a picture of a page can be asked for again.
ATTACHING, SHOWING = ParserPool(slots=2, timeout=30), ParserPool(slots=2, timeout=5)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What a parser says of a whole file."""

    #: None where nobody can say: VoipNow decides how a text is laid out.
    pages: int | None
    #: A picture that is to be turned before it is shown.
    lies_turned: bool = False


def examine(file: File[bytes], kind: Kind) -> Examined:
    """Read a file of this kind to its end; raises `Refused`, or `OSError` for a full disk."""
    return Examined(**ask(file, kind, "examine"))


def make_pdf(file: File[bytes], kind: Kind, *, to: IO[bytes]) -> bool:
    """Write a picture as a PDF of one page to an empty file on the disk.

    Whether it was the first of several, as in an animation; raises `Refused` and `OSError`.
    """
    answer = ask(file, kind, "make a PDF", made=[to.fileno()])
    return bool(answer["is_animated"])


def ask(
    file: File[bytes],
    kind: Kind,
    do: str,
    *,
    pool: ParserPool = ATTACHING,
    made: Sequence[int] = (),
    **more: Any,
) -> dict[str, Any]:
    """A child's answer; raises `Refused`, also where there is none, `OSError` for a full disk.

    `made` has the descriptor of a file for what the child makes, if it makes something.
    """
    question = json.dumps({"do": do, "kind": kind.name, **more})
    with pool.slot(), _descriptor_of(file) as source:
        answer = _run(question, [source, *made])
    if "fault" in answer:
        logger.info("A file could not be read: %s.", answer["fault"])
    if "refused" in answer:
        raise Refused(Why(answer["refused"]))
    return answer


@contextmanager
def _descriptor_of(file: File[bytes]) -> Iterator[int]:
    """The file's own descriptor where it is a whole one on the disk, else that of a copy."""
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


def _run(question: str, files: Sequence[int]) -> dict[str, Any]:
    with _child(question, files) as child:
        said = _read(child, until=time.monotonic() + limits.TIME + _GRACE)
        child.kill()
    with suppress(ValueError):
        answer: dict[str, Any] = json.loads(said)
        return answer
    was_ended = child.returncode < 0
    logger.log(
        logging.INFO if was_ended else logging.ERROR,
        "A file could not be read: the child process ended with %d.",
        child.returncode,
    )
    raise Refused(Why.TOO_MUCH if was_ended else Why.NOT_NOW)


def _child(question: str, files: Sequence[int]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-E", "-s", "-m", "faxportal.documents.parser"]
    try:
        return subprocess.Popen(  # noqa: S603  # our own module
            [*command, question, *map(str, files)],
            cwd=_CODE,
            env={},
            pass_fds=files,
            stdin=subprocess.PIPE,  # never written to: its end tells the child that we are gone
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        logger.error("No child process can be started: %s.", type(error).__name__)
        raise Refused(Why.NOT_NOW) from error


def _read(child: subprocess.Popen[bytes], *, until: float) -> bytes:
    """What the child says until it ends, up to `_ANSWER` bytes and a moment by `time.monotonic`."""
    assert child.stdout
    # Not select(), which ends at descriptor 1024.
    waiting = select.poll()
    waiting.register(child.stdout, select.POLLIN)
    said = b""
    while len(said) < _ANSWER and waiting.poll(1000 * max(0.0, until - time.monotonic())):
        piece = os.read(child.stdout.fileno(), _ANSWER)
        if not piece:
            break
        said += piece
    return said
