"""Templates: a fax's texts kept under a name, to begin the next one with.

Nothing goes out here. A draft made from a template is a draft like any other.
"""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from faxportal.accounts.models import Extension, User
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import CoverTemplate, Fax, FaxTemplate


class NotNamed(Exception):
    """A template has no name; the text is a sentence for the person."""

    def __init__(self) -> None:
        super().__init__(_("Give the template a name."))


def save_template(by: User, *, name: str, typed: DraftContent, is_shared: bool) -> FaxTemplate:
    """Keep texts as the person's template of this name, in place of one that they have.

    Names that differ in case only are the same. When a fax is due is not kept: it passes.
    Raises `NotNamed`.
    """
    if not (name := name.strip()):
        raise NotNamed
    holds = {
        "name": name,
        "is_shared": is_shared,
        "extension": typed.extension[:50],
        "recipients_typed": typed.recipients,
        "subject": typed.subject[:200],
        "note": typed.note[:2000],
        "cover": CoverTemplate.objects.filter(pk=typed.cover.template or 0).first(),
    }
    saved, _created = by.fax_templates.update_or_create(name__iexact=name, defaults=holds)
    return saved


def draft_from_template(template: FaxTemplate, *, by: User) -> Fax:
    """A new draft with a template's texts; an extension that is not the person's is left out."""
    mine = Extension.objects.filter(connection__user=by, number=template.extension)
    typed = DraftContent(
        extension=template.extension if mine.exists() else "",
        recipients=template.recipients_typed,
        subject=template.subject,
        note=template.note,
        cover=CoverContent(template=template.cover_id),
    )
    draft = drafts.save_draft(by, key=uuid4(), typed=typed, files=[]).draft
    FaxTemplate.objects.filter(pk=template.pk).update(used_at=timezone.now())
    return draft
