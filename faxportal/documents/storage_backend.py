"""A file system storage whose files survive a power cut once `save` has returned."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """Django's file system storage, but it saves a file completely or not at all.

    The bytes are written to a file whose name ends in `.part`, and flushed to the disk. Then that
    file is renamed, and its folders are flushed: before the flush, POSIX promises nothing about a
    new name. Django's own `save` does not flush, and leaves half a file behind on a full disk.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("xb") as file:
                for piece in content.chunks():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _flush(path.parent)
        _flush(path.parent.parent)
        return name

    def move(self, name: str, to: str) -> None:
        """Give a file another name. Nothing happens if the file is gone. Raises `OSError`."""
        old, new = Path(self.path(name)), Path(self.path(to))
        new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            old.rename(new)
        _flush(new.parent)
        _flush(old.parent)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
