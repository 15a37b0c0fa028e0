"""`manage.py voipnowanswers`: prints what VoipNow's answers mean, for `docs/voipnow-answers.md`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from faxportal.faxes.delivery.voipnow_answers_docs import table


class Command(BaseCommand):
    """Prints the table of `delivery.voipnow_answers_docs`."""

    help = (
        "Prints what each answer of VoipNow and its storage means, in the form used by "
        "docs/voipnow-answers.md."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
