"""`manage.py retention`: applies retention at once, or says what it would remove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_copy
from faxportal.faxes.installation.messages import why_nothing_is_sent
from faxportal.faxes.maintenance import retention
from faxportal.faxes.maintenance.orphaned_files import OrphanedFile, find_orphans, remove_orphans
from faxportal.faxes.maintenance.retention import NOTHING_REMOVED, RemovalCounts

#: How many faxes of each kind are removed before the next faxes are looked up.
MAX_REMOVED = 500


class Command(BaseCommand):
    """Applies retention once, until nothing more is due."""

    help = (
        "Removes documents after FAXPORTAL_RETENTION_DAYS, faxes and their history after "
        "FAXPORTAL_RECORD_DAYS, and drafts that nobody has changed for a while. Moves files that "
        "belong to no fax to the trash, which keeps them for 30 days. `watch` does the same "
        "continuously."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be removed, without removing it"
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        clock = Clock()
        files = retention.count_files_due(clock)
        if dry_run:
            due = retention.count_due(clock)
            self._report("would be removed", due, files, list(find_orphans(clock)))
            return
        recognised = secure_copy(clock)
        if why := why_nothing_is_sent(recognised):
            raise CommandError(f"Nothing was removed. {why}")
        total = NOTHING_REMOVED
        try:
            while removed := retention.remove_due(clock, at_most=MAX_REMOVED):
                total += removed
            orphans = remove_orphans(clock)
        except OSError as error:
            raise CommandError(f"Files could not be removed: {error.strerror}.") from error
        self._report("were removed", total, files, orphans)

    def _report(
        self,
        done: str,
        counts: RemovalCounts,
        files: tuple[int, int],
        orphans: Sequence[OrphanedFile],
    ) -> None:
        """Print counts and sizes, but no names. `files` is the number of files and their bytes."""
        number, size = files
        orphans_size = filesizeformat(sum(orphan.size for orphan in orphans))
        for line in (
            f"Faxes whose documents {done}: {counts.faxes_cleared}",
            f"Faxes that {done} with their history: {counts.faxes_removed}",
            f"Drafts that {done}: {counts.drafts_removed}",
            f"Files of these that {done}: {number}, {filesizeformat(size)}",
            f"Files of no fax that {done}: {len(orphans)}, {orphans_size}",
        ):
            self.stdout.write(line.replace("\xa0", " "))
