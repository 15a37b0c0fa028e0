"""`manage.py checkdocuments`: whether every document that a fax names is there, unchanged."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.documents import trash
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.orphaned_files import find_orphans
from faxportal.faxes.maintenance.stored_documents import FileState, find_problems, named_files


class Command(BaseCommand):
    """Checks the stored documents."""

    help = (
        "Checks that every document that a fax names is there, with its size and SHA-256, and "
        "counts the files that no fax names. Exits with 1 if a document is missing or has changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--put-back",
            action="store_true",
            help="store missing documents again that are in the trash",
        )

    def handle(self, *args: Any, put_back: bool, **options: Any) -> None:
        try:
            bad, back = self._check(put_back=put_back)
            strays = sum(1 for _stray in find_orphans(Clock()))
            in_trash = len(trash.names_in_trash())
        except OSError as error:
            raise CommandError(f"The documents can't be read: {error.strerror}.") from error
        whole = sum(1 for _named in named_files()) - bad
        self.stdout.write(f"Documents: {whole} as they were stored, {bad} missing or changed.")
        if put_back:
            self.stdout.write(f"Put back from the trash: {back}.")
        self.stdout.write(f"Files that no fax names: {strays}, and {in_trash} in the trash.")
        if bad:
            raise CommandError("At least one document is missing or has changed.")

    def _check(self, *, put_back: bool) -> tuple[int, int]:
        """Print each problem. Returns how many files are bad, and how many were put back."""
        bad = back = 0
        for problem in find_problems(put_back=put_back):
            if problem.is_back:
                back += 1
                continue
            bad += 1
            what = "is missing" if problem.state == FileState.MISSING else "has changed"
            where = ", and --put-back finds it in the trash" if problem.is_in_trash else ""
            faxes = ", ".join(map(str, problem.faxes))
            self.stdout.write(f"A document {what}{where}: fax {faxes}")
        return bad, back
