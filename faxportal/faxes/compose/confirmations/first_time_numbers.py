"""Which numbers this office has never faxed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef

from faxportal.faxes.compose.allowed_recipients import in_address_book
from faxportal.faxes.compose.confirmations.confirmation import Confirmation, FirstTimeNumbers
from faxportal.faxes.compose.confirmations.fax_to_confirm import FaxToConfirm
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.installation.record_gaps import newest_gap
from faxportal.faxes.models import Handover, Recipient
from faxportal.text.phone_numbers import DialAs

#: How many phones one query looks up.
_AT_ONCE = 100


def find_first_time_numbers(
    fax: FaxToConfirm, confirmation: Confirmation
) -> FirstTimeNumbers | None:
    """The first-time numbers of a fax, and which of them the sender still has to enter again.

    The sender confirms a first-time number by entering it a second time. Returns None if the fax
    has no first-time numbers.
    """
    phones = first_time_numbers({number.canonical for number in fax.numbers})
    # A number of the address book is usually chosen, not typed. So the sender need not enter it a
    # second time.
    phones -= in_address_book(phones, of=fax.draft.sender)
    if not phones:
        return None
    numbers = tuple(number for number in fax.numbers if number.canonical in phones)
    parsed = parse_recipients(
        confirmation.numbers_again, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS)
    )
    again = {number.canonical for number in parsed.numbers}
    return FirstTimeNumbers(
        numbers=numbers,
        missing=tuple(number for number in numbers if number.canonical not in again),
        is_tried=bool(confirmation.numbers_again.strip()),
        gap=newest_gap(),
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
    """The first-time numbers among `phones`, by one query with an index look-up for each phone.

    A phone may have a million rows, and a look-up stops at the first row that counts.
    """
    reached = Handover.objects.that_reached().filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
    known = {
        f"known{index}": Exists(Recipient.objects.filter(Exists(reached), canonical=phone))
        for index, phone in enumerate(phones)
    }
    # The query returns a single row, with a column for each look-up. If it returns no row, this
    # office has faxed nobody.
    found = Recipient.objects.order_by("canonical").values(**known).first() or {}
    return {phone for index, phone in enumerate(phones) if not found.get(f"known{index}")}
