"""The recipients of a submitted fax: one row for each number."""

from __future__ import annotations

from django.db import models


class Recipient(models.Model):
    """One number of a submitted fax, as typed and as dialled.

    A draft has no such rows: its recipients are one text, `Fax.recipients_typed`.
    """

    fax = models.ForeignKey("faxes.Fax", on_delete=models.CASCADE, related_name="recipients")
    #: Position in the fax, from 1.
    position = models.PositiveSmallIntegerField()
    typed = models.CharField(max_length=200)
    #: What VoipNow gets, in the form that `FAXPORTAL_DIAL_AS` names.
    dialled = models.CharField(max_length=50)
    #: The name of the person with the number, as typed or from the sender's address book. "" if the
    #: name is not known.
    name = models.CharField(max_length=100, blank=True)
    #: The form that all spellings of one phone number share; see `text.phone_numbers.Number`.
    canonical = models.CharField(max_length=50)
    #: Number of the batch, from 1. VoipNow gets one fax resource for all recipients of a batch.
    batch = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="recipient_position_once"),
            models.UniqueConstraint(fields=["fax", "dialled"], name="recipient_once"),
        ]
        # Finds whether a phone number was faxed before, and when it was faxed last.
        indexes = [models.Index(fields=["canonical", "fax"], name="recipient_by_phone")]

    def __str__(self) -> str:
        return f"recipient {self.position} of {self.fax_id}"
