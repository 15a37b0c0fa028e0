"""Which numbers this office has faxed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef

from faxportal.faxes.models import Handover, Recipient

#: Phones in one query.
_AT_ONCE = 100


def new_numbers(phones: Collection[str]) -> set[str]:
    """Those phones (canonical numbers) to which nobody here ever handed a fax, as records go.

    A fax that failed or is in doubt makes no number known: it proves nothing.
    """
    listed = sorted(set(phones))
    new: set[str] = set()
    for first in range(0, len(listed), _AT_ONCE):
        new |= _new(listed[first : first + _AT_ONCE])
    return new


def _new(phones: Sequence[str]) -> set[str]:
    """One look into the index for each phone, all in one query: some were faxed a million times."""
    reached = Handover.objects.that_reached().filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
    known = {
        f"known{index}": Exists(Recipient.objects.filter(Exists(reached), canonical=phone))
        for index, phone in enumerate(phones)
    }
    # Asked beside a row of whatever fax; without any, nobody was faxed at all.
    answers = Recipient.objects.order_by("canonical").values(**known).first() or {}
    return {phone for index, phone in enumerate(phones) if not answers.get(f"known{index}")}
