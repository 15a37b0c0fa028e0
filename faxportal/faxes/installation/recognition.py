"""Recognising the pair of database and data directory. Reads nothing: all facts are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from faxportal.faxes.installation.database_place import DatabasePlace
from faxportal.faxes.installation.file_identity import same_place
from faxportal.faxes.installation.marker import Marker
from faxportal.faxes.models import Installation


class Recognised(Enum):
    """Whether a database and a data directory are the original pair, and if not, what they are."""

    #: The original pair.
    ORIGINAL = auto()
    #: The portal is new: nothing was written down, or nothing was ever submitted.
    NEW = auto()
    #: A standby that lacks nothing took over. It is the original pair, in a new timeline.
    FAILED_OVER = auto()
    #: A copy, or a restored backup: the original may have sent faxes that are waiting here.
    COPY = auto()
    #: The data directory belongs to another database, or the database to another data directory.
    MISMATCH = auto()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a process finds in its database and in its data directory."""

    #: The database's own row; None before the first start.
    installation: Installation | None
    #: Where the database is.
    database: DatabasePlace
    #: The data directory's marker; None without one.
    marker: Marker | None
    #: The identity of the data directory.
    data_dir: str
    #: Whether the database has events, so that something was submitted.
    has_events: bool
    #: Whether the database lacks an event that the data directory remembers.
    lacks_events: bool
    #: The identity of the file that changes with each event; see `recent_events.memory_place`.
    memory: str = ""
    #: Whether a worker has been running within the last minute.
    has_worker: bool = False


def is_older(found: Found) -> bool:
    """Whether the database or the data directory is an older state of what the portal has written.

    The data directory remembers events that the database lacks, or a tool has restored it.
    """
    known = found.installation
    if known is not None and known.memory and not same_place(known.memory, found.memory):
        return True
    return found.lacks_events


def recognise(found: Found) -> Recognised:
    """Recognise the database and the data directory of this process by what was found."""
    known, marker = found.installation, found.marker
    if known is None:
        return Recognised.NEW if marker is None else Recognised.MISMATCH
    is_moved = not same_place(known.place, found.database.place)
    if marker is None:
        return _without_marker(known, found, is_moved=is_moved)
    if marker.database_id != known.database_id:
        return Recognised.MISMATCH
    if known.secured_for:
        return Recognised.COPY  # until an admin resumes sending
    is_copied_folder = not same_place(marker.place, found.data_dir)
    if is_copied_folder and not is_moved and found.has_worker:
        # The database is where it was, and a portal works with it. This process is the odd one.
        return Recognised.MISMATCH
    if is_moved or is_copied_folder or is_older(found):
        return Recognised.COPY
    if known.timeline != found.database.timeline:
        return Recognised.FAILED_OVER
    return Recognised.ORIGINAL


def _without_marker(known: Installation, found: Found, *, is_moved: bool) -> Recognised:
    """Recognise a database that has its row, beside a data directory without a marker."""
    if not found.has_events:
        return Recognised.NEW
    if is_moved:
        # A database that was restored elsewhere may come with a new data directory.
        return Recognised.COPY
    if not (known.memory and same_place(known.memory, found.memory)):
        return Recognised.MISMATCH
    # The first start may have been killed before it wrote the marker.
    return Recognised.COPY if known.secured_for else Recognised.NEW
