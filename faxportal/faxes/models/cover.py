"""Cover pages: what admins make of them, and what a sender enters for one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.models.fax import Fax


class CoverUse(models.TextChoices):
    """Who begins faxes with a cover page."""

    OFF = "off", _("Not in use")
    OFFERED = "offered", _("Available to senders")
    PRESCRIBED = "prescribed", _("Required on every fax")


class CoverField(models.TextChoices):
    """What a cover page can say of its fax, in the order of the page."""

    TO = "to", _("To")
    SENDER = "from", _("From")
    DATE = "date", _("Date")
    SUBJECT = "subject", _("Subject")
    PAGES = "pages", _("Pages")
    MESSAGE = "message", _("Message")


class Paper(models.TextChoices):
    """Sheets, by Typst's names for them."""

    A4 = "a4", _("A4")
    LETTER = "us-letter", _("Letter")


class CoverTemplateQuerySet(models.QuerySet["CoverTemplate"]):
    def to_choose(self) -> CoverTemplateQuerySet:
        """Those that senders may choose."""
        return self.filter(use=CoverUse.OFFERED)

    def prescribed(self) -> CoverTemplate | None:
        """The one that every fax begins with, if there is one."""
        return self.filter(use=CoverUse.PRESCRIBED).first()


class CoverTemplate(models.Model):
    """A cover page as an admin made it. Changing it changes no fax that was sent."""

    #: As senders choose it; it isn't on the page.
    name = models.CharField(max_length=80, unique=True)
    use = models.CharField(max_length=12, choices=CoverUse, default=CoverUse.OFF)
    #: The language of its own words: a key of `covers.words.LANGUAGES`.
    language = models.CharField(max_length=10, default="en")
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.A4)
    #: The office's lines; the first one is its name.
    office = models.TextField(blank=True)
    #: A PNG of black and white with its size on paper in it, as `documents.logo` makes one; or b"".
    logo = models.BinaryField(blank=True, default=b"")
    #: What stands at the foot of the page.
    legal = models.TextField(blank=True)
    #: `CoverField` values; None shows them all.
    shown = models.JSONField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CoverTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        permissions = [("manage_covers", "May make cover pages and prescribe one")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(use__in=CoverUse.values), name="cover_use_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(paper__in=Paper.values), name="cover_paper_is_known"
            ),
            models.UniqueConstraint(
                fields=["use"],
                condition=models.Q(use=CoverUse.PRESCRIBED),
                name="cover_prescribed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"cover template {self.pk}"

    def shows(self, field: CoverField) -> bool:
        """Whether it says this of its fax."""
        return self.shown is None or field in self.shown


class CoverPage(models.Model):
    """What a sender entered for a fax's cover page; the page itself is a document."""

    fax = models.OneToOneField(Fax, on_delete=models.CASCADE, related_name="cover")
    #: What was chosen; none: no cover page, or the one that is prescribed, or one that was removed.
    template = models.ForeignKey(CoverTemplate, on_delete=models.SET_NULL, null=True)
    #: Whom the fax is for, by name.
    attention = models.CharField(max_length=200, blank=True)
    #: Whom it is from; empty: its sender's own name.
    sender_name = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"cover of {self.fax_id}"
