"""Which numbers this office never faxed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef

from faxportal.faxes.compose.allowed_recipients import in_address_book
from faxportal.faxes.compose.confirmations.confirmation import Confirmation, FirstTimeNumbers
from faxportal.faxes.compose.confirmations.outgoing_fax import OutgoingFax
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.models import Handover, Recipient
from faxportal.text.phone_numbers import DialAs

#: Phones in one query.
_AT_ONCE = 100


def find_first_time_numbers(
    outgoing: OutgoingFax, confirmation: Confirmation
) -> FirstTimeNumbers | None:
    """The first-time numbers of a fax, of which some may be entered a second time; None: none."""
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


def first_time_numbers(phones: Collection[str]) -> set[str]:
    """The canonical numbers among `phones` to which this office has never handed over a fax.

    A failed or uncertain fax proves nothing about its numbers, so it doesn't count.
    """
    listed = sorted(set(phones))
    new: set[str] = set()
    for first in range(0, len(listed), _AT_ONCE):
        new |= _new(listed[first : first + _AT_ONCE])
    return new


def _new(phones: Sequence[str]) -> set[str]:
    """The first-time numbers, by one query with an index look-up for each phone.

    A phone may have a million rows.
    """
    reached = Handover.objects.that_reached().filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
    known = {
        f"known{index}": Exists(Recipient.objects.filter(Exists(reached), canonical=phone))
        for index, phone in enumerate(phones)
    }
    # Each look-up is a column of the same single row. Without a row this office has faxed nobody.
    found = Recipient.objects.order_by("canonical").values(**known).first() or {}
    return {phone for index, phone in enumerate(phones) if not found.get(f"known{index}")}
