"""The last events of the database, as the data directory remembers them.

A database that lacks one of them is older than this portal: a backup was restored, or a standby
that had not received everything took over.

Each event is an empty file, whose name has the event's number, its hash and the database's place.
So nothing is ever overwritten: if an older copy of the folder is written over this one, the newer
files stay. Events of a copy that shares the data directory have another place.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from faxportal.faxes.installation.database_place import database_place
from faxportal.faxes.installation.file_identity import identity_of
from faxportal.faxes.models import FaxEvent

logger = logging.getLogger(__name__)

#: How many events are remembered, at least.
KEPT = 200
#: Older files are removed at each event whose number is a multiple of this.
PRUNE_EVERY = 50
_HASH_LENGTH = 16
_NAME = re.compile(r"(\d{1,18})-([0-9a-f]{16})-([0-9a-f]{8})")


@dataclass(frozen=True, kw_only=True)
class _Remembered:
    path: Path
    event_id: int
    digest: str
    place: str


def remember_at_commit(event: FaxEvent) -> None:
    """Remember an event as soon as its transaction is committed, and before what follows."""
    transaction.on_commit(lambda: _remember(event.pk, event.hash[:_HASH_LENGTH]))


def is_any_missing() -> bool:
    """Whether the database lacks one of the last events that the data directory remembers."""
    place = _place()
    mine = [one for one in _read() if one.place == place]
    newest = sorted(mine, key=lambda one: one.event_id)[-KEPT:]
    # Retention may have removed an event since the folder was read: then its file is gone, too.
    return any(one.path.exists() for one in _missing(newest))


def forget_missing() -> None:
    """Forget the events that the database lacks: a copy was secured because of them."""
    place = _place()
    for one in _missing([one for one in _read() if one.place == place]):
        one.path.unlink(missing_ok=True)


def _missing(remembered: Sequence[_Remembered]) -> list[_Remembered]:
    """Those of the remembered events that the database lacks."""
    found = FaxEvent.objects.filter(pk__in=[one.event_id for one in remembered])
    there = {(pk, digest[:_HASH_LENGTH]) for pk, digest in found.values_list("pk", "hash")}
    return [one for one in remembered if (one.event_id, one.digest) not in there]


def forget(event_ids: Collection[int]) -> None:
    """Forget events that retention is about to remove. Raises `OSError`.

    Before the commit: if the process is killed in between, the portal knows a few events less. In
    the other order it would miss events that were removed rightly, and take itself for a copy.
    """
    for one in _read():
        if one.event_id in event_ids:
            one.path.unlink(missing_ok=True)


def forget_all() -> None:
    """Forget all events: the database is taken for the original as it is. Raises `OSError`."""
    shutil.rmtree(_folder(), ignore_errors=True)
    _changing().unlink(missing_ok=True)


def are_there() -> bool:
    """Whether anything is remembered. Raises `OSError`."""
    return _folder().exists()


def memory_place() -> str:
    """The identity of the file that changes with each event; "" if it is missing.

    A tool that restores a data directory replaces a file that has changed. So the file's identity
    in the database tells whether the data directory is the one that the portal has written.
    """
    try:
        return identity_of(_changing())
    except FileNotFoundError:
        return ""


def begin_memory() -> str:
    """Make the file that changes with each event, if it is missing. Returns its identity."""
    _changing().touch(mode=0o600)
    return memory_place()


def _remember(event_id: int, digest: str) -> None:
    """Write an event's file. If that fails, the fax goes on: its event is committed."""
    try:
        path = _folder() / f"{event_id}-{digest}-{_place()}"
        try:
            path.touch(mode=0o600)
        except FileNotFoundError:
            _folder().mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
        # In place, so that the file keeps its identity.
        descriptor = os.open(_changing(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, path.name.encode(), 0)
        finally:
            os.close(descriptor)
        if event_id % PRUNE_EVERY == 0:
            _prune()
    except (OSError, DatabaseError) as error:
        logger.error("an event could not be remembered: %s", type(error).__name__)


def _prune() -> None:
    for one in sorted(_read(), key=lambda one: one.event_id)[:-KEPT]:
        one.path.unlink(missing_ok=True)


def _read() -> Iterator[_Remembered]:
    """What is remembered, in any order. Files with other names are left out."""
    try:
        paths = list(_folder().iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in paths:
        if match := _NAME.fullmatch(path.name):
            event_id, digest, place = match.groups()
            yield _Remembered(path=path, event_id=int(event_id), digest=digest, place=place)


#: For each thread: the place of its database, hashed. A new connection may be to another one.
_of_thread = threading.local()


def _place() -> str:
    place: str | None = getattr(_of_thread, "place", None)
    if place is None:
        place = hashlib.sha256(database_place().place.encode()).hexdigest()[:8]
        _of_thread.place = place
    return place


@receiver(connection_created)
def _forget_place(**signal: Any) -> None:
    _of_thread.place = None


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "recent-events"


def _changing() -> Path:
    return Path(settings.DATA_DIR) / "last-event"
