"""The overview: figures with links to their faxes, for people who may read everyone's faxes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Fax, Handover, SendingPause
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.faxes.stats.counts import count_everything
from faxportal.web.templatetags.portal import duration
from tests.support.list_keys import set_submitted_at
from tests.web.conftest import Send, browser_of

FEBRUARY, MARCH = (datetime(2026, month, 10, 12, tzinfo=UTC) for month in (2, 3))


@pytest.fixture
def reader(reviewer: User) -> Client:
    return browser_of(reviewer)


def page_of(browser: Client, query: str = "") -> str:
    return browser.get(f"/overview/{query}").content.decode()


def cells(page: str, table: str) -> list[list[str]]:
    """The words in a table's body, row by row."""
    body = page[page.index(f'id="{table}"') :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


def fail(fax: Fax, reason: str) -> None:
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.FAILED, settled_at=timezone.now())
    Handover.objects.filter(fax=fax).update(state=HandoverState.REFUSED, reason=reason)


def hand_over(fax: Fax, *, after: float) -> None:
    assert fax.due_at
    at = fax.due_at + timedelta(seconds=after)
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.HANDED_OVER, settled_at=at)


def test_nobody_without_the_right_reads_it(browser: Client) -> None:
    assert Client().get("/overview/").status_code == 302
    assert browser.get("/overview/").status_code == 403


def test_it_is_only_read(reader: Client) -> None:
    assert reader.post("/overview/").status_code == 405


def test_before_anything_is_counted_it_says_so(reader: Client, sender: User, sent: Send) -> None:
    sent(sender)
    page = page_of(reader)
    assert "Nothing has been counted yet" in page
    assert "<table" not in page
    assert "Waiting" in page  # waiting faxes are looked up, not counted in advance


def test_an_office_without_faxes_has_none(reader: Client) -> None:
    count_everything(Clock())
    page = page_of(reader)
    assert "No faxes were submitted on these days." in page
    assert "No faxes are in progress or need a decision." in page


