"""`manage.py watch`: sends alerts, applies retention and counts faxes, until it is stopped."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from faxportal.exit_with_parent import stop_with_parent
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.alerts import send_alerts
from faxportal.faxes.maintenance.housekeeping import Housekeeping
from faxportal.faxes.stats.counts import update_counts

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0


class Command(BaseCommand):
    """The loop of the watch. While the database does not answer, the loop goes on trying."""

    help = (
        "Mails senders about faxes that failed or need a decision, and administrators when "
        "sending is stuck or no worker is running. Removes documents and faxes after their "
        "retention period. Counts faxes for the overview. Run one on each machine; each "
        "message is sent only once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--exit-with-parent",
            action="store_true",
            help="stop when standard input ends (for a process that starts this one)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stopping.set())
        if options["exit_with_parent"]:
            stop_with_parent()
        since: datetime | None = None
        clock = Clock()
        housekeeping = Housekeeping(clock)
        while not stopping.wait(LOOK_EVERY_SECONDS):
            try:
                since = since or clock.now()
                send_alerts(clock, since=since)
                housekeeping.run_once()
                update_counts(clock)
            except DatabaseError as error:
                logger.error("the database does not answer: %s", type(error).__name__)
                close_old_connections()
