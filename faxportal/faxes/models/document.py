"""The documents of a fax: one row for each file, carried by the portal or by the browser."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Carrier(models.TextChoices):
    """Who carries bytes to VoipNow's storage."""

    PORTAL = "portal", _("The portal")
    BROWSER = "browser", _("The sender's browser")


class Document(models.Model):
    """One file of a fax."""

    fax = models.ForeignKey("faxes.Fax", on_delete=models.CASCADE, related_name="documents")
    #: Position in the fax, from 1; 0 for the preview of a draft's cover page.
    position = models.PositiveSmallIntegerField()
    #: The file's name, cleaned by `documents.file_names`. VoipNow gets this name.
    name = models.CharField(max_length=255)
    #: Bytes.
    size = models.PositiveBigIntegerField()
    #: Media type by content, not by name.
    content_type = models.CharField(max_length=50)
    #: SHA-256 of the bytes, in hex.
    sha256 = models.CharField(max_length=64)
    #: None if the number of pages is not known: for a text file, which VoipNow lays out, and for a
    #: file that the browser carries.
    pages = models.PositiveSmallIntegerField(null=True)
    #: Least and most seconds that the document takes on the line for one recipient, which
    #: `compose.time_on_the_line` estimates. None before the document is measured; 0 if it can't be
    #: measured.
    line_seconds_min = models.PositiveIntegerField(null=True)
    line_seconds_max = models.PositiveIntegerField(null=True)
    #: Media type of the picture that the portal converted to this PDF (see
    #: `documents.file_store.store`); "" if it converted nothing.
    converted_from = models.CharField(max_length=50, blank=True)
    #: The name under which `documents.file_store` keeps the bytes. Empty once retention has removed
    #: the bytes, and while the bytes are only in the sender's browser.
    stored_as = models.CharField(max_length=100, blank=True)
    #: Whether the portal drew this document as the fax's cover page. A person attached every other
    #: document.
    is_cover = models.BooleanField(default=False)
    #: BROWSER if the portal never had the bytes. When the browser gives the file to the portal to
    #: carry, this becomes PORTAL.
    carrier = models.CharField(max_length=10, choices=Carrier, default=Carrier.PORTAL)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["fax", "position"], name="document_position_once"),
            models.UniqueConstraint(fields=["fax", "sha256"], name="document_once"),
            models.UniqueConstraint(
                fields=["fax"], condition=models.Q(is_cover=True), name="document_is_cover_once"
            ),
            models.CheckConstraint(
                condition=models.Q(carrier=Carrier.PORTAL)
                | models.Q(carrier=Carrier.BROWSER, stored_as=""),
                name="document_of_browser_is_not_stored",
            ),
        ]
        indexes = [models.Index(fields=["stored_as"], name="document_by_stored_file")]

    def __str__(self) -> str:
        return f"document {self.position} of {self.fax_id}"
