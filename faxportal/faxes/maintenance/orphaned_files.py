"""Orphaned files: stored files that no row names. A process that is killed leaves them.

A process first stores a file, and then commits the row that names the file. If the process is
killed in between, the file stays without a row. An orphan is moved to the trash when it is a day
old: no request takes that long from storing to committing. Only files with names that
`documents.file_store` makes are checked.

The trash keeps an orphan for 30 days. If a row names it again, because the right database is back,
`manage.py checkdocuments --put-back` stores it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from faxportal.documents import file_store, trash
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.stored_documents import NAMING_ROWS

#: A younger file does not count as an orphan: its row may still be committed.
MIN_AGE = timedelta(days=1)
#: How long the trash keeps an orphan.
IN_TRASH = timedelta(days=30)
#: How many names one query asks for at most.
NAMES_PER_QUERY = 500


@dataclass(frozen=True, kw_only=True)
class OrphanedFile:
    """A stored file that no row names."""

    stored_as: str
    #: Bytes.
    size: int


def find_orphans(
    clock: Clock, folders: Iterable[str] = file_store.FOLDERS
) -> Iterator[OrphanedFile]:
    """The orphans in these folders of the file store; by default in all folders."""
    before = clock.now() - MIN_AGE
    for folder in folders:
        stored = file_store.names_in(folder)
        # The files are listed before the rows are read, so that a row counts if it is committed in
        # between.
        for name in sorted(stored - _named(stored)):
            if (size := file_store.size_if_older(name, before)) is not None:
                yield OrphanedFile(stored_as=name, size=size)


def remove_orphans(clock: Clock, folders: Iterable[str] = file_store.FOLDERS) -> list[OrphanedFile]:
    """Move the orphans in these folders to the trash, and delete what is too old to be kept there.

    Old uploads to the portal that were never stored are deleted, too. Returns the orphans. Raises
    `OSError` if a file can't be moved or deleted.
    """
    today = clock.now().date()
    orphans = list(find_orphans(clock, folders))
    for orphan in orphans:
        trash.move_to_trash(orphan.stored_as, today=today)
    trash.delete_before(today - IN_TRASH)
    file_store.delete_stale_uploads(clock.now() - MIN_AGE)
    return orphans


def _named(names: set[str]) -> set[str]:
    """The names among `names` that are in a row of `NAMING_ROWS`."""
    named: set[str] = set()
    in_order = sorted(names)
    for start in range(0, len(in_order), NAMES_PER_QUERY):
        part = in_order[start : start + NAMES_PER_QUERY]
        for rows in NAMING_ROWS:
            named.update(rows.filter(stored_as__in=part).values_list("stored_as", flat=True))
    return named
