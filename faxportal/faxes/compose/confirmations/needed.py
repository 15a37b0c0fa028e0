"""Finding what is to be asked about a fax before it goes out, and what is only pointed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from faxportal.faxes.compose.allowed_recipients import in_address_book
from faxportal.faxes.compose.client_files import DeclaredFile
from faxportal.faxes.compose.confirmations.confirmation import (
    Answer,
    Asked,
    NewNumbers,
    Question,
    Summary,
)
from faxportal.faxes.compose.confirmations.duplicates import already_sent
from faxportal.faxes.compose.confirmations.first_time_numbers import new_numbers
from faxportal.faxes.compose.content_hash import content_of
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.models import Document, Fax
from faxportal.text.phone_numbers import DialAs, Number


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A fax that would go out now."""

    draft: Fax
    numbers: Sequence[Number] = field(repr=False)
    documents: Sequence[Document]
    #: What stays in the sender's browser, and is none of the documents yet.
    declared: Sequence[DeclaredFile]
    at: datetime
    #: Of its cover page, which is drawn and none of the documents yet.
    cover_pages: int = 0

    @property
    def hashes(self) -> set[str]:
        """SHA-256 of all its documents."""
        stored = {document.sha256 for document in self.documents}
        return stored | {file.sha256 for file in self.declared}


def what_to_ask(outgoing: Outgoing, answer: Answer, *, fingerprint: str) -> Asked:
    """All that is to be asked about a fax, once its sender has given this answer."""
    return Asked(
        questions=tuple(_questions(outgoing, answer)),
        recipients=len(outgoing.numbers),
        fingerprint=fingerprint,
    )


def _questions(outgoing: Outgoing, answer: Answer) -> Iterator[Question]:
    if settings.ALREADY_SENT_DAYS and (
        sent := already_sent(
            outgoing.draft,
            numbers=outgoing.numbers,
            content=content_of(outgoing.hashes),
            at=outgoing.at,
        )
    ):
        yield sent
    if settings.NEW_NUMBERS == "twice" and (new := _to_be_entered_twice(outgoing, answer)):
        yield new
    if summary := _summary(outgoing):
        yield summary


def _to_be_entered_twice(outgoing: Outgoing, answer: Answer) -> NewNumbers | None:
    phones = new_numbers({number.canonical for number in outgoing.numbers})
    phones -= in_address_book(phones, of=outgoing.draft.sender)  # chosen, not typed
    if not phones:
        return None
    new = tuple(number for number in outgoing.numbers if number.canonical in phones)
    read = parse_recipients(
        answer.typed_again, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS)
    )
    again = {number.canonical for number in read.numbers}
    return NewNumbers(
        numbers=new,
        missing=tuple(number for number in new if number.canonical not in again),
        is_tried=bool(answer.typed_again.strip()),
    )


def _summary(outgoing: Outgoing) -> Summary | None:
    counts = [document.pages for document in outgoing.documents]
    summary = Summary(
        recipients=len(outgoing.numbers),
        documents=len(outgoing.hashes) + bool(outgoing.cover_pages),
        pages=sum(count or 0 for count in counts) + outgoing.cover_pages,
        has_more_pages=bool(outgoing.declared) or None in counts,
    )
    is_large = _is_over(summary.recipients, settings.SUMMARY_RECIPIENTS)
    return summary if is_large or _is_over(summary.pages, settings.SUMMARY_PAGES) else None


def _is_over(count: int, most: int) -> bool:
    """Whether there are more than the operator lets pass unasked; 0 lets all pass."""
    return 0 < most < count
