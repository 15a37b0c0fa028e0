"""What a sender enters for a cover page, and where a draft keeps it."""

from __future__ import annotations

from faxportal.faxes.compose.draft_content import CoverContent
from faxportal.faxes.models import CoverPage, CoverTemplate, Fax

#: Characters of a name.
MAX_NAME = 200


def keep(draft: Fax, typed: CoverContent) -> None:
    """Write it into a draft, in the transaction that is open."""
    if not typed:
        CoverPage.objects.filter(fax=draft).delete()
        return
    CoverPage.objects.update_or_create(
        fax=draft,
        defaults={
            "template": CoverTemplate.objects.filter(pk=typed.template or 0).first(),
            "attention": typed.attention[:MAX_NAME],
            "sender_name": typed.sender_name[:MAX_NAME],
            "message": typed.message,
        },
    )


def typed_of(fax: Fax) -> CoverContent:
    """What was entered for a draft or a fax."""
    cover = CoverPage.objects.filter(fax=fax).first()
    if cover is None:
        return CoverContent()
    return CoverContent(
        template=cover.template_id,
        attention=cover.attention,
        sender_name=cover.sender_name,
        message=cover.message,
    )
