"""`manage.py afterrestore`: is run after a backup was restored, before the portal starts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.restore import secure_after_restore


class Command(BaseCommand):
    """Takes up a restored backup."""

    help = (
        "Run it after a backup was restored and before web and worker start. Pauses all sending "
        "and asks a person about every fax that may have gone out since the backup was made."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = secure_after_restore(Clock())
        self.stdout.write(
            f"Sending is paused. {count} handovers that were unfinished in the backup need a "
            "decision. When they are decided, an admin resumes sending."
        )
