"""Faxes on legal hold. `actions.legal_hold` writes these rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from faxportal.faxes.models.fax import Fax


class LegalHold(models.Model):
    """While this row exists, retention removes neither the fax nor its documents.

    The foreign key keeps any code from deleting the fax. The fax's event log says who placed and
    lifted each hold.
    """

    fax = models.OneToOneField(Fax, on_delete=models.PROTECT, related_name="legal_hold")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"hold on {self.fax_id}"
