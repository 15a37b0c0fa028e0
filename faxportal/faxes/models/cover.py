"""Cover pages: the templates that admins make, and what a sender enters for one fax."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.permissions import Permission
from faxportal.faxes.models.fax import Fax


class CoverUse(models.TextChoices):
    """Whether senders may, or must, begin a fax with a cover template."""

    OFF = "off", _("Not in use")
    OFFERED = "offered", _("Available to senders")
    PRESCRIBED = "prescribed", _("Required on every fax")


class CoverField(models.TextChoices):
    """What a cover page can say about its fax, in the order of the page."""

    TO = "to", _("To")
    SENDER = "from", _("From")
    DATE = "date", _("Date")
    SUBJECT = "subject", _("Subject")
    PAGES = "pages", _("Pages")
    MESSAGE = "message", _("Message")


class Paper(models.TextChoices):
    """Paper sizes; the values are Typst's names."""

    A4 = "a4", _("A4")
    LETTER = "us-letter", _("Letter")


class CoverTemplateQuerySet(models.QuerySet["CoverTemplate"]):
    """Cover templates by their `CoverUse`."""

    def to_choose(self) -> CoverTemplateQuerySet:
        """Templates that senders may choose."""
        return self.filter(use=CoverUse.OFFERED)

    def prescribed(self) -> CoverTemplate | None:
        """The template that every fax begins with; None if no template is prescribed."""
        return self.filter(use=CoverUse.PRESCRIBED).first()


class CoverTemplate(models.Model):
    """A cover page as an admin designed it. Changing the template changes no fax that was sent."""

    #: Senders choose the template by its name. The page does not show the name.
    name = models.CharField(max_length=80, unique=True)
    use = models.CharField(max_length=12, choices=CoverUse, default=CoverUse.OFF)
    #: The language of the page's labels: a key of `compose.covers.languages.LANGUAGES`.
    language = models.CharField(max_length=10, default="en")
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.A4)
    #: The letterhead's lines; the first line is the office's name.
    office = models.TextField(blank=True)
    #: A black and white PNG that states its size on paper, made by `documents.logo_upload`; b"" if
    #: the template has no logo.
    logo = models.BinaryField(blank=True, default=b"")
    #: The text at the foot of the page.
    legal = models.TextField(blank=True)
    #: The `CoverField` values that the page shows; None if it shows all of them.
    shown = models.JSONField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CoverTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        permissions = [Permission.MANAGE_COVERS.declaration]
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
        """Whether the page shows this field."""
        return self.shown is None or field in self.shown


class CoverPage(models.Model):
    """What a sender entered for a fax's cover page. The drawn page itself is a `Document`."""

    fax = models.OneToOneField(Fax, on_delete=models.CASCADE, related_name="cover")
    #: The template that the sender chose. None if the sender chose no template, or if an admin has
    #: removed the template.
    template = models.ForeignKey(CoverTemplate, on_delete=models.SET_NULL, null=True)
    #: The name of the person whom the fax is for.
    attention = models.CharField(max_length=200, blank=True)
    #: The name of the person whom the fax is from; empty if this person is the sender.
    sender_name = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"cover of {self.fax_id}"
