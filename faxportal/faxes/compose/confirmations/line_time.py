"""How long a large fax is on the line, judged by a page of each document.

Each page that is measured is drawn in a process of its own: five hundred would take minutes.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.documents import file_store, preview
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.answers import Refused
from faxportal.faxes.compose.confirmations.confirmation import Asked, Summary
from faxportal.faxes.models import Document, Fax


def time_sentence(asked: Asked, draft: Fax) -> str:
    """About how long it takes for a recipient, where a summary is asked; empty if nobody knows."""
    if not any(isinstance(question, Summary) for question in asked.questions):
        return ""
    spans = [_seconds(document) for document in draft.documents.all()]
    known = [span for span in spans if span]
    if not known or len(known) < len(spans):
        return ""
    least, most = (max(1, round(sum(side) / 60)) for side in zip(*known, strict=True))
    minutes = ngettext("%(most)d minute", "%(most)d minutes", most) % {"most": most}
    return _("About %(time)s per recipient, estimated from the first page of each document.") % {
        "time": minutes if least == most else f"{least}\u2013{minutes}"
    }


def _seconds(document: Document) -> tuple[int, int] | None:
    """Least and most, if all its pages were like its first one."""
    if not document.pages or not document.stored_as:
        return None
    try:
        with file_store.open_stored(document.stored_as) as file:
            page = preview.measure(file, Kind.of(document.content_type), 1)
    except (Refused, OSError):
        return None
    least, most = page.seconds
    return least * document.pages, most * document.pages
