"""Making a backup while the portal runs.

The database is dumped first. A document is stored before its row is committed. So each document
that the dump names was stored when the dump was made. Documents that come later don't belong to the
backup.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from faxportal import __version__
from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.backup.database_dump import DUMPS, dump_database, tables
from faxportal.faxes.maintenance.backup.manifest import (
    BackupFile,
    BackupRefused,
    Manifest,
    describe,
    document_path,
    flush_folder,
    write_manifest,
)
from faxportal.faxes.maintenance.stored_documents import NamedFile, is_named, named_files
from faxportal.faxes.models import Document, Fax, FaxEvent

#: Nobody but the portal's user reads a backup.
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
#: The tables whose rows the manifest counts.
COUNTED = (Fax, Document, FaxEvent)


def make_backup(folder: Path, clock: Clock) -> Manifest:
    """Write a backup into a new or an empty folder.

    If something fails, what was written is removed. Raises `BackupRefused` and `OSError`, and what
    Django raises while the database does not answer.
    """
    _make_folder(folder)
    try:
        return end_backup(begin_backup(folder, clock), folder)
    except BaseException:
        for path in folder.iterdir():
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def count_rows(using: str = "default") -> dict[str, int]:
    """Name of a table → how many rows it has, for the tables that a manifest counts."""
    return {
        model._meta.db_table: model._default_manager.using(using).count()  # noqa: SLF001
        for model in COUNTED
    }


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BackupRefused(f"{folder} is not empty: a backup needs a new or an empty folder.")
        folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise BackupRefused(f"{folder} can't be used: {error.strerror}.") from error


@dataclass(frozen=True, kw_only=True)
class Dumped:
    """A dump in the backup's folder: the first half of a backup."""

    made_at: datetime
    #: The dump's path in the folder.
    path: str
    migrations: Sequence[str]
    #: Name of a table → how many rows of it were dumped.
    rows: Mapping[str, int]
    #: The documents that the dumped rows name.
    documents: Sequence[NamedFile]


def begin_backup(folder: Path, clock: Clock) -> Dumped:
    """Dump the database into the folder. Raises what `make_backup` raises."""
    path = DUMPS[connection.vendor]
    made_at = clock.now()
    with dump_database(folder / path) as dumped:
        if not tables(dumped):
            raise BackupRefused("The database is empty: there is nothing to back up.")
        applied = MigrationRecorder(connections[dumped]).applied_migrations()
        return Dumped(
            made_at=made_at,
            path=path,
            migrations=sorted(f"{app}.{name}" for app, name in applied),
            rows=count_rows(dumped),
            documents=list(named_files(dumped)),
        )


def end_backup(dumped: Dumped, folder: Path) -> Manifest:
    """Copy the documents beside the dump, and write the manifest. Raises `OSError`."""
    copied = _copy(dumped.documents, folder)
    manifest = Manifest(
        version=__version__,
        made_at=dumped.made_at,
        database=connection.vendor,
        migrations=dumped.migrations,
        rows=dumped.rows,
        files=[describe(folder, dumped.path), *copied.files],
        removed=copied.removed,
        lost=copied.lost,
    )
    write_manifest(manifest, folder)
    return manifest


@dataclass(frozen=True, kw_only=True)
class _Copied:
    files: list[BackupFile] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def _copy(named: Sequence[NamedFile], folder: Path) -> _Copied:
    """Copy the documents, and flush them to the disk. Also says which were removed or lost."""
    copied = _Copied()
    (folder / "documents").mkdir(mode=PRIVATE_FOLDER)
    for one in named:
        path = document_path(one.stored_as)
        (folder / path).parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        try:
            with file_store.open_stored(one.stored_as) as file:
                _write(folder / path, file.chunks())
        except FileNotFoundError:
            # Retention changes the row before it removes the file (`maintenance.retention`). So a
            # file that is missing and that a row still names is lost.
            (copied.lost if is_named(one.stored_as) else copied.removed).append(one.stored_as)
            continue
        found = describe(folder, path)
        if (found.size, found.sha256) != (one.size, one.sha256):
            copied.lost.append(one.stored_as)
        copied.files.append(found)
    for parent in {(folder / file.path).parent for file in copied.files}:
        flush_folder(parent)
    flush_folder(folder / "documents")
    return copied


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
