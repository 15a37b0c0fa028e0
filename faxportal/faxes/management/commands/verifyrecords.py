"""`manage.py verifyrecords`: finds faxes whose event log somebody changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState


class Command(BaseCommand):
    """Verifies the event logs of faxes by the hashes of their events."""

    help = (
        "Checks the history of every fax, or of the faxes named. Exits with 1 and names each "
        "fax whose history was changed after it was written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("faxes", nargs="*", metavar="UUID")

    def handle(self, *args: Any, **options: Any) -> None:
        faxes = Fax.objects.exclude(state=FaxState.DRAFT).order_by("pk")
        if options["faxes"]:
            faxes = faxes.filter(uuid__in=options["faxes"])
        whole = broken = 0
        for fax in faxes.iterator():
            position = first_broken(fax)
            if position is None:
                whole += 1
                continue
            broken += 1
            self.stdout.write(f"{fax.uuid}: changed from event {position} on")
        self.stdout.write(f"Histories: {whole} unchanged, {broken} changed.")
        if broken:
            raise CommandError("At least one history was changed after it was written.")
