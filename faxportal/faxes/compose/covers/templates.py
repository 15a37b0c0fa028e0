"""What admins do with the templates of cover pages: add, change, prescribe, remove."""

from __future__ import annotations

from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.documents import parser_pool
from faxportal.documents.kinds import Kind
from faxportal.faxes.compose.covers.cover_rows import CoverData
from faxportal.faxes.compose.covers.drawing import draw
from faxportal.faxes.models import CoverTemplate, CoverUse


class TooFull(Exception):
    """With the template's own texts, even a short message takes more than one page."""


def draw_sample(template: CoverTemplate) -> bytes:
    """The cover page with made-up texts, as PDF. Raises what `drawing.draw` raises."""
    data = CoverData(
        to=(_("Dr. Anna Example, General Hospital"), "+1 650 253 0000"),
        sender=_("Your name"),
        day=date(2026, 11, 25),
        subject=_("Contract no. 4711"),
        message=_("Dear Dr. Example,\n\nYour message goes here.\n\nKind regards"),
        pages=3,
    )
    return draw(template, data)


def save_template(template: CoverTemplate, *, by: User) -> None:
    """Draw and examine a sample of a template, and then save the template.

    If the template is prescribed, the template that was prescribed before becomes optional. Raises
    `TooFull`, `Rejected`, and what `draw_sample` raises.
    """
    sample = draw_sample(template)
    if parser_pool.examine(ContentFile(sample), Kind.PDF).pages != 1:
        raise TooFull
    is_new = template.pk is None
    with transaction.atomic():
        if template.use == CoverUse.PRESCRIBED:
            before = CoverTemplate.objects.filter(use=CoverUse.PRESCRIBED)
            before.exclude(pk=template.pk).update(use=CoverUse.OFFERED)
        template.save()
        action = Action.COVER_ADDED if is_new else Action.COVER_CHANGED
        audit_log.write(action, by=by, cover=template.pk, use=template.use)


def remove_template(template: CoverTemplate, *, by: User) -> None:
    """Remove a template; faxes that were sent with it keep their page."""
    with transaction.atomic():
        audit_log.write(Action.COVER_REMOVED, by=by, cover=template.pk)
        template.delete()
