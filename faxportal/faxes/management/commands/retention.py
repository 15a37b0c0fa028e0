"""`manage.py retention`: removes at once what has had its time, or says what would go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance import retention
from faxportal.faxes.maintenance.orphans import Stray, strays, sweep
from faxportal.faxes.maintenance.retention import Amounts

AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Removes documents after FAXPORTAL_RETENTION_DAYS, faxes with their records after "
        "FAXPORTAL_RECORD_DAYS, drafts that nobody changes, and files that no fax names. `watch` "
        "does the same bit by bit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go; remove none")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        clock = Clock()
        files, size = retention.documents_due(clock)
        if dry_run:
            self.say("would be removed", retention.due(clock), files, size, list(strays(clock)))
            return
        cleared = removed = drafts = 0
        try:
            while gone := retention.remove_due(clock, at_most=AT_ONCE):
                cleared, removed = cleared + gone.cleared, removed + gone.removed
                drafts += gone.drafts
            swept = sweep(clock)
        except OSError as error:
            raise CommandError(f"Files could not be removed: {error.strerror}.") from error
        amounts = Amounts(cleared=cleared, removed=removed, drafts=drafts)
        self.say("removed", amounts, files, size, swept)

    def say(self, done: str, amounts: Amounts, files: int, size: int, found: list[Stray]) -> None:
        """How much; never whose."""
        stray_size = filesizeformat(sum(stray.size for stray in found))
        for line in (
            f"{amounts.cleared} faxes: their documents {done}",
            f"{amounts.removed} faxes with their records {done}",
            f"{amounts.drafts} drafts {done}",
            f"{files} files of these {done}, {filesizeformat(size)}",
            f"{len(found)} files that no fax names {done}, {stray_size}",
        ):
            self.stdout.write(line.replace("\xa0", " "))
