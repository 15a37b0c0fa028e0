"""One page of a list of faxes, newest first. The page stays the same while new faxes arrive.

A page is named by the fax that it begins with, not by a number.

A page is read in one of three ways, so that no page needs a scan of all faxes:

1. If an index in the order of the list answers all filters, that index is read.
2. Otherwise the next `WINDOW` faxes are tested one by one. For a common word, enough of these faxes
   match to fill the page.
3. If too few of these faxes match, matches are rare. Then an index of trigrams or of reasons finds
   the next matches, even if they are far down the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from faxportal.faxes.history.filters import FaxMatches
from faxportal.faxes.history.list_query import FaxRow, read_rows
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet

PAGE_SIZE = 25
#: Faxes that are tested one by one before another index is asked.
WINDOW = 2000
#: Matches are counted up to this number.
MAX_COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class MatchCount:
    """How many faxes match: exactly `number`, or more than `number` if `is_exact` is false."""

    number: int
    is_exact: bool


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """The faxes of one page, newest first.

    Each fax has only the fields that tell whether the fax has changed. `rows` reads all that the
    list shows.
    """

    faxes: Sequence[Fax]
    #: The fax that the next page begins with; None on the last page.
    next: Fax | None
    #: Whether there may be newer faxes than these.
    has_newer: bool

    def rows(self) -> Sequence[FaxRow]:
        """What the list shows of these faxes; one query."""
        return read_rows(Fax.objects.filter(pk__in=[fax.pk for fax in self.faxes]))


def page_from(matches: FaxMatches, top: Fax | None) -> ListPage:
    """The page that begins with the fax `top`, or with the newest match if `top` is None."""
    faxes = _nearest(matches, top, PAGE_SIZE + 1)
    following = faxes[PAGE_SIZE] if len(faxes) > PAGE_SIZE else None
    return ListPage(faxes=faxes[:PAGE_SIZE], next=following, has_newer=top is not None)


def page_above(matches: FaxMatches, bottom: Fax) -> ListPage:
    """The page before the fax `bottom`: the nearest `PAGE_SIZE` matches that are newer than it."""
    faxes = _nearest(matches, bottom, PAGE_SIZE + 1, newer=True)
    if len(faxes) <= PAGE_SIZE:  # the newer faxes fit on the first page
        return page_from(matches, None)
    return ListPage(faxes=faxes[PAGE_SIZE - 1 :: -1], next=bottom, has_newer=True)


def count_newer(matches: FaxMatches, fax: Fax, *, at_most: int) -> int:
    """How many matches are newer than a fax; counting stops at `at_most`."""
    return len(_nearest(matches, fax, at_most, newer=True))


def count_matches(matches: FaxMatches, first_page: ListPage) -> MatchCount:
    """How many faxes match in all. The count is exact if that needs no scan of all faxes."""
    if first_page.next is None:
        return MatchCount(number=len(first_page.faxes), is_exact=True)
    if matches.countable is not None:
        counted = matches.countable[: MAX_COUNTED + 1].count()
        return MatchCount(number=min(counted, MAX_COUNTED), is_exact=counted <= MAX_COUNTED)
    if matches.candidates.newest_first()[WINDOW:].exists():
        return MatchCount(number=len(first_page.faxes), is_exact=False)
    return MatchCount(number=matches.among(matches.candidates).count(), is_exact=True)


def _nearest(
    matches: FaxMatches, start: Fax | None, limit: int, *, newer: bool = False
) -> list[Fax]:
    """The `limit` matches that are nearest to the fax `start`.

    These are `start` itself and older faxes, newest first. With `newer`, these are only faxes that
    are newer than `start`, oldest first. If `start` is None, the list begins with the newest match.
    """
    faxes = [
        fax
        for candidates in matches.ordered_candidates
        for fax in _nearest_of(matches, candidates, start, limit, newer=newer)
    ]
    return sorted(faxes, key=_list_key, reverse=not newer)[:limit]


def _nearest_of(
    matches: FaxMatches, candidates: FaxQuerySet, start: Fax | None, limit: int, *, newer: bool
) -> list[Fax]:
    """What `_nearest` returns, if only faxes among `candidates` count."""
    from_here, up_to_here = FaxQuerySet.not_newer_than, FaxQuerySet.newer_than
    if newer:
        from_here, up_to_here = up_to_here, from_here
    ahead = candidates if start is None else from_here(candidates, _list_key(start))
    ahead = ahead.only("uuid", "state", "due_at", "submitted_at", "list_key")
    oldest_first, newest_first = ahead.oldest_first(), ahead.newest_first()
    in_order = oldest_first if newer else newest_first
    if matches.are_all_candidates:
        return list(in_order[:limit])
    edge = next(iter(in_order[WINDOW : WINDOW + 1]), None)
    if edge is None:
        return list(matches.among(in_order)[:limit])
    near = list(matches.among(up_to_here(in_order, _list_key(edge)))[:limit])
    if len(near) == limit:
        return near
    limit -= len(near)
    last = (newest_first if newer else oldest_first).first() or edge
    far = matches.by_index(
        from_here(ahead, _list_key(edge)), start=_list_key(edge), end=_list_key(last), limit=limit
    )
    # The faxes are sorted by a sum, which no index holds. Otherwise a database that expects many
    # matches reads the whole list in order until it has found enough matches.
    list_key = F("list_key") + 0
    return near + list(far.order_by(list_key.asc() if newer else list_key.desc())[:limit])


def _list_key(fax: Fax) -> int:
    assert fax.list_key is not None  # lists hold submitted faxes, which have a list key
    return fax.list_key
