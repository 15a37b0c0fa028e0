"""The rows of a fax's event log. `faxes.event_log` writes and verifies them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from faxportal.faxes.models.fax import Fax


class FaxEvent(models.Model):
    """One entry of a fax's event log: what happened, when, and who did it. Rows never change.

    Each row has a keyed hash over its content and over the hash of the row before it in the same
    fax.
    """

    fax = models.ForeignKey(Fax, on_delete=models.PROTECT, related_name="events")
    #: Number of the entry in its fax, from 1, without gaps.
    position = models.PositiveIntegerField()
    #: An `event_log.Event`.
    kind = models.CharField(max_length=50)
    #: UTC, to the microsecond, by the clock of the machine or database that wrote the entry.
    at = models.DateTimeField()
    #: The person who did it; None for the portal.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: Numbers, reasons and VoipNow's ids; never a secret or a signed URL.
    data = models.JSONField(default=dict)
    #: The keyed hash in hex; see `event_log`.
    hash = models.CharField(max_length=64)
    #: The id of the key of the hash; "" for a plain SHA-256, as version 0.1.0 wrote it.
    key_id = models.CharField(max_length=8, default="", db_default="", editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="event_position_once"),
        ]

    def __str__(self) -> str:
        return f"event {self.position} of {self.fax_id}"
