"""A list of faxes as a page: *My faxes* and *Review* differ only in whose faxes they list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse, QueryDict

from faxportal.faxes.history import pagination
from faxportal.faxes.history.export import COLUMNS, selected_columns
from faxportal.faxes.history.filters import FaxMatches, find_matches
from faxportal.faxes.history.pagination import ListPage
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.web.faxes.fax_list_rows import fax_list_rows
from faxportal.web.faxes.filter_forms import FaxFilterForm, periods
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.typed_request import Request

#: What an address holds besides filters. `top`: the fax that the page begins with. `above`: the fax
#: that the following page begins with. `seen`: the newest fax when the person opened the first
#: page. `version`: the `_Shown.version` of the rows on the screen. Faxes are named by their UUIDs.
POSITIONS = ("top", "above", "seen", "version")
#: The most new faxes that the page counts. It shows no exact number of more new faxes.
NEWS = 99


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """The part of a list that one request shows."""

    matches: FaxMatches
    page: ListPage
    #: The newest fax when the person opened the first page; None before that.
    seen: Fax | None
    #: How many newer faxes match; counting stops at one more than `NEWS`.
    news: int

    @property
    def is_first(self) -> bool:
        """Whether this is the first page, or was when the person opened it."""
        return self.seen is not None or not self.page.has_newer

    @property
    def version(self) -> str:
        """A hash of all that may change on the screen."""
        faxes = [(fax.pk, fax.state, fax.due_at) for fax in self.page.faxes]
        return hashlib.sha256(repr((faxes, self.news)).encode()).hexdigest()[:16]


def fax_list(
    request: Request, form: FaxFilterForm, faxes: FaxQuerySet, *, is_review: bool
) -> HttpResponse:
    """One page of the faxes that match the filters; 204 for htmx if nothing has changed."""
    shown = _find(request, form, faxes)
    if request.htmx and request.GET.get("version") == shown.version:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    query = _filters_of(request)
    context = {
        "form": form,
        "query": query,
        "chips": [(label, text, _with(query, name)) for name, label, text in form.in_use()],
        "periods": _periods(form, query),
        "columns": _columns(request),
        "is_review": is_review,
        **_list(shown, query, others_may_send=is_review),
    }
    return page_or_fragment(request, "faxes/fax_list.html", context)


def _find(request: Request, form: FaxFilterForm, faxes: FaxQuerySet) -> _Shown:
    matches = find_matches(faxes, form.fax_filter)
    seen = _named(request, faxes, "seen")
    page = _page(request, faxes, matches, seen)
    news = pagination.count_newer(matches, seen, at_most=NEWS + 1) if seen else 0
    return _Shown(matches=matches, page=page, seen=seen, news=news)


def _list(shown: _Shown, query: QueryDict, *, others_may_send: bool) -> dict[str, object]:
    """Context for the list itself."""
    page, is_first = shown.page, shown.is_first
    counts = is_first and not shown.seen
    return {
        "page": page,
        "rows": fax_list_rows(page.rows()),
        "is_first": is_first,
        "count": pagination.count_matches(shown.matches, page) if counts else None,
        "news": shown.news,
        "has_more_news": shown.news > NEWS,
        "polls_every": _polls_every(page, others_may_send=others_may_send and is_first),
        "same_rows": _same_rows(shown, query),
    }


def _same_rows(shown: _Shown, query: QueryDict) -> str:
    """The query string with which the page polls for the rows on the screen; empty for no rows."""
    faxes = shown.page.faxes
    if not faxes:
        return ""
    begin = {"seen": shown.seen or faxes[0]} if shown.is_first else {"top": faxes[0]}
    position = {name: str(fax.uuid) for name, fax in begin.items()}
    return _with(query, version=shown.version, **position)


def _periods(form: FaxFilterForm, query: QueryDict) -> list[tuple[str, str, bool]]:
    """Name and query of each range of days that the page offers, and whether it is in use."""
    others = _with(query, "since", "until")
    start = others if others == "?" else f"{others}&"
    current = form.cleaned_data.get("since"), form.cleaned_data.get("until")
    return [
        (name, f"{start}since={since}&until={until}", current == (since, until))
        for name, since, until in periods()
    ]


def _columns(request: Request) -> list[tuple[str, str, bool]]:
    """Name and label of each column of the export, and whether it is chosen."""
    names = selected_columns(request.GET.getlist("columns"))
    return [(name, str(column.label), name in names) for name, column in COLUMNS.items()]


def _page(request: Request, faxes: FaxQuerySet, matches: FaxMatches, seen: Fax | None) -> ListPage:
    if above := _named(request, faxes, "above"):
        return pagination.page_above(matches, above)
    return pagination.page_from(matches, seen or _named(request, faxes, "top"))


def _named(request: Request, faxes: FaxQuerySet, name: str) -> Fax | None:
    """The fax whose UUID is in the address; None if the list has no such fax.

    `name` is the name of the address's parameter.
    """
    try:
        uuid = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return faxes.filter(uuid=uuid).first()


def _filters_of(request: Request) -> QueryDict:
    """The address without the position in the list, and without fields that were left empty."""
    query = request.GET.copy()
    for name in [name for name in query if name in POSITIONS or not query[name]]:
        del query[name]
    return query


def _with(query: QueryDict, *without: str, **values: str) -> str:
    """The query string of a copy of `query`, with other values and without some names."""
    changed = query.copy()
    for name in without:
        changed.pop(name, None)
    for name, value in values.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


def _polls_every(page: ListPage, *, others_may_send: bool) -> str:
    """How often the page polls for its rows, for htmx; empty if nothing changes by itself."""
    if not all(fax.is_settled for fax in page.faxes):
        return "5s"
    return "30s" if others_may_send and page.faxes else ""
