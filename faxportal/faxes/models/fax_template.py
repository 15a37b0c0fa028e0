"""Fax templates: extension, recipients and texts that a new draft can start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.permissions import Permission
from faxportal.faxes.models.cover import CoverTemplate

if TYPE_CHECKING:
    from faxportal.accounts.models import User


class FaxTemplateQuerySet(models.QuerySet["FaxTemplate"]):
    """Fax templates by who may use and change them."""

    def visible_to(self, user: User) -> FaxTemplateQuerySet:
        """A person's own templates, and the templates that others share with the office."""
        return self.filter(models.Q(owner=user) | models.Q(is_shared=True))

    def changeable_by(self, user: User) -> FaxTemplateQuerySet:
        """A person's own templates; for an admin, all shared templates too.

        Everyone may use a shared template. So an admin may correct it if its owner doesn't.
        """
        if user.has_perm(Permission.MANAGE_SENDING):
            return self.visible_to(user)
        return self.filter(owner=user)

    def latest_first(self) -> FaxTemplateQuerySet:
        """The template that was used last comes first; unused templates come last, by name."""
        return self.select_related("owner").order_by(
            models.F("used_at").desc(nulls_last=True), Lower("name"), "pk"
        )


class FaxTemplate(models.Model):
    """The fields of the compose form, saved under a name. A template has no documents."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="fax_templates"
    )
    name = models.CharField(_("template name"), max_length=100)
    #: Whether everyone who sends faxes may use the template.
    is_shared = models.BooleanField(default=False)
    extension = models.CharField(max_length=50, blank=True)
    #: As typed. A contact group stays a name: its members are looked up when the fax is sent.
    recipients_typed = models.TextField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    #: The chosen cover template. A fax template has no texts for the cover page.
    cover = models.ForeignKey(CoverTemplate, on_delete=models.SET_NULL, null=True)
    used_at = models.DateTimeField(null=True)

    objects = FaxTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="fax_template_once_by_name"),
            models.CheckConstraint(condition=~models.Q(name=""), name="fax_template_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"template {self.pk}"
