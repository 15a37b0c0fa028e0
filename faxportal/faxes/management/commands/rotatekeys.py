"""`manage.py rotatekeys`: encrypts every stored secret again with the newest key."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from faxportal.faxes.maintenance.rotate_keys import rotate_keys


class Command(BaseCommand):
    """Encrypts secrets again, and says whether older keys are needed any more."""

    help = (
        "Encrypts everything that FAXPORTAL_CREDENTIAL_KEYS encrypts with the newest key, which is "
        "the first one there. Put a new key first, restart every process of the portal, and run "
        "this until it says that the older keys may be removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rotated = rotate_keys()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Secrets encrypted with the newest key: {rotated.again} now, {rotated.before} before."
        )
        if rotated.again:
            self.stdout.write(
                "Keep the older keys for now: a process that has not been restarted since the "
                "newest key was added may still use them. Restart every process, and run this "
                "once more."
            )
        else:
            self.stdout.write(
                "The older keys may be removed from FAXPORTAL_CREDENTIAL_KEYS. Keep a copy of them "
                "for as long as you keep backups from before."
            )
        if rotated.lost:
            raise CommandError(
                f"No key opens {rotated.lost} secrets: put their key back, or let their owners "
                "sign in to VoipNow again on the page Connection."
            )
