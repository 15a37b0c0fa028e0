"""Sweeping: files that no row names, left by a process that was killed between file and row.

Such a file is removed when it is a day old: no request takes so long from storing to committing.
Only files with names as `documents.file_store` makes them are looked at.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from faxportal.contacts import importing
from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance import retention
from faxportal.faxes.models import Document

logger = logging.getLogger(__name__)

#: Rows that name stored files. A test finds a model with such a field that is missing here.
NAMED_BY = (Document.objects,)
SPARED = timedelta(days=1)
#: Faxes of a kind that one turn of the watch removes.
AT_ONCE = 50
#: So a round of all folders takes about four hours.
FOLDER_EVERY_SECONDS = 60.0
#: Names that one query asks for.
LOOK_UP = 500


@dataclass(frozen=True, kw_only=True)
class Stray:
    """A stored file that no row names."""

    stored_as: str
    #: Bytes.
    size: int


def strays(clock: Clock, folders: Iterable[str] = file_store.FOLDERS) -> Iterator[Stray]:
    """Files in these folders that no row names and that are not just being stored."""
    before = clock.now() - SPARED
    for folder in folders:
        there = file_store.names_in(folder)
        # Listed first, then looked up: one that gets its row in between has it by now.
        for name in sorted(there - _named(there)):
            if (size := file_store.size_if_older(name, before)) is not None:
                yield Stray(stored_as=name, size=size)


def sweep(clock: Clock, folders: Iterable[str] = file_store.FOLDERS) -> list[Stray]:
    """Remove strays, and what browsers began to send and nobody took in; raises `OSError`."""
    found = list(strays(clock, folders))
    for stray in found:
        file_store.delete(stray.stored_as)
    file_store.delete_stale_uploads(clock.now() - SPARED)
    return found


class Housekeeping:
    """What the watch does between its looks: a bounded part of retention and of sweeping, and
    forgetting files of contacts that nobody imported."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._folders = cycle(file_store.FOLDERS)
        self._next_folder_at = 0.0

    def run_once(self) -> None:
        """Do the next part. Database errors come out; a disk that refuses is the operator's."""
        try:
            if gone := retention.remove_due(self._clock, at_most=AT_ONCE):
                logger.info(
                    "retention: documents of %d faxes, %d faxes and %d drafts are removed",
                    gone.cleared,
                    gone.removed,
                    gone.drafts,
                )
            if time.monotonic() >= self._next_folder_at:
                self._next_folder_at = time.monotonic() + FOLDER_EVERY_SECONDS
                importing.delete_abandoned_files(self._clock.now())
                if swept := sweep(self._clock, [next(self._folders)]):
                    logger.info("retention: %d files that no fax names are removed", len(swept))
        except OSError as error:
            logger.error("files could not be removed: %s", type(error).__name__)


def _named(names: set[str]) -> set[str]:
    """Those of the names that a row has."""
    found: set[str] = set()
    listed = sorted(names)
    for start in range(0, len(listed), LOOK_UP):
        part = listed[start : start + LOOK_UP]
        for rows in NAMED_BY:
            found.update(rows.filter(stored_as__in=part).values_list("stored_as", flat=True))
    return found
