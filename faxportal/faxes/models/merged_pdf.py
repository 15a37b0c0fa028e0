"""The one PDF that a fax's documents are merged into. `faxes/delivery/` makes these rows."""

from __future__ import annotations

from django.db import models

from faxportal.faxes.models.fax import Fax


class MergedPdf(models.Model):
    """All documents of a fax in one PDF. Each batch sends this PDF in its create request."""

    fax = models.OneToOneField(Fax, on_delete=models.CASCADE, related_name="merged_pdf")
    #: Bytes.
    size = models.PositiveBigIntegerField()
    #: SHA-256 of the bytes, in hex.
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    #: The name under which `documents.file_store` keeps the bytes. Empty once retention has removed
    #: the bytes.
    stored_as = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["stored_as"], name="merged_pdf_by_stored_file")]

    def __str__(self) -> str:
        return f"merged PDF of {self.fax_id}"
