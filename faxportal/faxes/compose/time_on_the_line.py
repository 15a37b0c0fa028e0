"""How long a draft's documents take on the line, estimated from a few pages of each document.

Measuring a page takes a process of its own. So at most `SAMPLE` pages of a document are measured,
and only once. These pages are spread over the whole document. Each other page is taken to need as
much time as the average measured page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faxportal.documents import preview
from faxportal.documents.file_store import open_stored
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.faxes.models import Document, Fax

#: How many pages of a document are measured at most.
SAMPLE = 3
#: Least and most seconds of the handshake between the two fax machines, before the first page.
_HANDSHAKE = (10, 20)


@dataclass(frozen=True, kw_only=True)
class TimeOnTheLine:
    """A draft's time on the line for one recipient, as far as its documents are measured."""

    #: Whole minutes for the measured documents, at least 1.
    least: int
    most: int
    #: Whether documents are still to be measured.
    is_waiting: bool
    #: Whether documents are not in the time: text files, documents that can't be measured, and
    #: documents that are still to be measured.
    is_partial: bool


def time_on_the_line_of(draft: Fax) -> TimeOnTheLine | None:
    """The time of the measured documents.

    None if no document has a measured time, and no document is still to be measured.
    """
    documents = draft.attached
    measured = [one for one in documents if one.line_seconds_max]
    waiting = any(_can_be_measured(one) for one in documents)
    if not measured and not waiting:
        return None
    least = _HANDSHAKE[0] + sum(one.line_seconds_min or 0 for one in measured)
    most = _HANDSHAKE[1] + sum(one.line_seconds_max or 0 for one in measured)
    return TimeOnTheLine(
        least=max(1, least // 60),
        most=max(1, -(-most // 60)),
        is_waiting=waiting,
        is_partial=len(measured) < len(documents),
    )


def measure_one(draft: Fax) -> bool:
    """Measure the draft's next document, if any is left. Returns False if it can't be done now."""
    for document in draft.attached:
        if _can_be_measured(document):
            return _measure(document)
    return True


def measure_all(draft: Fax) -> bool:
    """Measure all documents of a draft that are left. Returns False if that is not possible now."""
    return all(_measure(one) for one in draft.attached if _can_be_measured(one))


def sample(pages: int) -> Sequence[int]:
    """Which pages of a document to measure, of the pages 1 to `pages`.

    These are the first page, the last page, and pages in between.
    """
    if pages <= SAMPLE:
        return range(1, pages + 1)
    return [1 + round(step * (pages - 1) / (SAMPLE - 1)) for step in range(SAMPLE)]


def _can_be_measured(document: Document) -> bool:
    return bool(document.pages and document.stored_as and document.line_seconds_max is None)


def _measure(document: Document) -> bool:
    pages = document.pages or 0
    chosen = sample(pages)
    each: list[tuple[int, int]] = []
    try:
        with open_stored(document.stored_as) as file:
            kind = Kind.of(document.content_type)
            each = [preview.measure_page(file, kind, page).seconds for page in chosen]
    except (OSError, Rejected) as error:
        if not _is_final(error):
            return False
        # The document gets a time of 0: it can't be measured, and isn't tried again.
    least, most = (sum(page[side] for page in each) for side in (0, 1))
    # The same bytes take the same time in every fax that shares them.
    Document.objects.filter(stored_as=document.stored_as).update(
        line_seconds_min=least * pages // len(chosen), line_seconds_max=most * pages // len(chosen)
    )
    return True


def _is_final(error: OSError | Rejected) -> bool:
    """Whether measuring would fail again. A full disk or a lack of parsers may be temporary."""
    if isinstance(error, Rejected):
        return error.reason is not RejectionReason.NOT_NOW
    return isinstance(error, FileNotFoundError)
