"""Pages of a list: each match is on one page, and a page keeps its rows while faxes arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from faxportal.faxes.history import pagination
from faxportal.faxes.history.filters import FaxFilter, find_matches
from faxportal.faxes.models import Fax
from tests.faxes.history.conftest import Send
from tests.support.list_keys import set_submitted_at


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two faxes and windows of three, so that nine faxes need several of each."""
    monkeypatch.setattr(pagination, "PAGE_SIZE", 2)
    monkeypatch.setattr(pagination, "WINDOW", 3)
    monkeypatch.setattr(pagination, "MAX_COUNTED", 4)


@pytest.fixture
def nine(send: Send) -> list[Fax]:
    """Nine faxes, newest first. Their ids have another order. Three were submitted at one time."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for number in range(9):
        word = "even" if number % 2 == 0 else "rare" if number == 5 else "odd"
        at = noon + timedelta(minutes=max(0, number - 2) * (1 if number % 3 else 2))
        set_submitted_at(at, send(subject=word))
    return list(Fax.objects.newest_first())


@pytest.mark.parametrize("search", ["", "even", "rare", "odd", "nothing"])
@pytest.mark.usefixtures("small_pages")
def test_pages_in_either_direction_show_each_fax_once(search: str, nine: list[Fax]) -> None:
    expected = [fax for fax in nine if search in fax.subject]
    matches = find_matches(Fax.objects.submitted(), FaxFilter(search=search))
    page = pagination.page_from(matches, None)
    down = [page]
    while page.next:
        down.append(page := pagination.page_from(matches, page.next))
    assert [fax for page in down for fax in page.faxes] == expected
    for below, above in zip(down[:0:-1], down[-2::-1], strict=True):
        assert pagination.page_above(matches, below.faxes[0]).faxes == above.faxes


@pytest.mark.usefixtures("small_pages")
def test_a_page_does_not_move_while_faxes_arrive(nine: list[Fax], send: Send) -> None:
    matches = find_matches(Fax.objects.submitted(), FaxFilter())
    second = pagination.page_from(matches, pagination.page_from(matches, None).next)
    newest = nine[0]
    for _ in range(3):
        send()
    assert pagination.page_from(matches, second.faxes[0]).faxes == second.faxes
    assert pagination.count_newer(matches, newest, at_most=10) == 3
    assert pagination.count_newer(matches, newest, at_most=2) == 2


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("rare", [False, True])
def test_faxes_that_failed_for_a_reason_are_paged_and_counted(rare: bool, nine: list[Fax]) -> None:
    failed = nine[3::5] if rare else nine[::2]
    for fax in failed:
        Fax.objects.filter(pk=fax.pk).update(state="failed")
        fax.handovers.update(state="refused", reason="deadline")
    matches = find_matches(Fax.objects.submitted(), FaxFilter(reason="deadline"))
    first = page = pagination.page_from(matches, None)
    shown = [*page.faxes]
    while page.next:
        page = pagination.page_from(matches, page.next)
        shown += page.faxes
    assert shown == failed
    counted = pagination.count_matches(matches, first)
    assert (counted.number, counted.is_exact) == ((2, True) if rare else (4, False))


@pytest.mark.parametrize(
    ("search", "number", "is_exact"),
    [("", 4, False), ("nothing", 0, True), ("rare", 1, True), ("even", 2, False)],
)
@pytest.mark.usefixtures("small_pages", "nine")
def test_matches_are_counted_where_that_needs_no_scan(
    search: str, number: int, is_exact: bool
) -> None:
    matches = find_matches(Fax.objects.submitted(), FaxFilter(search=search))
    counted = pagination.count_matches(matches, pagination.page_from(matches, None))
    assert (counted.number, counted.is_exact) == (number, is_exact)
