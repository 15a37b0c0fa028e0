"""The portal for a real VoipNow, in one command."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from faxportal.web.server import startup


class Command(BaseCommand):
    """Prepares the portal, and runs it until a signal asks to stop."""

    help = (
        "Prepare the database and the pages' files, and run the portal: web server and worker. "
        "Ctrl-C or SIGTERM stops both."
    )
    # `handle` runs the checks later: some of them need the data directory.
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        # As long as there are no children, Ctrl-C ends this process at once.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        startup.demand_keys()
        listener = startup.take_port("serve")
        startup.make_data_dir()
        self.check()
        startup.migrate()
        startup.refuse_known_passwords()
        startup.secure_pair()
        startup.try_keys()
        startup.collect_static_files()
        startup.run_portal(listener, announce=self.announce)

    def announce(self, url: str) -> None:
        """Print the portal's address."""
        self.stdout.write(f"\nfaxportal is ready: {url}/\nCtrl-C stops it.\n")
        self.stdout.flush()
