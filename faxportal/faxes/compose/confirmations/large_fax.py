"""Whether a fax is large, and the sentence that says how long a large fax takes on the line."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest, LargeFax
from faxportal.faxes.compose.confirmations.fax_to_confirm import FaxToConfirm
from faxportal.faxes.compose.time_on_the_line import measure_all, time_on_the_line_of
from faxportal.faxes.models import Fax


def find_large_fax(fax: FaxToConfirm) -> LargeFax | None:
    """The size of a fax if it is so large that the sender has to confirm it. Otherwise None."""
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


def time_on_the_line_sentence(request: ConfirmationRequest, draft: Fax) -> str:
    """A sentence that says how long a large fax takes for one recipient.

    Documents that are not measured yet are measured now. The sentence is "" if the fax isn't large,
    if the pages of a file are not known, or if a document can't be measured now.
    """
    large = next((each for each in request.concerns if isinstance(each, LargeFax)), None)
    if large is None or large.has_more_pages:
        return ""
    time = time_on_the_line_of(draft) if measure_all(draft) else None
    if time is None or time.is_partial:
        return ""
    minutes = ngettext("%(most)d minute", "%(most)d minutes", time.most) % {"most": time.most}
    return _("About %(time)s per recipient, estimated from a few pages of each document.") % {
        "time": minutes if time.least == time.most else f"{time.least}\u2013{minutes}"
    }


def _is_over(count: int, limit: int) -> bool:
    """Whether a count is over a limit that the operator set. The limit 0 means no limit."""
    return 0 < limit < count
