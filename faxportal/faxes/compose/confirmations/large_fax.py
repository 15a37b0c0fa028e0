"""Whether a fax is large, and how long a large fax takes on the line.

The time is estimated from the first page of each document. Measuring a page takes a process of its
own, so measuring five hundred pages would take minutes.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.documents import file_store, preview
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected
from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest, LargeFax
from faxportal.faxes.compose.confirmations.fax_to_confirm import FaxToConfirm
from faxportal.faxes.models import Document, Fax


def find_large_fax(fax: FaxToConfirm) -> LargeFax | None:
    """The size of a fax that is so large that the sender has to confirm it; else None."""
    counts = [document.pages for document in fax.documents]
    large = LargeFax(
        recipients=len(fax.numbers),
        documents=len(fax.hashes) + bool(fax.cover_pages),
        pages=sum(count or 0 for count in counts) + fax.cover_pages,
        has_more_pages=bool(fax.client_files) or None in counts,
    )
    if _is_over(large.recipients, settings.SUMMARY_RECIPIENTS):
        return large
    return large if _is_over(large.pages, settings.SUMMARY_PAGES) else None


def transmission_time_sentence(request: ConfirmationRequest, draft: Fax) -> str:
    """A sentence that says how long a large fax takes for one recipient.

    The sentence is "" if the fax isn't large, or if a document can't be measured.
    """
    if not any(isinstance(concern, LargeFax) for concern in request.concerns):
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
    """Least and most seconds of a document, if all its pages are like its first page.

    None where the seconds are not known.
    """
    if not document.pages or not document.stored_as:
        return None
    try:
        with file_store.open_stored(document.stored_as) as file:
            page = preview.measure_page(file, Kind.of(document.content_type), 1)
    except (Rejected, OSError):
        return None
    least, most = page.seconds
    return least * document.pages, most * document.pages


def _is_over(count: int, limit: int) -> bool:
    """Whether a count is over a limit that the operator set. The limit 0 means no limit."""
    return 0 < limit < count
