"""`manage.py watch`: sends alerts, applies retention and counts faxes, until it is stopped."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from faxportal.exit_with_parent import stop_with_parent
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.watch import Watch


class Command(BaseCommand):
    """One watch. While the database or the mail server does not answer, it goes on trying."""

    help = (
        "Mails senders about faxes that failed, are late or need a decision, and administrators "
        "when sending is stuck or no worker is running. Removes documents and faxes after their "
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
        watch = Watch(Clock())
        watch.start()
        stopping.wait()
        watch.stop()
