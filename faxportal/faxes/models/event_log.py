"""A fax's record: what happened, when, and by whom or what. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from faxportal.faxes.models.fax import Fax


class FaxEvent(models.Model):
    """One row of a fax's record, with a hash over the one before in the same fax.

    `faxes/event_log.py` writes and verifies them. `data` holds numbers, reasons and VoipNow's ids;
    never a secret.
    """

    fax = models.ForeignKey(Fax, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=50)
    #: UTC, to the microsecond, by the clock of whoever wrote it.
    at = models.DateTimeField()
    #: The person who did it; none when the portal itself did.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    #: SHA-256 over this row and the hash of the row before.
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="event_position_once"),
        ]

    def __str__(self) -> str:
        return f"event {self.position} of {self.fax_id}"
