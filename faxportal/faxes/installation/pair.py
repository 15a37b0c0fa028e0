"""The pair of database and data directory: recognising it, and writing down what it is.

All functions raise what Django raises while the database does not answer, and `OSError` if the
data directory can't be read or written.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from faxportal.audit import seal_chain
from faxportal.faxes.installation import recent_events
from faxportal.faxes.installation.database_place import database_place
from faxportal.faxes.installation.file_identity import same_place
from faxportal.faxes.installation.marker import data_dir_place, read_marker, write_marker
from faxportal.faxes.installation.recognition import Found, Recognised, recognise
from faxportal.faxes.models import FaxEvent, Installation, WorkerHeartbeat

#: Written down as the place after a restore. Nothing is ever at this place, so the restored pair is
#: recognised as a copy.
RESTORED = "restored"


def find(now: datetime) -> Found:
    """What this process finds in its database and in its data directory."""
    marker, data_dir = read_marker(), data_dir_place()  # before the row: see `write_new_pair`
    is_copied_folder = marker is not None and not same_place(marker.place, data_dir)
    return Found(
        installation=Installation.objects.first(),
        database=database_place(),
        marker=marker,
        data_dir=data_dir,
        # Only a few situations need these, so the usual look costs no query for them.
        has_events=marker is not None or FaxEvent.objects.exists(),
        has_worker=is_copied_folder
        and marker is not None
        and marker.place != RESTORED
        and WorkerHeartbeat.objects.alive(now).exists(),
        lacks_events=recent_events.is_any_missing(),
        memory=recent_events.memory_place(),
    )


def recognise_pair(now: datetime) -> Recognised:
    """Recognise the database and the data directory of this process. Writes nothing."""
    return recognise(find(now))


def is_secured_for(found: Found) -> bool:
    """Whether a copy was secured with its database and its data directory at these places."""
    return found.installation is not None and found.installation.secured_for == _secured(found)


def write_secured(found: Found) -> None:
    """Write down that a copy was secured, and that nothing older than that counts as missing.

    Does nothing if an admin has resumed sending meanwhile: then the database has another id.
    """
    if found.installation is not None:
        Installation.objects.filter(database_id=found.installation.database_id).update(
            secured_for=_secured(found), memory=recent_events.begin_memory()
        )
        recent_events.forget_missing()


def _secured(found: Found) -> str:
    return f"{found.database} {found.data_dir}"


def write_new_pair() -> None:
    """Write down, in the database and in the data directory, that a new portal begins here.

    Several processes may do this at the same time. The marker comes after the commit, so whoever
    reads it finds the database's row, too. If the process is killed in between, the database knows
    the data directory by its memory, and the next process writes both again.
    """
    with _alone_in_data_dir():
        found = database_place()
        written = {
            "place": found.place,
            "timeline": found.timeline,
            "memory": recent_events.begin_memory(),
        }
        installation, _is_new = Installation.objects.update_or_create(pk=1, defaults=written)
        write_marker(installation.database_id)


@contextmanager
def _alone_in_data_dir() -> Iterator[None]:
    """Waits until no other process is writing down a new pair with this data directory."""
    folder = os.open(settings.DATA_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def write_timeline() -> None:
    """Write down the database's new timeline, after a failover in which nothing was lost."""
    Installation.objects.update(timeline=database_place().timeline)


def write_memory() -> None:
    """Write down the identity of the data directory's file that changes with each event."""
    Installation.objects.update(memory=recent_events.begin_memory())


@transaction.atomic
def take_as_original() -> None:
    """Write down that this database and this data directory are the original from now on.

    The database gets a new id. So a process that still uses the former database with this data
    directory finds another id in the data directory, and stops.
    """
    found = database_place()
    database_id = uuid.uuid4()
    recent_events.forget_all()
    Installation.objects.update_or_create(
        pk=1,
        defaults={
            "database_id": database_id,
            "place": found.place,
            "timeline": found.timeline,
            "memory": recent_events.begin_memory(),
            "secured_for": "",
        },
    )
    seal_chain.forget_head()
    # Last, because it can't be undone. If the commit after it fails, `afterrestore` helps.
    write_marker(database_id)


@transaction.atomic
def write_as_copy() -> None:
    """Write down that this database is a copy, because a backup was restored into it.

    The backup may be restored at the same place where the original was. Then the place alone would
    not show that the database is a copy.
    """
    installation, _is_new = Installation.objects.get_or_create(pk=1, defaults={"place": RESTORED})
    Installation.objects.update(secured_for="")
    recent_events.forget_all()
    write_marker(installation.database_id, place=RESTORED)
