"""`manage.py worker`: hands faxes over until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import close_old_connections

from faxportal.accounts.voipnow_network import shared_network
from faxportal.exit_with_parent import stop_with_parent
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.delivery.worker import Worker

logger = logging.getLogger(__name__)

#: Seconds that running calls get to end when the worker is told to stop. After that, each upload is
#: stopped between two pieces of its file.
GRACE_SECONDS = 5
#: Seconds after which the worker ends even if calls run: a container is killed after 10 seconds.
LONGEST_STOP_SECONDS = 8
DATABASE_PAUSE_SECONDS = 1.0


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
        clock = Clock()
        worker = Worker(shared_network(), clock=clock, slots=max(1, options["slots"]))
        heartbeat = Heartbeat(f"{socket.gethostname()}:{os.getpid()}", clock)
        logger.info("worker is ready")
        while not self._stopping:
            self._run_once(worker, heartbeat)
        self._finish(worker, heartbeat, clock)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _finish(self, worker: Worker, heartbeat: Heartbeat, clock: Clock) -> None:
        """Begin nothing more, let running calls end, and stop uploads that take too long.

        A create request can't be stopped, and neither can an upload that sends its last piece. If
        such a call takes longer than `LONGEST_STOP_SECONDS`, its attempt stays open, and the next
        worker treats its outcome as unknown.
        """
        worker.begin_nothing()
        begun = clock.monotonic()
        while not worker.is_idle and (waited := clock.monotonic() - begun) < LONGEST_STOP_SECONDS:
            if waited >= GRACE_SECONDS:
                worker.stop_uploads()
            self._run_once(worker, heartbeat)
        worker.close()
        heartbeat.leave()

    def _run_once(self, worker: Worker, heartbeat: Heartbeat) -> None:
        """Run the worker once, or wait a moment while the database does not answer."""
        try:
            heartbeat.beat()
            worker.run_once()
        except DatabaseError as error:
            logger.error("the database does not answer: %s", type(error).__name__)
            close_old_connections()
            time.sleep(DATABASE_PAUSE_SECONDS)
