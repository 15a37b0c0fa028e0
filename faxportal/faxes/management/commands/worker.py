"""`manage.py worker`: hands faxes over until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections

from faxportal.accounts.key_check import check_keys
from faxportal.accounts.voipnow_network import shared_network
from faxportal.exit_with_parent import stop_with_parent
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.copy_guard import CopyGuard
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.delivery.worker import Worker

logger = logging.getLogger(__name__)

#: Seconds that running calls get to end when the worker is told to stop. After that, each upload is
#: stopped between two pieces of its file.
GRACE_SECONDS = 5
#: Seconds after which the worker ends even if calls run: a container is killed after 10 seconds.
LONGEST_STOP_SECONDS = 8
#: How long the worker waits while the database does not answer, or is a copy.
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    """The loop of one worker, and how it stops."""

    help = (
        "Hands faxes over to VoipNow. Run as many workers as you like, on any number of machines."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--slots", type=int, default=16, help="uploads at once (default: %(default)s)"
        )
        parser.add_argument(
            "--exit-with-parent",
            action="store_true",
            help="stop when standard input ends (for a process that starts this one)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        if options["exit_with_parent"]:
            stop_with_parent()
        self._slots = max(1, options["slots"])
        self._clock = clock = Clock()
        self._guard = CopyGuard(clock)
        self._heartbeat = Heartbeat(f"{socket.gethostname()}:{os.getpid()}", clock)
        worker = self._new_worker()
        with self._pause_at_outage():
            if sentence := check_keys().sentence:
                logger.error(sentence)
        logger.info("worker is ready")
        while not self._stopping:
            with self._pause_at_outage():
                if self._guard.may_work():
                    self._heartbeat.beat()
                    worker.run_once()
                elif worker.is_idle and self._guard.is_copy:
                    self._heartbeat.beat()
                    time.sleep(PAUSE_SECONDS)
                elif worker.is_idle:
                    time.sleep(PAUSE_SECONDS)
                else:
                    # The database became a copy while calls were under way. Its rows know nothing
                    # of these calls, so what comes of them is not recorded.
                    worker.stop_uploads()
                    worker.close()
                    worker = self._new_worker()
        self._finish(worker)

    def _new_worker(self) -> Worker:
        return Worker(
            shared_network(),
            clock=self._clock,
            slots=self._slots,
            may_begin=self._guard.may_begin,
        )

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _finish(self, worker: Worker) -> None:
        """Begin nothing more, let running calls end, and stop uploads that take too long.

        A create request can't be stopped, and neither can an upload that sends its last piece. If
        such a call takes longer than `LONGEST_STOP_SECONDS`, its attempt stays open, and the next
        worker treats its outcome as unknown.
        """
        worker.begin_nothing()
        begun = self._clock.monotonic()
        while not worker.is_idle:
            waited = self._clock.monotonic() - begun
            if waited >= LONGEST_STOP_SECONDS:
                break
            if waited >= GRACE_SECONDS:
                worker.stop_uploads()
            with self._pause_at_outage():
                worker.run_once()
        worker.close()
        self._heartbeat.leave()

    @contextmanager
    def _pause_at_outage(self) -> Iterator[None]:
        """Log an error of the database or of the data directory, then wait `PAUSE_SECONDS`."""
        try:
            yield
        except DatabaseError as error:
            logger.error("the database does not answer: %s", type(error).__name__)
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
        except OSError as error:
            logger.error("the data directory can't be used: %s", type(error).__name__)
            time.sleep(PAUSE_SECONDS)
