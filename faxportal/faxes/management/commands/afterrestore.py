"""`manage.py afterrestore`: takes the database and the data directory for the original pair.

A portal that was restored or copied finds that out by itself. This command is for a data directory
that belongs to another database, or was lost.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_after_restore
from faxportal.faxes.installation.pair import take_as_original


class Command(BaseCommand):
    """Secures the faxes of a restored database, and takes it and the data directory as a pair."""

    help = (
        "Run this if the portal says that the data directory belongs to another database, and you "
        "are sure that both are the right ones. Pauses all sending, and marks every fax that may "
        "have gone out since the database was copied as needing a decision."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = secure_after_restore(Clock())
        take_as_original()
        self.stdout.write(
            f"Sending is paused. Handovers that need a decision because they were unfinished in "
            f"the backup: {count}. Once these are decided, an administrator can resume sending."
        )
