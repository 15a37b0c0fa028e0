"""Documents' bytes: judged, then kept in Django's default storage under random names."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage

from faxportal.documents.kinds import HEAD_BYTES, Kind, recognise


class NotKept(Exception):
    """A file that is not taken; nothing of it is kept."""


class EmptyFile(NotKept):
    """It has no bytes."""


class TooLarge(NotKept):
    """It has more bytes than allowed."""


class UnknownKind(NotKept):
    """Its content is none of the kinds that VoipNow takes."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """Bytes that are safely kept."""

    stored_as: str
    #: Bytes.
    size: int
    sha256: str
    kind: Kind


def keep(file: File[bytes], *, at_most: int) -> StoredFile:
    """Store a file and say what it is. Once this returns, a power cut does not lose it.

    `at_most` is in bytes. Raises `NotKept` where it isn't taken, `OSError` where the disk can't.
    Reads the file twice, in pieces: its size costs no memory.
    """
    if not file.size:
        raise EmptyFile
    if file.size > at_most:
        raise TooLarge
    digest, head = hashlib.sha256(), b""
    for piece in file.chunks():
        if len(head) < HEAD_BYTES:
            head = (head + piece)[:HEAD_BYTES]
        digest.update(piece)
    kind = recognise(head)
    if kind is None:
        raise UnknownKind
    name = secrets.token_hex(16)
    stored_as = default_storage.save(f"{name[:2]}/{name}", file)
    return StoredFile(stored_as=stored_as, size=file.size, sha256=digest.hexdigest(), kind=kind)


def open_stored(stored_as: str) -> File[bytes]:
    """The bytes kept under a name, open to read; raises `FileNotFoundError`."""
    return default_storage.open(stored_as, "rb")


def forget(stored_as: str) -> None:
    """Delete the bytes kept under a name; not being there is fine."""
    default_storage.delete(stored_as)
