"""How long a draft's documents take on the line: estimated from a few pages of each.

A page is measured by a child process, so a document is measured once, by at most `SAMPLE` pages
that are spread over it; its other pages count as their average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faxportal.documents import preview
from faxportal.documents.file_store import open_stored
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.faxes.models import Document, Fax

SAMPLE = 3
#: Seconds in which the two machines agree, before the first page.
_AGREEING = (10, 20)


@dataclass(frozen=True, kw_only=True)
class LineTime:
    """What is known of a draft's time on the line, for one recipient."""

    #: Whole minutes, of what is measured.
    least: int
    most: int
    #: A document has yet to be measured.
    is_waiting: bool
    #: Of some documents nobody can tell: of texts, or of what could not be measured.
    is_partial: bool


def line_time_of(draft: Fax) -> LineTime | None:
    """What is known by now; None where nothing is, and nothing will be."""
    documents = draft.attached
    measured = [one for one in documents if one.line_most]
    waiting = any(_can_be_measured(one) for one in documents)
    if not measured and not waiting:
        return None
    least = _AGREEING[0] + sum(one.line_least or 0 for one in measured)
    most = _AGREEING[1] + sum(one.line_most or 0 for one in measured)
    return LineTime(
        least=max(1, least // 60),
        most=max(1, -(-most // 60)),
        is_waiting=waiting,
        is_partial=len(measured) < len(documents),
    )


def measure_one(draft: Fax) -> bool:
    """Measure the draft's first document that is not measured yet; False where it can't be now."""
    for document in draft.attached:
        if _can_be_measured(document):
            return _measure(document)
    return True


def sample(pages: int) -> Sequence[int]:
    """Pages (from 1) to measure of so many: the first, the last, and some between."""
    if pages <= SAMPLE:
        return range(1, pages + 1)
    return [1 + round(step * (pages - 1) / (SAMPLE - 1)) for step in range(SAMPLE)]


def _can_be_measured(document: Document) -> bool:
    return bool(document.pages and document.stored_as and document.line_most is None)


def _measure(document: Document) -> bool:
    pages = document.pages or 0
    chosen = sample(pages)
    try:
        with open_stored(document.stored_as) as file:
            kind = Kind.of(document.content_type)
            each = [preview.measure_page(file, kind, page).seconds for page in chosen]
    except (FileNotFoundError, Rejected) as error:
        if isinstance(error, Rejected) and error.reason is RejectionReason.NOT_NOW:
            return False
        each = []  # nobody will know: none, and not asked for again
    least, most = (sum(page[side] for page in each) for side in (0, 1))
    # The same bytes take as long in every fax that shares them.
    Document.objects.filter(stored_as=document.stored_as).update(
        line_least=least * pages // len(chosen), line_most=most * pages // len(chosen)
    )
    return True
