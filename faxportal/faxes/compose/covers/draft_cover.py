"""Saving and reading what a sender enters for a fax's cover page."""

from __future__ import annotations

from faxportal.faxes.compose.draft_content import CoverContent
from faxportal.faxes.models import CoverPage, CoverTemplate, Fax

#: The most characters of a name.
MAX_NAME = 200


def save_cover_content(draft: Fax, content: CoverContent) -> None:
    """Save what was entered for a draft's cover page; empty content deletes the row.

    Call it in the transaction that saves the draft.
    """
    if not content:
        CoverPage.objects.filter(fax=draft).delete()
        return
    CoverPage.objects.update_or_create(
        fax=draft,
        defaults={
            "template": CoverTemplate.objects.filter(pk=content.template or 0).first(),
            "attention": content.attention[:MAX_NAME],
            "sender_name": content.sender_name[:MAX_NAME],
            "message": content.message,
        },
    )


def cover_content_of(fax: Fax) -> CoverContent:
    """What was entered for the cover page of a draft or a submitted fax."""
    cover = CoverPage.objects.filter(fax=fax).first()
    if cover is None:
        return CoverContent()
    return CoverContent(
        template=cover.template_id,
        attention=cover.attention,
        sender_name=cover.sender_name,
        message=cover.message,
    )
