"""The preview of a cover page: the page that would be sent, as a document of the draft.

The next edit of the draft removes the page (`drafts.save_draft`). Submitting draws a new page.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.attachments import forget_bytes
from faxportal.faxes.compose.covers import cover_document
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import DialAs

#: Position of the cover page: before all other documents, which keep their positions.
_FIRST = 0


class NoPreview(Exception):
    """There is no cover page to show; `problems` say why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("no cover page to show")
        self.problems = problems


def preview_cover(draft: Fax, content: DraftContent) -> Document:
    """Draw the cover page of a draft with this content, and attach the page to the draft.

    Raises `NoPreview`, also if no cover page is chosen, or if the fax has been submitted meanwhile.
    """
    recipients = parse_recipients(
        content.recipients,
        region=settings.REGION,
        dial_as=DialAs(settings.DIAL_AS),
        book=NameLookup(draft.sender),
    )
    prepared = cover_document.prepare_cover(
        draft.sender,
        key=draft.submission_key,
        content=content,
        numbers=recipients.numbers,
        files=[],
        now=Clock().now(),
    )
    earlier: list[Document] = []
    page = None
    with transaction.atomic():
        locked = Fax.objects.locked(draft.pk)
        problems = prepared.problems_with(locked)
        if prepared.file and not problems and locked.state == FaxState.DRAFT:
            earlier = list(locked.documents.filter(is_cover=True))
            locked.documents.filter(is_cover=True).delete()
            page = cover_document.attach(locked, prepared.file, position=_FIRST)
    forget_bytes(earlier)
    if page is None:
        prepared.forget()
        raise NoPreview(problems or {"cover": [_("Choose a cover page to preview.")]})
    return page
