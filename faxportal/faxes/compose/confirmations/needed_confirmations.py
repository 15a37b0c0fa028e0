"""Finding what the sender has to confirm before a fax goes out."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from faxportal.faxes.compose.confirmations.confirmation import (
    Concern,
    Confirmation,
    ConfirmationRequest,
    DraftBeforeRestore,
)
from faxportal.faxes.compose.confirmations.duplicates import find_duplicates
from faxportal.faxes.compose.confirmations.fax_to_confirm import FaxToConfirm
from faxportal.faxes.compose.confirmations.first_time_numbers import find_first_time_numbers
from faxportal.faxes.compose.confirmations.large_fax import find_large_fax
from faxportal.faxes.compose.content_hash import content_hash
from faxportal.faxes.installation.record_gaps import newest_gap


def needed_confirmations(
    fax: FaxToConfirm, confirmation: Confirmation, *, fingerprint: str
) -> ConfirmationRequest:
    """The request to confirm all concerns about a fax.

    `confirmation` has the first-time numbers that the sender has entered a second time.
    `ConfirmationRequest.is_met_by` decides whether a confirmation confirms all concerns.
    """
    return ConfirmationRequest(
        concerns=tuple(_concerns(fax, confirmation)),
        recipients=len(fax.numbers),
        fingerprint=fingerprint,
    )


def _concerns(fax: FaxToConfirm, confirmation: Confirmation) -> Iterator[Concern]:
    if gap := newest_gap(ended_after=fax.draft.created_at):
        yield DraftBeforeRestore(gap=gap)
    if settings.ALREADY_SENT_DAYS and (
        duplicates := find_duplicates(
            fax.draft,
            numbers=fax.numbers,
            content=content_hash(fax.hashes),
            at=fax.at,
        )
    ):
        yield duplicates
    asks_twice = settings.NEW_NUMBERS == "twice"
    if asks_twice and (unknown := find_first_time_numbers(fax, confirmation)):
        yield unknown
    if large := find_large_fax(fax):
        yield large
