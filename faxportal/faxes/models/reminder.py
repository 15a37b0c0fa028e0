"""Which reminders a sender got about a fax that the portal still works on."""

from __future__ import annotations

from django.db import models

from faxportal.faxes.models.fax import Fax


class Reminder(models.Model):
    """A mail to the sender of a fax that is not settled; see `maintenance.reminders`."""

    class Kind(models.TextChoices):
        """What the sender is told."""

        LATE = "late"
        BROWSER_SILENT = "browser_silent"
        LINKS_EXPIRE = "links_expire"
        RESTORED = "restored"

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20, choices=Kind)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fax", "kind"], name="reminder_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["late", "browser_silent", "links_expire", "restored"]),
                name="reminder_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.kind}"
