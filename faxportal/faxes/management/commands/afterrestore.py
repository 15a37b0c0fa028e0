"""`manage.py afterrestore`: run it after a backup was restored and before the portal starts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.after_restore import secure_after_restore


class Command(BaseCommand):
    """Pauses sending. Each handover that may have been sent since the backup becomes uncertain."""

    help = (
        "Run this after restoring a backup and before starting web and worker. Pauses all "
        "sending, and marks every fax that may have gone out since the backup was made as "
        "needing a decision."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = secure_after_restore(Clock())
        self.stdout.write(
            f"Sending is paused. Handovers that need a decision because they were unfinished in "
            f"the backup: {count}. Once these are decided, an administrator can resume sending."
        )
