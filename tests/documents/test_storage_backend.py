"""A file is stored completely or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File

from faxportal.documents.storage_backend import DurableFileSystemStorage


class _BreaksOff(ContentFile):  # type: ignore[type-arg]  # no generic at run time
    """A file of which only the first half can be read. It stands for a lost upload."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"the first half"
        raise OSError("broken off")


def test_a_saved_file_can_be_read_back(tmp_path: Path) -> None:
    storage = DurableFileSystemStorage(location=tmp_path)
    name = storage.save("ab/abcd", ContentFile(b"content"))
    with storage.open(name) as file:
        assert isinstance(file, File)
        assert file.read() == b"content"


def test_a_save_that_fails_leaves_nothing(tmp_path: Path) -> None:
    storage = DurableFileSystemStorage(location=tmp_path)
    with pytest.raises(OSError, match="broken off"):
        storage.save("ab/abcd", _BreaksOff(b""))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
