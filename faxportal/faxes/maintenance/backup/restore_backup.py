"""Restoring a backup into an empty database and an empty data directory.

1. The backup and both targets are checked. Nothing is written before all checks have passed.
2. The data directory is marked with the id of no database, so that no process uses a half-restored
   portal.
3. The documents are stored, the dump is loaded, and the migrations of this version run.
4. Database and data directory are marked as a copy: the original may have sent what waits here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from faxportal.documents import file_store
from faxportal.faxes.installation import marker, pair, recent_events
from faxportal.faxes.maintenance.backup.database_dump import load_database, tables
from faxportal.faxes.maintenance.backup.make_backup import PRIVATE_FOLDER, count_rows
from faxportal.faxes.maintenance.backup.manifest import (
    BackupRefused,
    Manifest,
    check_files,
    read_manifest,
)
from faxportal.faxes.maintenance.stored_documents import NAMING_ROWS

#: How many names one query changes at most.
_NAMES_PER_QUERY = 500


class RestoreUnfinished(Exception):
    """The restore ended half-way: both targets have to be emptied. The text says why."""


def restore_backup(folder: Path) -> Manifest:
    """Restore a backup. Returns its manifest.

    Raises `BackupRefused` if it fails before anything is written, otherwise `RestoreUnfinished`.
    """
    manifest = read_manifest(folder)
    _check_version(manifest)
    check_files(manifest, folder)
    _check_targets()
    try:
        marker.write_marker(uuid.uuid4())
        _store_documents(manifest, folder)
        load_database(folder / manifest.dump.path)
        _check_rows(manifest)
        call_command("migrate", interactive=False, verbosity=0)
        _forget_removed(manifest.removed)
        pair.write_as_copy()
    except BackupRefused as error:
        raise RestoreUnfinished(str(error)) from error
    except DatabaseError as error:
        raise RestoreUnfinished(f"The database can't be used: {str(error).strip()}") from error
    except OSError as error:
        raise RestoreUnfinished(f"A file can't be written: {error.strerror}.") from error
    return manifest


def _check_version(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupRefused(
            f"The backup is of a {manifest.database} database, and FAXPORTAL_DATABASE_URL names a "
            f"{connection.vendor} database."
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    names = {f"{app}.{name}" for app, name in known}
    names |= {f"{app}.{name}" for each in known.values() for app, name in each.replaces}
    if set(manifest.migrations) - names:
        raise BackupRefused(
            f"A newer version of the portal ({manifest.version}) made this backup: restore it with "
            "that version."
        )


def _check_targets() -> None:
    """Check that database and data directory are empty."""
    try:
        is_empty = not tables()
    except DatabaseError as error:
        raise BackupRefused(f"The database can't be used: {str(error).strip()}") from error
    if not is_empty:
        raise BackupRefused("The database is not empty: a backup is restored into an empty one.")
    data_dir = Path(settings.DATA_DIR)
    try:
        data_dir.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        is_used = marker.is_there() or recent_events.are_there() or _has_documents()
    except OSError as error:
        raise BackupRefused(
            f"The data directory {data_dir} can't be used: {error.strerror}."
        ) from error
    if is_used:
        raise BackupRefused(
            f"The data directory {data_dir} is not empty: a backup is restored into an empty one."
        )


def _has_documents() -> bool:
    try:
        return any(default_storage.listdir(""))
    except FileNotFoundError:
        return False


def _store_documents(manifest: Manifest, folder: Path) -> None:
    for document in manifest.documents:
        with (folder / document.path).open("rb") as file:
            file_store.put_back(File(file), stored_as=document.stored_as)


def _check_rows(manifest: Manifest) -> None:
    """Check that the dump is loaded completely, before the migrations change any row."""
    found = count_rows()
    if found != dict(manifest.rows):
        raise BackupRefused("The loaded database has another number of rows than the manifest.")


def _forget_removed(names: Sequence[str]) -> None:
    """Mark these documents as removed: the portal removed them while the backup was made."""
    for start in range(0, len(names), _NAMES_PER_QUERY):
        part = names[start : start + _NAMES_PER_QUERY]
        for rows in NAMING_ROWS:
            rows.filter(stored_as__in=part).update(stored_as="")
