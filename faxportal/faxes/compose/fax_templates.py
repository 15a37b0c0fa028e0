"""Fax templates: texts of a fax that people save under a name, and start drafts from."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from faxportal.accounts.models import Extension, User
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import CoverTemplate, Fax, FaxTemplate


class NotNamed(Exception):
    """The template has no name. The exception's text is a sentence for the person."""

    def __init__(self) -> None:
        super().__init__(_("Give the template a name."))


def save_template(by: User, *, name: str, content: DraftContent, is_shared: bool) -> FaxTemplate:
    """Save texts as a person's template. It replaces the person's template with the same name.

    Names that differ only in upper and lower case are the same. The due time is left out, because
    it has passed when somebody uses the template. Raises `NotNamed`.
    """
    if not (name := name.strip()):
        raise NotNamed
    values = {
        "name": name,
        "is_shared": is_shared,
        "extension": content.extension[:50],
        "recipients_typed": content.recipients,
        "subject": content.subject[:200],
        "note": content.note[:2000],
        "cover": CoverTemplate.objects.filter(pk=content.cover.template or 0).first(),
    }
    saved, _created = by.fax_templates.update_or_create(name__iexact=name, defaults=values)
    return saved


def draft_from_template(template: FaxTemplate, *, by: User) -> Fax:
    """Make a draft with a template's texts, and its extension if the person has that extension."""
    mine = Extension.objects.filter(connection__user=by, number=template.extension)
    content = DraftContent(
        extension=template.extension if mine.exists() else "",
        recipients=template.recipients_typed,
        subject=template.subject,
        note=template.note,
        cover=CoverContent(template=template.cover_id),
    )
    draft = drafts.new_draft(by, content)
    FaxTemplate.objects.filter(pk=template.pk).update(used_at=timezone.now())
    return draft
