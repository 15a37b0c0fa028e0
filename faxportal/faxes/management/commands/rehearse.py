"""`manage.py rehearse DIR`: proves that a backup can be restored, without touching the portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.faxes.maintenance.backup.manifest import BackupRefused
from faxportal.faxes.maintenance.backup.rehearse_backup import (
    NotVerified,
    NotWhole,
    rehearse,
)
from faxportal.faxes.record.verification import EXIT_UNVERIFIABLE


class Command(BaseCommand):
    """Rehearses a restore, and prints a verdict."""

    help = (
        "Restores a backup into a temporary folder (TMPDIR says where) and, if the backup is of "
        "PostgreSQL, into a temporary database of the portal's server. Checks that it is whole, "
        "and removes it. The portal's own database and data directory stay untouched. Exits with "
        "0 only if all is well."
    )
    # The checks concern the portal's own settings, and a rehearsal uses other ones.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            for proved in rehearse(folder.absolute()):
                self.stdout.write(proved)
        except BackupRefused as error:
            raise CommandError(f"The backup was not rehearsed. {error}") from error
        except NotWhole as error:
            raise CommandError(f"The backup is not whole.\n{error}") from error
        except NotVerified as error:
            raise CommandError(
                f"The backup can't be verified completely.\n{error}", returncode=EXIT_UNVERIFIABLE
            ) from error
        except OSError as error:
            raise CommandError(f"The backup was not rehearsed: {error.strerror}.") from error
        self.stdout.write("The backup is whole.")
