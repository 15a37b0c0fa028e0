"""Request bodies that are read from files: in constant memory, and with their exact length.

S3 requires Content-Length, so no body is sent with chunked transfer encoding. On a fast line files
are sent in pieces of 1 MiB: with the 64 KiB that httpx reads from a file object, an upload takes
almost twice the time. On a slow line pieces are smaller, so that a stop is noticed soon.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from faxportal.voipnow.api_types import CreateFax, FileToSend
from faxportal.voipnow.errors import NotDone, NotUnderstood, Reason, Refused, Stopped, TryLater

SMALLEST_PIECE = 16 * 1024  # bytes
LARGEST_PIECE = 1024 * 1024  # bytes
QUICK = 0.1  # seconds: the next piece is larger if a piece was written sooner than this


def ignore_progress(bytes_written: int) -> None:
    """An `on_progress` that does nothing."""


class FileBody:
    """One file as a body, and how many of its bytes were sent.

    A piece is counted after its write has returned: then httpcore asks for the next piece. If a
    write raises, the last byte of its piece was not sent. So `all_written` is exact.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        *,
        on_progress: Callable[[int], object],
        cancelled: Callable[[bool], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`cancelled` is told whether the next piece is the last one. `clock` returns seconds."""
        self._file = file
        self._size = size
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._clock = clock
        self._piece_size = SMALLEST_PIECE
        self._begun = False
        self.bytes_written = 0

    @property
    def all_written(self) -> bool:
        """Whether the last byte was sent. False before httpcore asks for the first piece."""
        return self._begun and self.bytes_written == self._size

    def __iter__(self) -> Iterator[bytes]:
        """The pieces. Raises `Stopped`, `Refused` (FILE_CHANGED) and `TryLater`."""
        self._begun = True
        for piece in _pieces(self._file, self._size, lambda: self._piece_size):
            if self._cancelled(self.bytes_written + len(piece) == self._size):
                raise Stopped(Reason.STOPPED)
            begun = self._clock()
            yield piece
            self._adapt(self._clock() - begun)
            self.bytes_written += len(piece)
            self._on_progress(self.bytes_written)

    def _adapt(self, seconds: float) -> None:
        """Choose the size of the next piece. Sending the last piece took this many seconds.

        The system's send buffer takes the first pieces at once, even if the line is slow. So a size
        that has grown must shrink again.
        """
        if seconds < QUICK:
            self._piece_size = min(self._piece_size * 2, LARGEST_PIECE)
        else:
            self._piece_size = max(self._piece_size // 2, SMALLEST_PIECE)


class FaxForm:
    """A fax as one `multipart/form-data` body (RFC 7578), for the one-request form.

    `length` (bytes) and `content_type` are the values for the request's headers.
    """

    def __init__(
        self,
        request: CreateFax,
        files: Sequence[BinaryIO],
        *,
        on_progress: Callable[[int], object],
    ) -> None:
        """`files` are the request's files, open, in the request's order.

        `on_progress` gets the number of bytes that were sent so far.
        """
        self._boundary = secrets.token_hex(16)
        self._on_progress = on_progress
        self._parts = [
            (self._head(_file_head(file)), content, file.size)
            for file, content in zip(request.files, files, strict=True)
        ]
        recipients = json.dumps({"recipients": request.recipients})
        self._tail = (
            self._head('name="request"')  # without a Content-Type, as in the vendor's client
            + recipients.encode()
            + f"\r\n--{self._boundary}--\r\n".encode()
        )
        heads = sum(len(head) + size + len(b"\r\n") for head, _, size in self._parts)
        self.length = heads + len(self._tail)
        self.content_type = f"multipart/form-data; boundary={self._boundary}"

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, from the start each time, because the request is sent again after a 401.

        Raises `NotUnderstood` if a file can't be read or has changed.
        """
        written = 0
        for piece in self._all():
            yield piece
            written += len(piece)
            self._on_progress(written)

    def _all(self) -> Iterator[bytes]:
        try:
            for head, file, size in self._parts:
                yield head
                yield from _pieces(file, size, lambda: LARGEST_PIECE)
                yield b"\r\n"
        except NotDone as error:
            # Parts of the request were sent. What VoipNow does with them is not documented.
            raise NotUnderstood(error.reason) from error
        yield self._tail

    def _head(self, disposition: str) -> bytes:
        lines = f"--{self._boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
        return lines.encode()


def _file_head(file: FileToSend) -> str:
    name = file.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    return f'name="files"; filename="{name}"\r\nContent-Type: {file.content_type}'


def _pieces(file: BinaryIO, size: int, piece_size: Callable[[], int]) -> Iterator[bytes]:
    """The bytes of a file, in pieces of at most `piece_size()` bytes, which may change.

    Raises `Refused` if the file does not have `size` bytes, and `TryLater` if it can't be read.
    """
    try:
        file.seek(0)
        left = size
        while left:
            piece = file.read(min(piece_size(), left))
            left -= len(piece)
            if not piece or (not left and file.read(1)):
                raise Refused(Reason.FILE_CHANGED)
            yield piece
    except OSError as error:
        raise TryLater(Reason.FILE_UNREADABLE) from error
