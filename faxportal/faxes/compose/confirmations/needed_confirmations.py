"""Finding what the sender has to confirm before a fax goes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from faxportal.faxes.compose.allowed_recipients import in_address_book
from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.compose.confirmations.confirmation import (
    Concern,
    Confirmation,
    ConfirmationRequest,
    FirstTimeNumbers,
    ManyRecipients,
)
from faxportal.faxes.compose.confirmations.duplicates import find_duplicates
from faxportal.faxes.compose.confirmations.first_time_numbers import first_time_numbers
from faxportal.faxes.compose.content_hash import content_hash
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.models import Document, Fax
from faxportal.text.phone_numbers import DialAs, Number


@dataclass(frozen=True, kw_only=True)
class OutgoingFax:
    """The fax that a draft would become now."""

    draft: Fax
    numbers: Sequence[Number] = field(repr=False)
    #: The documents of the draft, without cover page and client files.
    documents: Sequence[Document]
    #: Files that stay in the sender's browser: they become documents when the fax is sent.
    client_files: Sequence[ClientFile]
    at: datetime
    #: Pages of the cover page, which becomes a document when the fax is sent; 0 without one.
    cover_pages: int = 0

    @property
    def hashes(self) -> set[str]:
        """SHA-256, in hex, of each document and client file, without the cover page."""
        stored = {document.sha256 for document in self.documents}
        return stored | {file.sha256 for file in self.client_files}


def needed_confirmations(
    outgoing: OutgoingFax, confirmation: Confirmation, *, fingerprint: str
) -> ConfirmationRequest:
    """The request to confirm all concerns about a fax; `is_met_by` says if the sender already has.

    `confirmation` tells which first-time numbers the sender has not entered a second time.
    """
    return ConfirmationRequest(
        concerns=tuple(_concerns(outgoing, confirmation)),
        recipients=len(outgoing.numbers),
        fingerprint=fingerprint,
    )


def _concerns(outgoing: OutgoingFax, confirmation: Confirmation) -> Iterator[Concern]:
    if settings.ALREADY_SENT_DAYS and (
        duplicates := find_duplicates(
            outgoing.draft,
            numbers=outgoing.numbers,
            content=content_hash(outgoing.hashes),
            at=outgoing.at,
        )
    ):
        yield duplicates
    if settings.NEW_NUMBERS == "twice" and (unknown := _first_time(outgoing, confirmation)):
        yield unknown
    if large := _many_recipients(outgoing):
        yield large


def _first_time(outgoing: OutgoingFax, confirmation: Confirmation) -> FirstTimeNumbers | None:
    phones = first_time_numbers({number.canonical for number in outgoing.numbers})
    # A number in the address book needs no second typing: it was chosen, not typed.
    phones -= in_address_book(phones, of=outgoing.draft.sender)
    if not phones:
        return None
    numbers = tuple(number for number in outgoing.numbers if number.canonical in phones)
    parsed = parse_recipients(
        confirmation.numbers_again, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS)
    )
    again = {number.canonical for number in parsed.numbers}
    return FirstTimeNumbers(
        numbers=numbers,
        missing=tuple(number for number in numbers if number.canonical not in again),
        is_tried=bool(confirmation.numbers_again.strip()),
    )


def _many_recipients(outgoing: OutgoingFax) -> ManyRecipients | None:
    counts = [document.pages for document in outgoing.documents]
    large = ManyRecipients(
        recipients=len(outgoing.numbers),
        documents=len(outgoing.hashes) + bool(outgoing.cover_pages),
        pages=sum(count or 0 for count in counts) + outgoing.cover_pages,
        has_more_pages=bool(outgoing.client_files) or None in counts,
    )
    if _is_over(large.recipients, settings.SUMMARY_RECIPIENTS):
        return large
    return large if _is_over(large.pages, settings.SUMMARY_PAGES) else None


def _is_over(count: int, limit: int) -> bool:
    """Whether a count is over a limit that the operator set; 0 is no limit."""
    return 0 < limit < count
