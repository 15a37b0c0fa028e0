"""`manage.py backup DIR`: a backup of the running portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.backup.make_backup import make_backup
from faxportal.faxes.maintenance.backup.manifest import BackupRefused

#: What a backup has not. A thief of the backup reads no sign-in without the keys.
NO_KEYS = (
    "The keys are not in it (FAXPORTAL_SECRET_KEY, FAXPORTAL_CREDENTIAL_KEYS and every other "
    "setting): keep a copy of them in another place."
)


class Command(BaseCommand):
    """Makes a backup."""

    help = (
        "Writes a backup of the database and the documents into a new or an empty folder, while "
        "the portal runs. The folder is a backup once it has its manifest.json. " + NO_KEYS
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = make_backup(folder.absolute(), Clock())
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database can't be used: {str(error).strip()}") from error
        except OSError as error:
            raise CommandError(f"The backup can't be written: {error.strerror}.") from error
        self.stdout.write(f"The backup in {folder} has {len(manifest.documents)} documents.")
        if manifest.removed:
            self.stdout.write(f"Removed while it was made: {len(manifest.removed)} documents.")
        self.stdout.write(NO_KEYS)
        if manifest.lost:
            raise CommandError(
                f"The backup is complete, but the portal has lost {len(manifest.lost)} documents "
                "that faxes name: run manage.py checkdocuments."
            )
