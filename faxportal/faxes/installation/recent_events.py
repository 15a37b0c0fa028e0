"""The last events of the database, as the data directory remembers them.

A database that lacks one of these events is older than the data directory: a backup was restored,
or a standby that had not received everything took over. The file has a line for each event, with
the event's id, hash and time.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from faxportal.faxes.models import FaxEvent

logger = logging.getLogger(__name__)

#: How much younger than `FAXPORTAL_RECORD_DAYS` an event must be to count. Retention removes a fax
#: so many days after its last state, and some events come a little later than that state.
MARGIN = timedelta(hours=1)
#: If the file has more bytes than this, it is shortened to its last lines.
LONGEST = 64 * 1024
#: How many lines are kept then.
KEPT_LINES = 200
_HASH_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class _Line:
    event_id: int
    digest: str
    at: datetime


def remember_at_commit(event: FaxEvent) -> None:
    """Write an event's line directly after its transaction is committed, before anything else."""
    line = f"{event.pk} {event.hash[:_HASH_LENGTH]} {event.at.timestamp():.0f}\n"
    transaction.on_commit(lambda: _append(line))


def is_any_missing(now: datetime) -> bool:
    """Whether the database lacks an event that the data directory remembers.

    Retention removes a fax with its events after `FAXPORTAL_RECORD_DAYS`. So older events don't
    count.
    """
    oldest = now - timedelta(days=settings.RECORD_DAYS) + MARGIN if settings.RECORD_DAYS else None
    remembered = {
        line.event_id: line.digest for line in _read() if oldest is None or line.at > oldest
    }
    found = FaxEvent.objects.filter(pk__in=remembered).values_list("pk", "hash")
    return {pk: digest[:_HASH_LENGTH] for pk, digest in found} != remembered


def are_there() -> bool:
    """Whether the data directory remembers events. Raises `OSError`."""
    return _path().exists()


def forget_all() -> None:
    """Forget all events, because this database counts as the original now. Raises `OSError`."""
    _path().unlink(missing_ok=True)


def _append(line: str) -> None:
    """Write a line. An error, e.g. a full disk, is only logged, so that the fax goes on.

    The fax's event is committed already.
    """
    try:
        descriptor = os.open(_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            if os.fstat(descriptor).st_size > LONGEST:
                _shorten(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.error("an event could not be remembered: %s", type(error).__name__)


def _shorten(descriptor: int) -> None:
    """Keep the last lines. A line that another process writes at this moment may be lost."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another process shortens the file
    part = _path().with_suffix(".part")
    lines = _path().read_text().splitlines(keepends=True)
    part.write_text("".join(lines[-KEPT_LINES:]))
    part.rename(_path())


def _read() -> Iterator[_Line]:
    try:
        text = _path().read_text()
    except FileNotFoundError:
        return
    for line in text.splitlines()[-KEPT_LINES:]:
        match line.split():
            case [event_id, digest, seconds] if event_id.isdigit() and seconds.isdigit():
                at = datetime.fromtimestamp(int(seconds), UTC)
                yield _Line(event_id=int(event_id), digest=digest, at=at)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "recent-events"
