"""Templates: the texts of a fax, saved under a name to begin other faxes with.

Nothing is sent here: a template makes a draft.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from faxportal.accounts.models import Extension, User
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import CoverTemplate, Fax, FaxTemplate


class NotNamed(Exception):
    """A template needs a name; the text is a sentence for the person."""

    def __init__(self) -> None:
        super().__init__(_("Give the template a name."))


def save_template(by: User, *, name: str, content: DraftContent, is_shared: bool) -> FaxTemplate:
    """Save texts as the person's template of this name; one that they have is replaced.

    Upper and lower case make no difference between names. The due time is left out: it would pass.
    Raises `NotNamed`.
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
    """A new draft with a template's texts, without an extension that is not the person's."""
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