def test_each_figure_leads_to_the_faxes_behind_it(
    reader: Client, sender: User, colleague: User, sent: Send
) -> None:
    hand_over(sent(sender, name="a.pdf"), after=4)
    hand_over(sent(sender, name="b.pdf"), after=40)
    fail(sent(colleague, name="c.pdf"), "extension_invalid")
    count_everything(Clock())
    page = page_of(reader, "?days=7")

    assert cells(page, "states-table")[0][1:] == ["2", "1", "3"]
    assert cells(page, "durations-table")[0][1:] == ["3.9 s", "40 s"]  # to within 3 percent
    assert cells(page, "people-table") == [["sender", "2"], ["colleague", "1"]]
    assert cells(page, "extensions-table") == [["0003*210 Front desk", "3"]]
    assert cells(page, "reasons-table") == [
        ["VoipNow doesn&#x27;t let this extension send faxes.", "1"]
    ]
    links = re.findall(r'href="(/review/\?[^"]+)"', page)
    assert len(links) > 6
    for link in links:
        listed = reader.get(link.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert 'class="row-link"' in listed.content.decode(), link


def test_each_reason_leads_to_as_many_faxes_as_it_counts(
    reader: Client, sender: User, sent: Send
) -> None:
    whole, part, other, _waits = (sent(sender, name=f"{number}.pdf") for number in range(4))
    for fax in (whole, part):
        fail(fax, "deadline")
    fail(other, "file_invalid")
    for number, reason in ((2, "deadline"), (3, "file_invalid")):
        part.handovers.create(
            batch=number, state=HandoverState.REFUSED, reason=reason, due_at=timezone.now()
        )
    Fax.objects.filter(pk=part.pk).update(state=FaxState.PARTLY_HANDED_OVER)
    count_everything(Clock())
    page = page_of(reader, "?days=7")
    counted = {words: int(count) for words, count in cells(page, "reasons-table")}
    links = re.findall(r'<a href="(/review/\?reason=[^"]+)">([^<]+)</a>', page)
    assert sorted(counted.values()) == [2, 2]
    assert [words for _link, words in links] == list(counted)
    for link, words in links:
        listed = reader.get(link.replace("&amp;", "&")).content.decode()
        assert listed.count('class="row-link"') == counted[words]
        assert f"Reason for failure: {words}" in listed


def test_a_reason_that_no_list_filters_by_has_no_link(
    reader: Client, sender: User, sent: Send
) -> None:
    fail(sent(sender), "of_another_version")
    count_everything(Clock())
    page = page_of(reader, "?days=7")
    assert cells(page, "reasons-table") == [["Something unexpected happened.", "1"]]
    assert "reason=" not in page


def test_what_waits_is_shown_as_it_is_now(reader: Client, sender: User, sent: Send) -> None:
    count_everything(Clock())
    older, newer = sent(sender, name="a.pdf"), sent(sender, name="b.pdf")
    set_submitted_at(datetime(2026, 1, 2, 12, tzinfo=UTC), older)
    Fax.objects.filter(pk__in=[older.pk, newer.pk]).update(state=FaxState.UNCERTAIN)
    SendingPause.objects.create(paused_at=timezone.now())
    page = page_of(reader)
    now = page[page.index('id="now"') : page.index("</section>")]
    assert 'href="/review/?status=uncertain">2<' in now
    assert "2 Jan 2026, 12:00" in now
    assert f"/faxes/{older.uuid}/" in now
    assert f"/faxes/{newer.uuid}/" not in now
    assert "Sending is paused" in now


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", 30),
        ("?days=7", 7),
        ("?days=never", 30),
        ("?since=2026-03-01&until=2026-03-31", 31),
        ("?since=2026-03-02&until=2026-05-24", 12),  # weeks
        ("?since=2024-01-15&until=2026-02-10", 26),  # months
        ("?since=2026-02-10&until=2026-02-10", 1),
    ],
)
def test_a_long_range_is_shown_in_weeks_or_months(
    query: str, parts: int, reader: Client, sender: User, sent: Send
) -> None:
    for name, at in (("a.pdf", timezone.now()), ("b.pdf", FEBRUARY), ("c.pdf", MARCH)):
        fax = sent(sender, name=name)
        set_submitted_at(at, fax)
    count_everything(Clock())
    assert len(cells(page_of(reader, query), "states-table")) == parts


@pytest.mark.parametrize(
    "query", ["?since=2026-05-02&until=2026-05-01", "?since=1066-10-14", "?since=2000-01-01"]
)
def test_unreadable_days_are_reported(query: str, reader: Client) -> None:
    count_everything(Clock())
    response = reader.get(f"/overview/{query}")
    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()


def test_a_reader_in_another_time_zone_reads_that_lists_may_differ(
    reader: Client, reviewer: User, settings: Settings
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    count_everything(Clock())
    assert "their numbers may differ slightly" not in page_of(reader)
    reviewer.time_zone = "Asia/Tokyo"
    reviewer.save()
    assert "Asia/Tokyo" in page_of(reader)


def test_the_number_of_queries_does_not_grow(reader: Client, sender: User, sent: Send) -> None:
    def queries() -> int:
        count_everything(Clock())
        with CaptureQueriesContext(connection) as asked:
            page_of(reader, "?days=365")
        return len(asked)

    fail(sent(sender), "deadline")
    sent(sender, name="waits.pdf")
    few = queries()
    for number, state in enumerate(FaxState):
        fax = sent(sender, name=f"{number}.pdf", recipients=f"+1 650 253 00{number:02}")
        if state != FaxState.DRAFT:
            at = datetime(2026, 1, 1 + number, tzinfo=UTC)
            set_submitted_at(at, fax)
            Fax.objects.filter(pk=fax.pk).update(state=state)
    assert queries() == few


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.1, "0.1 s"), (9.8, "9.8 s"), (59.4, "59 s"), (90, "1.5 min"), (86_400, "24 h")],
)
def test_a_duration_is_shown_in_the_longest_unit_that_it_fills(
    seconds: float | None, words: str
) -> None:
    assert duration(seconds) == words
