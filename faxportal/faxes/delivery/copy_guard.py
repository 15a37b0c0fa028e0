"""Keeps a process from working with a copy of the database.

A copy can also replace the original while the process runs.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.db.backends.signals import connection_created

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_copy
from faxportal.faxes.installation.database_place import DatabasePlace, database_place
from faxportal.faxes.installation.messages import why_nothing_is_sent
from faxportal.faxes.installation.recognition import Recognised

logger = logging.getLogger(__name__)

#: How often a process that may not work looks again.
LOOK_EVERY_SECONDS = 2.0


class CopyGuard:
    """Says whether this process may claim handovers and remove faxes: not with a copy.

    A failover ends the connections to a database. So the guard looks again at the database and the
    data directory after each new connection.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._place: DatabasePlace | None = None
        self._next_look = 0.0
        self._said = Recognised.ORIGINAL
        connection_created.connect(self._forget_place)

    def _forget_place(self, **signal: Any) -> None:
        self._place = None

    def may_work(self) -> bool:
        """Whether database and data directory are the original pair. Secures a copy.

        Raises what Django raises while the database does not answer, and `OSError` if the data
        directory can't be read.
        """
        if self._place is None and self._clock.monotonic() >= self._next_look:
            # The first query may open a connection, which calls `_forget_place`. So the query comes
            # before the place is kept.
            place = database_place()
            recognised = secure_copy(self._clock)
            if recognised == Recognised.ORIGINAL:
                self._place = place
            else:
                self._say(recognised)
                self._next_look = self._clock.monotonic() + LOOK_EVERY_SECONDS
        return self._place is not None

    def _say(self, recognised: Recognised) -> None:
        """Log why the process does not work, unless this cause was the last one logged."""
        if recognised != self._said:
            self._said = recognised
            logger.error("%s", why_nothing_is_sent(recognised))

    def is_still_there(self) -> bool:
        """Whether the database still has the place at which it was recognised. A quick check."""
        return self._place is not None and database_place() == self._place


@cache
def shared_guard() -> CopyGuard:
    """The guard of this process, for requests."""
    return CopyGuard(Clock())
