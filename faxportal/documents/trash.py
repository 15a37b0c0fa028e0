"""The trash: stored files that no row names are kept there for a while before they are deleted.

After a restore, or if the portal was started with a wrong database, rows of files that are still
needed may be missing. So such files are not deleted at once. The trash is in the documents' folder,
and has a folder for each day: `trash/2026-11-30`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from django.core.files.storage import default_storage

from faxportal.documents.storage_backend import DurableFileSystemStorage

FOLDER = "trash"


def move_to_trash(stored_as: str, *, today: date) -> None:
    """Move a stored file into the trash. A file that was never written completely is deleted.

    Raises `OSError`. A file that is gone already is no error.
    """
    if stored_as.endswith(".part"):
        default_storage.delete(stored_as)
        return
    _move(stored_as, f"{FOLDER}/{today.isoformat()}/{_file_name(stored_as)}")


def names_in_trash() -> dict[str, str]:
    """Name that a file had when it was stored → its name in the trash. Raises `OSError`."""
    return {
        f"{file[:2]}/{file}": f"{FOLDER}/{day}/{file}"
        for day in _days()
        for file in default_storage.listdir(f"{FOLDER}/{day}")[1]
    }


def put_back(stored_as: str, *, from_trash: str) -> None:
    """Move a file from the trash back to where it was stored. Raises `OSError`."""
    _move(from_trash, stored_as)


def delete_before(day: date) -> int:
    """Delete the files that were moved into the trash before a day. Returns how many there were.

    Raises `OSError`.
    """
    deleted = 0
    for old in [found for found in _days() if found < day.isoformat()]:
        for file in default_storage.listdir(f"{FOLDER}/{old}")[1]:
            default_storage.delete(f"{FOLDER}/{old}/{file}")
            deleted += 1
        default_storage.delete(f"{FOLDER}/{old}")
    return deleted


def _days() -> Iterator[str]:
    try:
        yield from sorted(default_storage.listdir(FOLDER)[0])
    except FileNotFoundError:
        return


def _file_name(stored_as: str) -> str:
    return stored_as.rpartition("/")[2]


def _move(name: str, to: str) -> None:
    cast(DurableFileSystemStorage, default_storage).move(name, to)
