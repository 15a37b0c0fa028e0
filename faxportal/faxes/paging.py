"""One page of a list of faxes, newest first, that stays put while faxes arrive.

A page is named by the fax that it begins with, not by a number. What no index in the list's order
answers is tested fax by fax, in a window of the nearest ones. When that does not fill the page,
what is looked for is rare there, and an index of its own (of trigrams, of reasons) finds the rest.
So a common word and a rare one are both quick, and no page costs a scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Coalesce

from faxportal.faxes.finding import Found
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.row_parts import RowParts, read_row_parts

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


def page_from(found: Found, top: Fax | None) -> Page:
    """The page that begins with a fax, or with the newest."""
    faxes = _nearest(found, top, PER_PAGE + 1)
    following = faxes[PER_PAGE] if len(faxes) > PER_PAGE else None
    return Page(faxes=faxes[:PER_PAGE], next=following, has_newer=top is not None)


def page_above(found: Found, bottom: Fax) -> Page:
    """The page before the one that begins with a fax."""
    faxes = _nearest(found, bottom, PER_PAGE + 1, upwards=True)
    if len(faxes) <= PER_PAGE:  # what is left is the first page
        return page_from(found, None)
    return Page(faxes=faxes[PER_PAGE - 1 :: -1], next=bottom, has_newer=True)


def count_newer(found: Found, fax: Fax, *, at_most: int) -> int:
    """How many came since a fax."""
    return len(_nearest(found, fax, at_most, upwards=True))


def count(found: Found, first: Page) -> Count:
    """How many there are in all, as far as that is known without a scan."""
    if first.next is None:
        return Count(number=len(first.faxes), is_exact=True)
    if not found.needs_tests or found.is_quickly_counted:
        wanted = found.everything() if found.needs_tests else found.candidates.newest_first()
        counted = wanted[: COUNTED + 1].count()
        return Count(number=min(counted, COUNTED), is_exact=counted <= COUNTED)
    if found.candidates.newest_first()[WINDOW:].exists():
        return Count(number=len(first.faxes), is_exact=False)
    return Count(number=found.tested(found.candidates).count(), is_exact=True)


def _nearest(found: Found, start: Fax | None, limit: int, *, upwards: bool = False) -> list[Fax]:
    """Wanted faxes from one on: it and older ones, or upwards those that are newer."""
    behind, before = FaxQuerySet.down_from, FaxQuerySet.newer_than
    if upwards:
        behind, before = before, behind
    ahead = found.candidates if start is None else behind(found.candidates, start)
    ahead = ahead.only("uuid", "state", "due_at", "submitted_at")
    in_order = ahead.oldest_first() if upwards else ahead.newest_first()
    if not found.needs_tests:
        return list(in_order[:limit])
    edge = next(iter(in_order[WINDOW : WINDOW + 1]), None)
    if edge is None:
        return list(found.tested(in_order)[:limit])
    near = list(found.tested(before(in_order, edge))[:limit])
    if len(near) == limit:
        return near
    far = _by_trigrams_first(found.looked_up(behind(ahead, edge)), upwards=upwards)
    return near + list(far[: limit - len(near)])


def _by_trigrams_first(faxes: FaxQuerySet, *, upwards: bool) -> FaxQuerySet:
    """In order, but by what no index holds: else a database that takes a rare word for a common
    one walks the whole list in search of it."""
    moment = Coalesce("submitted_at", "created_at")  # the first; those found have it
    return faxes.order_by(moment.asc() if upwards else moment.desc(), "id" if upwards else "-id")
