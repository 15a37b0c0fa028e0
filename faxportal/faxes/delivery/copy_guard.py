"""Keeps a process from working with a copy of the database.

A copy can also replace the original while the process runs.
"""

from __future__ import annotations

import logging
from functools import cache
from threading import RLock
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_copy
from faxportal.faxes.installation.database_place import DatabasePlace, database_place
from faxportal.faxes.installation.messages import why_nothing_is_sent
from faxportal.faxes.installation.pair import recognise_pair
from faxportal.faxes.installation.recognition import Recognised

logger = logging.getLogger(__name__)

#: How often a process looks whether it works with the original, and with a copy.
LOOK_EVERY_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 2.0


class CopyGuard:
    """Says whether this process may claim handovers and remove faxes: not with a copy.

    It looks again every few seconds, and after each new connection to the database, because a
    failover ends the connections.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = RLock()
        self._recognised: Recognised | None = None
        self._place: DatabasePlace | None = None
        self._has_new_connection = True
        self._next_look = 0.0
        self._said = Recognised.ORIGINAL
        connection_created.connect(self._note_connection)

    def _note_connection(self, **signal: Any) -> None:
        self._has_new_connection = True

    @property
    def is_copy(self) -> bool:
        """Whether the database was a copy at the last look."""
        return self._recognised == Recognised.COPY

    def may_work(self) -> bool:
        """Whether database and data directory are the original pair. Secures a copy.

        Raises what Django raises while the database does not answer, and `OSError` if the data
        directory can't be read.
        """
        with self._lock:
            if self._has_new_connection or self._clock.monotonic() >= self._next_look:
                self._look()
            return self._recognised == Recognised.ORIGINAL

    def _look(self) -> None:
        self._recognised = None  # if a query fails, nothing is known
        place = database_place()  # opens a connection, if there is none
        if self._place is not None and place != self._place:
            # A file of SQLite was replaced: the connection still has the former file.
            connection.close()
            place = database_place()
        self._has_new_connection = False
        self._recognised = secure_copy(self._clock)
        self._place = place
        is_original = self._recognised == Recognised.ORIGINAL
        self._say(self._recognised)
        self._next_look = self._clock.monotonic() + (
            LOOK_EVERY_SECONDS if is_original else LOOK_AGAIN_SECONDS
        )

    def _say(self, recognised: Recognised) -> None:
        """Log why the process does not work, unless this cause was the last one logged."""
        if recognised == self._said:
            return
        self._said = recognised
        if recognised != Recognised.ORIGINAL:
            logger.error("%s", why_nothing_is_sent(recognised))

    def may_begin(self) -> bool:
        """Whether claimed handovers may begin: the pair is still the original at this moment."""
        if recognise_pair(self._clock.now()) == Recognised.ORIGINAL:
            return True
        self._next_look = 0.0
        return False


@cache
def shared_guard() -> CopyGuard:
    """The guard of this process, for requests."""
    return CopyGuard(Clock())
