"""What a sender enters for a cover page, and where a draft keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from faxportal.faxes.models import CoverPage, CoverTemplate, Fax

#: Characters of a name.
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class CoverTyped:
    """The cover page's part of a form, as entered; all empty where there is none."""

    #: Id of the chosen one.
    template: int | None = None
    attention: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    message: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return self != CoverTyped()


def keep(draft: Fax, typed: CoverTyped) -> None:
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


def typed_of(fax: Fax) -> CoverTyped:
    """What was entered for a draft or a fax."""
    cover = CoverPage.objects.filter(fax=fax).first()
    if cover is None:
        return CoverTyped()
    return CoverTyped(
        template=cover.template_id,
        attention=cover.attention,
        sender_name=cover.sender_name,
        message=cover.message,
    )
