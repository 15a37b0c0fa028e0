"""`manage.py statediagrams`: prints the diagrams of all states for `docs/states.md`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from faxportal.faxes.states import diagram


class Command(BaseCommand):
    """Prints the diagram of `faxes.states`."""

    help = "Prints the diagram of all states, in the form used by docs/states.md."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(diagram(), ending="")
