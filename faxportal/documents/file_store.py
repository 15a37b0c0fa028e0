"""Storing documents' files: each file is examined, and then kept in Django's default storage."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from faxportal.documents import parser_pool
from faxportal.documents.kinds import HEAD_BYTES, Kind, recognise

#: The folders that stored files are in: the first two characters of their names.
FOLDERS = tuple(f"{number:02x}" for number in range(256))
#: The name of a stored file, or of a file that is being written (see `storage_backend`).
_STORED_NAME = re.compile(r"[0-9a-f]{32}(\.part)?")


class NotStored(Exception):
    """The file is not accepted, and nothing of it is stored."""


class EmptyFile(NotStored):
    """The file has no bytes."""


class TooLarge(NotStored):
    """The file has more bytes than allowed."""


class UnknownKind(NotStored):
    """The file's content is of no `Kind` that can be faxed."""


class ContentDiffers(NotStored):
    """The file does not have the size and the hash that were declared."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the storage."""

    #: Its name in the storage.
    stored_as: str
    #: Bytes.
    size: int
    #: In hex.
    sha256: str
    kind: Kind
    #: None for a text, because VoipNow decides how a text is laid out.
    pages: int | None
    #: The kind of picture that this PDF was made from; None if nothing was converted.
    converted_from: Kind | None = None
    #: Whether the picture that was converted is the first of several pictures in the file.
    is_first_of_several: bool = False


def store(file: File[bytes], *, at_most: int) -> StoredFile:
    """Store a file as it will be sent. Once `store` returns, a power cut does not lose the file.

    A picture that VoipNow does not take, or might print sideways, is converted to a PDF. Files are
    read in pieces. `at_most` is how many bytes a file may have. Raises `NotStored` if the file is
    not accepted, `parser.rejections.Rejected` if a parser does not accept it, and `OSError` if the
    disk fails.
    """
    if not file.size:
        raise EmptyFile
    if file.size > at_most:
        raise TooLarge
    kind = recognise(next(iter(file.chunks(HEAD_BYTES))))
    if kind is None:
        raise UnknownKind
    examined = None if kind.becomes_pdf else parser_pool.examine(file, kind)
    if examined and not examined.needs_rotation:
        return _store(file, kind, examined.pages)
    with tempfile.TemporaryFile() as pdf:
        is_first = parser_pool.make_pdf(file, kind, to=pdf)
        stored = _store(File(pdf), Kind.PDF, 1)
    return replace(stored, converted_from=kind, is_first_of_several=is_first)


def _store(file: File[bytes], kind: Kind, pages: int | None) -> StoredFile:
    sha256 = sha256_of(file)
    return StoredFile(stored_as=_save(file), size=file.size, sha256=sha256, kind=kind, pages=pages)


def store_pdf(pdf: File[bytes], *, pages: int) -> StoredFile:
    """Store a PDF that the portal made itself. Raises `OSError` if the disk fails."""
    return _store(pdf, Kind.PDF, pages)


def store_declared(file: File[bytes], *, size: int, sha256: str) -> str:
    """Store a file that was declared before by size (bytes) and hash (hex). Returns its name.

    The file is not examined. Raises `ContentDiffers`, and `OSError` if the disk fails.
    """
    if file.size != size or sha256_of(file) != sha256:
        raise ContentDiffers
    return _save(file)


def put_back(file: File[bytes], *, stored_as: str) -> None:
    """Store a file under the name that it had. Raises `OSError`, also if the name is taken."""
    if default_storage.exists(stored_as) or default_storage.save(stored_as, file) != stored_as:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def open_stored(stored_as: str) -> File[bytes]:
    """A stored file, open for reading. Raises `FileNotFoundError`."""
    return default_storage.open(stored_as, "rb")


def is_readable(stored_as: str) -> bool:
    """Whether a stored file can be opened now. Also False if the storage can't be reached."""
    try:
        open_stored(stored_as).close()
    except OSError:
        return False
    return True


def delete(stored_as: str) -> None:
    """Delete a stored file, if it exists."""
    default_storage.delete(stored_as)


def names_in(folder: str) -> set[str]:
    """The names of the stored files in one of `FOLDERS`, also of files that are being written.

    Files that this module did not name are left out.
    """
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return set()
    return {f"{folder}/{file}" for file in files if _STORED_NAME.fullmatch(file)}


def size_if_older(stored_as: str, before: datetime) -> int | None:
    """The size in bytes of a file that was stored before a time; None for any other file."""
    try:
        if default_storage.get_modified_time(stored_as) >= before:
            return None
        return default_storage.size(stored_as)
    except FileNotFoundError:
        return None


def delete_stale_uploads(before: datetime) -> None:
    """Delete the temporary files of uploads that were last written before a time.

    A process that was killed while it received a file leaves such a file behind.
    """
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                path.unlink()


def sha256_of(file: File[bytes]) -> str:
    """A file's SHA-256, in hex. Reads the file to its end, in pieces."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _save(file: File[bytes]) -> str:
    name = secrets.token_hex(16)
    return default_storage.save(f"{name[:2]}/{name}", file)
