"""Which numbers this office never faxed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef

from faxportal.faxes.models import Handover, Recipient

#: Phones in one query.
_AT_ONCE = 100


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
