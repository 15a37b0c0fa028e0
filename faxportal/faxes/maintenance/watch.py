"""The watch: does each of its duties again and again, each in a thread of its own.

So if one duty waits, for example for the mail server or for the document store, the other duties go
on. Each duty notes when it was last done, and `/readyz` names a duty that is overdue.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping

from django.db import DatabaseError, close_old_connections, connection

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.copy_guard import CopyGuard
from faxportal.faxes.maintenance import duties
from faxportal.faxes.maintenance.alerts import update_alerts
from faxportal.faxes.maintenance.duties import Duty
from faxportal.faxes.maintenance.housekeeping import Housekeeping
from faxportal.faxes.maintenance.notifications import send_notifications
from faxportal.faxes.record.sealing import Sealer
from faxportal.faxes.stats.counts import update_counts

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
#: How long a watch that is stopped waits for its duties, which may be sending a mail.
GRACE_SECONDS = 15.0


class Watch:
    """Runs the duties until it is stopped."""

    def __init__(self, clock: Clock, *, look_every_seconds: float = LOOK_EVERY_SECONDS) -> None:
        self._clock = clock
        self._look_every_seconds = look_every_seconds
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the duties. Waits for nothing, not even for the database."""
        for duty, work in self._duties().items():
            # A daemon thread: the process can end even if a duty hangs.
            thread = threading.Thread(target=self._repeat, args=(duty, work), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let each duty finish what it is doing, but wait `GRACE_SECONDS` at most."""
        self._stopping.set()
        ends_at = self._clock.monotonic() + GRACE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends_at - self._clock.monotonic()))

    def _duties(self) -> Mapping[Duty, Callable[[], bool]]:
        """The work of each duty, which returns whether it did all that was to be done."""
        since = self._clock.monotonic()
        housekeeping = Housekeeping(self._clock)
        # One for each duty: each has a thread, and so a connection of its own.
        mail_guard, removal_guard, seal_guard = (CopyGuard(self._clock) for _ in range(3))

        def check_sending() -> bool:
            update_alerts(self._clock, watching_for=self._clock.monotonic() - since)
            return True

        def count() -> bool:
            update_counts(self._clock)
            return True

        def mail() -> bool:
            # What a copy says of faxes may be wrong, until somebody takes it as the portal.
            return send_notifications(self._clock, to_senders=mail_guard.may_work())

        def remove() -> bool:
            return not removal_guard.may_work() or housekeeping.run_once()

        sealer = Sealer(self._clock)

        def seal() -> bool:
            return not seal_guard.may_work() or sealer.run_once()

        return {
            Duty.ALERTS: check_sending,
            Duty.MAIL: mail,
            Duty.HOUSEKEEPING: remove,
            Duty.COUNTS: count,
            Duty.SEALS: seal,
        }

    def _repeat(self, duty: Duty, work: Callable[[], bool]) -> None:
        """Do a duty again and again until the watch is stopped, even if the duty raises errors."""
        note_at = 0.0
        while not self._stopping.is_set():
            try:
                is_done = work()
                if is_done and self._clock.monotonic() >= note_at:
                    duties.note_done(duty, self._clock)
                    note_at = self._clock.monotonic() + duties.NOTE_EVERY_SECONDS
            except DatabaseError as error:
                logger.error("the database does not answer: %s", type(error).__name__)
                close_old_connections()
            except Exception as error:
                # Without the error's text, which may name a number or a file.
                *_callers, frame = traceback.extract_tb(error.__traceback__)
                where = f"{frame.filename}, line {frame.lineno}"
                logger.error("watch: %s: %s in %s", duty.value, type(error).__name__, where)
            self._stopping.wait(self._look_every_seconds)
        connection.close()
