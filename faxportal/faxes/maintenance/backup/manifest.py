"""The manifest of a backup: what the backup has, and from what it was made."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

NAME = "manifest.json"
#: The form of the manifest. A later form gets a higher number.
FORMAT = 1
#: The only paths that a manifest may name, so that a restore reads nothing outside the backup.
_PATH = re.compile(r"database\.(sqlite3|dump)|documents/[0-9a-f]{2}/[0-9a-f]{32}")
_DOCUMENTS = "documents/"
_PIECE = 1024 * 1024


class BackupRefused(Exception):
    """The backup can't be made or used; the text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class BackupFile:
    """One file of a backup."""

    #: Its path in the backup's folder.
    path: str
    #: Bytes.
    size: int
    #: In hex.
    sha256: str

    @property
    def stored_as(self) -> str:
        """The name of a document in the file store."""
        return self.path.removeprefix(_DOCUMENTS)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup has."""

    #: The version of the portal that made the backup.
    version: str
    #: When the dump of the database was made.
    made_at: datetime
    #: The kind of database: Django's `connection.vendor`.
    database: str
    #: The migrations that were applied, as app.name.
    migrations: Sequence[str]
    #: Name of a table → how many rows of it were dumped.
    rows: Mapping[str, int]
    #: The dump of the database first, then the documents.
    files: Sequence[BackupFile]
    #: Names of documents that are in the dump's rows, but that the portal removed before they could
    #: be copied.
    removed: Sequence[str]
    #: Names of documents that are in the dump's rows, but that were lost or had changed.
    lost: Sequence[str]
    format: int = FORMAT

    @property
    def dump(self) -> BackupFile:
        """The dump of the database."""
        return self.files[0]

    @property
    def documents(self) -> Sequence[BackupFile]:
        """The documents."""
        return self.files[1:]


def describe(folder: Path, path: str) -> BackupFile:
    """The size and SHA-256 that a file of a backup has now. Raises `OSError`."""
    digest = hashlib.sha256()
    size = 0
    with (folder / path).open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return BackupFile(path=path, size=size, sha256=digest.hexdigest())


def document_path(stored_as: str) -> str:
    """The path in a backup of a document with this name in the file store."""
    return f"{_DOCUMENTS}{stored_as}"


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write the manifest, which makes the folder a backup. Raises `OSError`."""
    part = folder / f"{NAME}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(manifest), file, indent=1, default=str)
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / NAME)
    flush_folder(folder)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises `BackupRefused`."""
    try:
        content = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        raise BackupRefused(
            f"There is no backup in {folder}: it has no {NAME}, which a backup gets last."
        ) from None
    except (OSError, ValueError) as error:
        raise BackupRefused(f"The backup's {NAME} can't be read.") from error
    try:
        is_newer = content["format"] > FORMAT
        manifest = None if is_newer else _manifest(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupRefused(f"The backup's {NAME} is not as the portal writes it.") from error
    if manifest is None:
        raise BackupRefused(
            "A newer version of the portal made this backup: restore it with that version."
        )
    return manifest


def check_files(manifest: Manifest, folder: Path) -> None:
    """Check that each file has its size and its SHA-256. Raises `BackupRefused`."""
    for named in manifest.files:
        try:
            found = describe(folder, named.path)
        except FileNotFoundError:
            raise BackupRefused(f"The backup lacks its file {named.path}.") from None
        except OSError as error:
            raise BackupRefused(f"The backup's file {named.path} can't be read.") from error
        if found != named:
            raise BackupRefused(f"The backup's file {named.path} is not as it was written.")


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _manifest(content: dict[str, Any]) -> Manifest:
    files = [BackupFile(**one) for one in content["files"]]
    if not all(_PATH.fullmatch(one.path) for one in files):
        raise ValueError("a path that no backup has")
    if not files or files[0].path.startswith(_DOCUMENTS):
        raise ValueError("no dump")
    manifest = Manifest(**{**content, "files": files})
    return replace(manifest, made_at=datetime.fromisoformat(content["made_at"]))
