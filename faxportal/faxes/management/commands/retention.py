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
        "Removes documents after FAXPORTAL_RETENTION_DAYS, faxes and their history after "
        "FAXPORTAL_RECORD_DAYS, drafts that nobody has changed for a while, and files that "
        "belong to no fax. `watch` does the same continuously."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be removed, without removing it"
        )

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
        self.say("were removed", amounts, files, size, swept)

    def say(self, done: str, amounts: Amounts, files: int, size: int, found: list[Stray]) -> None:
        """How much; never whose."""
        stray_size = filesizeformat(sum(stray.size for stray in found))
        for line in (
            f"Faxes whose documents {done}: {amounts.cleared}",
            f"Faxes that {done} with their history: {amounts.removed}",
            f"Drafts that {done}: {amounts.drafts}",
            f"Files of these that {done}: {files}, {filesizeformat(size)}",
            f"Files of no fax that {done}: {len(found)}, {stray_size}",
        ):
            self.stdout.write(line.replace("\xa0", " "))
