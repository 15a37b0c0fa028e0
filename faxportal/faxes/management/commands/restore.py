"""`manage.py restore DIR`: restores a backup into an empty database and data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.accounts.key_check import check_keys
from faxportal.faxes.maintenance.backup.manifest import BackupRefused
from faxportal.faxes.maintenance.backup.restore_backup import RestoreUnfinished, restore_backup


class Command(BaseCommand):
    """Restores a backup."""

    help = (
        "Restores a backup that this version or an earlier one made, into an empty database and an "
        "empty data directory. The restored portal sends nothing until an administrator resumes "
        "sending, because the original may have sent since then what waits in the backup."
    )
    # The checks of the portal's settings need no restored portal, and some need the data directory.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restore_backup(folder.absolute())
        except BackupRefused as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        except RestoreUnfinished as error:
            raise CommandError(
                f"The restore did not finish: empty the database and the data directory before "
                f"you restore again. {error}"
            ) from error
        self.stdout.write(
            f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC with "
            f"{len(manifest.documents)} documents. Nothing is sent until an administrator resumes "
            "sending."
        )
        if sentence := check_keys().sentence:
            self.stdout.write(f"{sentence} Set the keys that belong to the backup.")
