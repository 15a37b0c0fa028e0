"""How long a large fax takes on the line, estimated from the first page of each document.

Measuring a page takes a process of its own, so measuring five hundred pages would take minutes.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.documents import file_store, preview
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected
from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest, ManyRecipients
from faxportal.faxes.models import Document, Fax


def line_time_sentence(request: ConfirmationRequest, draft: Fax) -> str:
    """A sentence that says how long a large fax takes for one recipient.

    "" for a fax that isn't large, and where a document can't be measured.
    """
    if not any(isinstance(concern, ManyRecipients) for concern in request.concerns):
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
    """Least and most seconds of a document, if all pages are like the first; None: not known."""
    if not document.pages or not document.stored_as:
        return None
    try:
        with file_store.open_stored(document.stored_as) as file:
            page = preview.measure_page(file, Kind.of(document.content_type), 1)
    except (Rejected, OSError):
        return None
    least, most = page.seconds
    return least * document.pages, most * document.pages
