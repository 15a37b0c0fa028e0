"""A fax that must not be removed while somebody may still ask for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from faxportal.faxes.models.fax import Fax


class LegalHold(models.Model):
    """Retention removes nothing of the fax while this row is there; the fax's record has the rest.

    The key itself protects: a fax with a hold can't be deleted by any other code either.
    """

    fax = models.OneToOneField(Fax, on_delete=models.PROTECT, related_name="legal_hold")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"hold on {self.fax_id}"
