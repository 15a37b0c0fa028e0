"""One page of a list of faxes, newest first, that stays put while faxes arrive.

A page is named by the fax that it begins with, not by a number. What no index in the list's order
answers is tested fax by fax, in a window of the nearest ones. When that does not fill the page,
what is looked for is rare there, and an index of its own (of trigrams, of reasons) finds the next
ones. So a common word and a rare one are both quick, and so is one that only old faxes have; no
page costs a scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from faxportal.faxes.history.filters import FaxMatches
from faxportal.faxes.history.list_rows import RowParts, read_row_parts
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet

PER_PAGE = 25
#: Faxes that are tested one by one before an index of trigrams is asked.
WINDOW = 2000
#: Up to here faxes are counted.
COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many there are, or more than how many."""

    number: int
    is_exact: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """Faxes in their order, with what may change of them; `rows` reads the rest."""

    faxes: Sequence[Fax]
    #: The fax that the next page begins with, if there are older ones.
    next: Fax | None
    #: Whether there may be newer ones.
    has_newer: bool

    def rows(self) -> Sequence[RowParts]:
        """What their rows show."""
        return read_row_parts(Fax.objects.filter(pk__in=[fax.pk for fax in self.faxes]))


def page_from(found: FaxMatches, top: Fax | None) -> Page:
    """The page that begins with a fax, or with the newest."""
    faxes = _nearest(found, top, PER_PAGE + 1)
    following = faxes[PER_PAGE] if len(faxes) > PER_PAGE else None
    return Page(faxes=faxes[:PER_PAGE], next=following, has_newer=top is not None)


def page_above(found: FaxMatches, bottom: Fax) -> Page:
    """The page before the one that begins with a fax."""
    faxes = _nearest(found, bottom, PER_PAGE + 1, upwards=True)
    if len(faxes) <= PER_PAGE:  # what is left is the first page
        return page_from(found, None)
    return Page(faxes=faxes[PER_PAGE - 1 :: -1], next=bottom, has_newer=True)


def count_newer(found: FaxMatches, fax: Fax, *, at_most: int) -> int:
    """How many came since a fax."""
    return len(_nearest(found, fax, at_most, upwards=True))


def count(found: FaxMatches, first: Page) -> Count:
    """How many there are in all, as far as that is known without a scan."""
    if first.next is None:
        return Count(number=len(first.faxes), is_exact=True)
    if found.countable is not None:
        counted = found.countable[: COUNTED + 1].count()
        return Count(number=min(counted, COUNTED), is_exact=counted <= COUNTED)
    if found.candidates.newest_first()[WINDOW:].exists():
        return Count(number=len(first.faxes), is_exact=False)
    return Count(number=found.tested(found.candidates).count(), is_exact=True)


def _nearest(
    found: FaxMatches, start: Fax | None, limit: int, *, upwards: bool = False
) -> list[Fax]:
    """FaxFilter faxes from one on: it and older ones, or upwards those that are newer."""
    faxes = [
        fax for part in found.parts for fax in _of_part(found, part, start, limit, upwards=upwards)
    ]
    return sorted(faxes, key=_place, reverse=not upwards)[:limit]


def _of_part(
    found: FaxMatches, part: FaxQuerySet, start: Fax | None, limit: int, *, upwards: bool
) -> list[Fax]:
    """Those of a part of the candidates."""
    behind, before = FaxQuerySet.down_from, FaxQuerySet.newer_than
    if upwards:
        behind, before = before, behind
    ahead = part if start is None else behind(part, _place(start))
    ahead = ahead.only("uuid", "state", "due_at", "submitted_at", "list_key")
    oldest_first, newest_first = ahead.oldest_first(), ahead.newest_first()
    in_order = oldest_first if upwards else newest_first
    if not found.needs_tests:
        return list(in_order[:limit])
    edge = next(iter(in_order[WINDOW : WINDOW + 1]), None)
    if edge is None:
        return list(found.tested(in_order)[:limit])
    near = list(found.tested(before(in_order, _place(edge)))[:limit])
    if len(near) == limit:
        return near
    limit -= len(near)
    last = (newest_first if upwards else oldest_first).first() or edge
    far = found.looked_up(
        behind(ahead, _place(edge)), start=_place(edge), end=_place(last), limit=limit
    )
    # By a sum, which no index holds: else a database that takes a few senders for many walks the
    # whole list in search of theirs.
    list_key = F("list_key") + 0
    return near + list(far.order_by(list_key.asc() if upwards else list_key.desc())[:limit])


def _place(fax: Fax) -> int:
    assert fax.list_key is not None  # only what was submitted is in a list
    return fax.list_key
