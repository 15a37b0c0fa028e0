"""Bodies that are sent from files: in constant memory, with their exact length, never chunked.

In pieces of 1 MiB: the 64 KiB that httpx takes from a file object cost almost twice the time.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.errors import NotDone, NotUnderstood, Reason, Refused, Stopped, TryLater

PIECE = 1024 * 1024  # bytes


def unheard(bytes_written: int) -> None:
    """For whoever does not want to hear of progress."""


class FileBody:
    """One file, and how much of it has left us.

    A piece counts once the write of it has returned, which is when the next one is asked for. A
    write that raises has not handed over its last byte. So `all_written` is exact.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        *,
        on_progress: Callable[[int], object],
        cancelled: Callable[[], bool],
    ) -> None:
        self._file = file
        self._size = size
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._begun = False
        self.bytes_written = 0

    @property
    def all_written(self) -> bool:
        return self._begun and self.bytes_written == self._size

    def __iter__(self) -> Iterator[bytes]:
        self._begun = True
        for piece in _pieces(self._file, self._size):
            if self._cancelled():
                raise Stopped(Reason.STOPPED)
            yield piece
            self.bytes_written += len(piece)
            self._on_progress(self.bytes_written)


class FaxForm:
    """A fax as one `multipart/form-data` body (RFC 7578): the older wire form."""

    def __init__(
        self,
        request: CreateFax,
        files: Sequence[BinaryIO],
        *,
        on_progress: Callable[[int], object],
    ) -> None:
        """`on_progress` gets the bytes of the body that have left us."""
        self._boundary = secrets.token_hex(16)
        self._on_progress = on_progress
        self._parts = [
            (self._head(_file_head(file)), content, file.size)
            for file, content in zip(request.files, files, strict=True)
        ]
        recipients = json.dumps({"recipients": request.recipients})
        self._tail = (
            self._head('name="request"\r\nContent-Type: application/json')
            + recipients.encode()
            + f"\r\n--{self._boundary}--\r\n".encode()
        )
        heads = sum(len(head) + size + len(b"\r\n") for head, _, size in self._parts)
        self.length = heads + len(self._tail)
        self.content_type = f"multipart/form-data; boundary={self._boundary}"

    def __iter__(self) -> Iterator[bytes]:
        """From the start each time: a request is sent again after a 401."""
        written = 0
        for piece in self._all():
            yield piece
            written += len(piece)
            self._on_progress(written)

    def _all(self) -> Iterator[bytes]:
        try:
            for head, file, size in self._parts:
                yield head
                yield from _pieces(file, size)
                yield b"\r\n"
        except NotDone as error:
            # Parts of the request are out, and no page says what a VoipNow makes of them.
            raise NotUnderstood(error.reason) from error
        yield self._tail

    def _head(self, disposition: str) -> bytes:
        lines = f"--{self._boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
        return lines.encode()


def _file_head(file: FileToSend) -> str:
    name = file.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    return f'name="files"; filename="{name}"\r\nContent-Type: {file.content_type}'


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The file's bytes, which must be as many as were announced."""
    try:
        file.seek(0)
        left = size
        while left:
            piece = file.read(min(PIECE, left))
            left -= len(piece)
            if not piece or (not left and file.read(1)):
                raise Refused(Reason.FILE_CHANGED)
            yield piece
    except OSError as error:
        raise TryLater(Reason.FILE_UNREADABLE) from error
