"""Documents' bytes: judged, then kept in Django's default storage under random names."""

from __future__ import annotations

import hashlib
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

#: The folders that stored files are in, by the first two letters of their names.
FOLDERS = tuple(f"{number:02x}" for number in range(256))
#: A name that `keep` makes, and one of a file that is being written.
_OURS = re.compile(r"[0-9a-f]{32}(\.part)?")


class NotKept(Exception):
    """A file that is not taken; nothing of it is kept."""


class EmptyFile(NotKept):
    """It has no bytes."""


class TooLarge(NotKept):
    """It has more bytes than allowed."""


class UnknownKind(NotKept):
    """Its content is none of the kinds that VoipNow takes."""


class OtherContent(NotKept):
    """It is not what was declared."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """Bytes that are safely kept."""

    stored_as: str
    #: Bytes.
    size: int
    sha256: str
    kind: Kind
    #: None where nobody can say: VoipNow decides how a text is laid out.
    pages: int | None
    #: The kind of picture that this PDF was made of.
    converted_from: Kind | None = None
    #: It had more pictures, of which this is the first.
    is_first_of_several: bool = False


def keep(file: File[bytes], *, at_most: int) -> StoredFile:
    """Store a file as it will be sent. Once this returns, a power cut does not lose it.

    A picture that VoipNow does not take, or might show lying on its side, is made a PDF.
    `at_most` is in bytes. Raises `NotKept` where it isn't taken, `Refused` where a parser found out
    why it can't be faxed, `OSError` where the disk can't. Its size costs no memory.
    """
    if not file.size:
        raise EmptyFile
    if file.size > at_most:
        raise TooLarge
    kind = recognise(next(iter(file.chunks(HEAD_BYTES))))
    if kind is None:
        raise UnknownKind
    examined = None if kind.becomes_pdf else parser_pool.examine(file, kind)
    if examined and not examined.lies_turned:
        return _store(file, kind, examined.pages)
    with tempfile.TemporaryFile() as made:
        is_first = parser_pool.make_pdf(file, kind, to=made)
        stored = _store(File(made), Kind.PDF, 1)
    return replace(stored, converted_from=kind, is_first_of_several=is_first)


def _store(file: File[bytes], kind: Kind, pages: int | None) -> StoredFile:
    sha256 = _sha256(file)
    return StoredFile(stored_as=_save(file), size=file.size, sha256=sha256, kind=kind, pages=pages)


def keep_declared(file: File[bytes], *, size: int, sha256: str) -> str:
    """Store a file that was declared, and judged, before; the name it is kept under.

    `size` in bytes, `sha256` in hex. Raises `OtherContent`, and `OSError` where the disk can't.
    """
    if file.size != size or _sha256(file) != sha256:
        raise OtherContent
    return _save(file)


def open_stored(stored_as: str) -> File[bytes]:
    """The bytes kept under a name, open to read; raises `FileNotFoundError`."""
    return default_storage.open(stored_as, "rb")


def forget(stored_as: str) -> None:
    """Delete the bytes kept under a name; not being there is fine."""
    default_storage.delete(stored_as)


def names_in(folder: str) -> set[str]:
    """Names of the files of ours in one of `FOLDERS`, unfinished ones among them."""
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return set()
    return {f"{folder}/{file}" for file in files if _OURS.fullmatch(file)}


def size_if_older(stored_as: str, before: datetime) -> int | None:
    """Bytes of a file that was stored before then; None where it is younger, or gone."""
    try:
        if default_storage.get_modified_time(stored_as) >= before:
            return None
        return default_storage.size(stored_as)
    except FileNotFoundError:
        return None


def forget_arrivals(before: datetime) -> None:
    """Delete files that began to arrive before then: whoever received them is gone."""
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                path.unlink()


def _sha256(file: File[bytes]) -> str:
    """In hex."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _save(file: File[bytes]) -> str:
    name = secrets.token_hex(16)
    return default_storage.save(f"{name[:2]}/{name}", file)
