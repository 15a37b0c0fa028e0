"""Looking at a draft's cover page before it is sent: the same page, as a document of the draft.

Whatever is posted afterwards takes the page off again (`drafts.save_draft`). Submitting draws a new
one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from faxportal.contacts.name_lookup import AddressBook
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.attachments import forget_bytes
from faxportal.faxes.compose.covers import prepare
from faxportal.faxes.compose.covers.prepare import Problems
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.recipients import read_recipients
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import DialAs

#: Before all others, whose positions stay as they are.
BEFORE_ALL = 0


class NotDrawn(Exception):
    """There is nothing to look at; `problems` say why, by field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("no cover page was drawn")
        self.problems = problems


def show_cover(draft: Fax, typed: DraftContent) -> Document:
    """Draw the cover page of a draft that holds what was `typed`, and attach it.

    Raises `NotDrawn`, also where it wants none or was sent meanwhile.
    """
    reading = read_recipients(
        typed.recipients,
        region=settings.REGION,
        dial_as=DialAs(settings.DIAL_AS),
        book=AddressBook(draft.sender),
    )
    drawn = prepare.draw_cover(
        draft.sender,
        key=draft.submission_key,
        typed=typed,
        numbers=reading.numbers,
        files=[],
        now=Clock().now(),
    )
    earlier: list[Document] = []
    cover = None
    with transaction.atomic():
        locked = Fax.objects.locked(draft.pk)
        problems = drawn.problems_with(locked)
        if drawn.file and not problems and locked.state == FaxState.DRAFT:
            earlier = list(locked.documents.filter(is_cover=True))
            locked.documents.filter(is_cover=True).delete()
            cover = prepare.attach(locked, drawn.file, position=BEFORE_ALL)
    forget_bytes(earlier)
    if cover is None:
        drawn.forget()
        raise NotDrawn(problems or {"cover": [_("Choose a cover page to preview.")]})
    return cover
