"""My faxes and Review: one list, its filters, its pages, and how it keeps up with what happens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.history import pagination
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from tests.support.list_keys import set_submitted_at
from tests.web.conftest import HTMX, Send, browser_of, form, pdf


def text(client: Client, address: str, **query: str) -> str:
    return client.get(address, query).content.decode()


def subjects(page: str) -> list[str]:
    return re.findall(r"<small>(\w+)</small>\s*</th>", page)


def rows(page: str) -> str:
    return page[page.index("<tbody>") : page.index("</tbody>")]


def link(page: str, name: str) -> str:
    """The address behind a link of this id or text."""
    found = re.search(rf'<a[^>]*id="{name}"[^>]*href="([^"]*)"', page)
    found = found or re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{name}<', page)
    assert found, name
    return unescape(found[1])


def asked_again(page: str) -> str:
    """The address that the rows ask for by themselves."""
    found = re.search(r'id="fax-rows"\s+hx-get="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_an_empty_list_says_what_to_do_next(browser: Client) -> None:
    page = text(browser, "/faxes/")
    assert "You haven&#x27;t sent a fax yet" in page
    assert "Send your first fax" in page


def test_i_find_my_faxes_and_nobody_elses(
    browser: Client, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="Mine")
    sent(colleague, subject="Theirs")
    page = text(browser, "/faxes/")
    assert "Mine" in page
    assert "Theirs" not in page


def test_a_row_names_the_first_and_says_how_many_more_there_are(
    browser: Client, sender: User, sent: Send
) -> None:
    one = sent(sender, subject="One", name="one.pdf")
    assert "more<" not in rows(text(browser, "/faxes/"))
    many = sent(sender, recipients="0003*212, 0003*211, 0003*210", name="annex.pdf")
    first = many.documents.get()
    second = Document(fax=many, position=2, name="second.pdf", size=1, sha256="2" * 64)
    second.save()
    shown = rows(text(browser, "/faxes/"))
    assert shown.index(str(many.uuid)) < shown.index(str(one.uuid))
    assert '<span class="number">0003*212</span> and 2 more</a>' in shown
    assert f"{first.name}<small>and 1 more</small>" in shown
    assert "second.pdf" not in shown


@pytest.mark.parametrize("wanted", ["Contr", "650 253", "+1650253", "annex.pdf", "Lee", "contract"])
def test_search_finds_words_numbers_and_file_names(
    wanted: str, browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract", note="Ask Lee", name="annex.pdf")
    sent(sender, subject="Other", recipients="0003*211", name="letter.pdf")
    page = text(browser, "/faxes/", search=wanted)
    assert "Contract" in page
    assert "Other" not in page


def test_filters_combine(browser: Client, sender: User, sent: Send) -> None:
    failed = sent(sender, subject="Contract A")
    sent(sender, subject="Contract B")
    Fax.objects.filter(pk=failed.pk).update(state=FaxState.FAILED)
    page = text(browser, "/faxes/", search="contract", status="failed")
    assert "Contract A" in page
    assert "Contract B" not in page


@pytest.mark.parametrize("address", ["/faxes/", "/review/"])
def test_failed_faxes_are_found_by_the_reason(
    address: str, sender: User, admin: User, sent: Send
) -> None:
    browser = browser_of(admin if address == "/review/" else sender)
    for subject, reason in (("Late", "deadline"), ("Refused", "file_invalid")):
        fax = sent(sender, subject=subject)
        Fax.objects.filter(pk=fax.pk).update(state=FaxState.FAILED)
        fax.handovers.update(state="refused", reason=reason)
    page = text(browser, address, reason="deadline", status="failed")
    assert subjects(page) == ["Late"]
    assert "Reason for failure: It could not be handed over before the deadline" in page
    assert re.search(r'<option value="deadline" selected>It could not be handed over', page)
    assert subjects(text(browser, address, reason="odd")) == ["Refused", "Late"]


def test_days_are_the_offices(
    browser: Client, sender: User, sent: Send, settings: Settings
) -> None:
    settings.TIME_ZONE = "America/New_York"
    fax = sent(sender, subject="Late")
    # 23:30 on the 1st in New York is the 2nd in Greenwich.
    at = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    set_submitted_at(at, fax)
    assert "Late" in text(browser, "/faxes/", since="2026-03-01", until="2026-03-01")
    assert "Late" not in text(browser, "/faxes/", since="2026-03-02")
    assert "1 Mar 2026, 23:30" in text(browser, "/faxes/")


def test_a_filter_that_cant_be_read_is_told_and_left_out(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract")
    page = text(browser, "/faxes/", since="yesterday", status="odd")
    assert "Enter a valid date." in page
    assert "Contract" in page


def test_no_match_says_so_and_offers_the_way_out(browser: Client, sender: User, sent: Send) -> None:
    sent(sender)
    page = text(browser, "/faxes/", search="nothing like it")
    assert "No faxes match these filters" in page
    assert "Clear all filters" in page


def test_pages_keep_the_filters(browser: Client, sender: User, sent: Send) -> None:
    oldest, *_ = [sent(sender, subject="Contract") for _ in range(26)]
    page = text(browser, "/faxes/", search="contract", status="")
    assert f"/faxes/?search=contract&amp;top={oldest.uuid}" in page
    assert text(browser, "/faxes/", search="contract", top=str(oldest.uuid)).count("row-link") == 1


def test_htmx_gets_the_list_alone(browser: Client, sender: User, sent: Send) -> None:
    sent(sender, subject="Contract")
    page = browser.get("/faxes/", headers=HTMX).content.decode()
    assert "Contract" in page
    assert "<html" not in page


def test_review_shows_everyones_with_their_sender(
    admin: User, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="One")
    sent(colleague, subject="Two")
    browser_of(sender).post("/", form(recipients="", subject="Draft", documents=[pdf()]))
    page = text(browser_of(admin), "/review/")
    assert "One" in page
    assert "Two" in page
    assert "Draft" not in page.replace("Drafts are", "")


@pytest.mark.parametrize("query", [{"sender": "coll"}, {"extension": "0003*2", "search": "two"}])
def test_review_filters_by_sender_and_extension(
    query: dict[str, str], admin: User, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="One")
    sent(colleague, subject="Two")
    page = text(browser_of(admin), "/review/", **query)
    assert "Two" in page
    assert "One" not in page


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("search", "ab", "Enter a word of at least three letters."),
        ("search", "a b c", "Enter a word of at least three letters."),
        ("search", "12", "Enter a word of at least three letters."),
        ("subject", "%", "Enter a word of at least three letters."),
        ("file", "x", "Enter a word of at least three letters."),
        ("recipient", "+1-2", "Enter at least three digits of the number."),
    ],
)
def test_what_is_too_short_to_look_for_is_told_at_its_field(
    name: str, value: str, sentence: str, browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract")
    page = text(browser, "/faxes/", **{name: value})
    assert page.count(sentence) == 1
    assert f'id="id_{name}_error"' in page
    assert "Contract" in page
    assert "Take away" not in page


def test_the_rarer_filters_are_shown_when_one_is_used(browser: Client) -> None:
    closed, opened = '<details class="filters-more" >', '<details class="filters-more" open>'
    assert closed in text(browser, "/faxes/", search="contract")
    assert opened in text(browser, "/faxes/", search="contract", recipient="650")


def test_each_filter_in_use_is_named_and_taken_away_alone(browser: Client) -> None:
    page = text(
        browser,
        "/faxes/",
        search="con",
        status="failed",
        carrier="browser",
        since="2026-03-01",
        until="",
        top="x",
    )
    for words, others in (
        ("Search: con", "?status=failed&carrier=browser&since=2026-03-01"),
        ("Status: Failed", "?search=con&carrier=browser&since=2026-03-01"),
        ("From: 1 Mar 2026", "?search=con&status=failed&carrier=browser"),
        (
            "Uploaded by: The sender&#x27;s browser",
            "?search=con&status=failed&since=2026-03-01",
        ),
    ):
        chip = re.search(rf'href="([^"]*)">[^/]*</span>{words}<', page)
        assert chip
        assert unescape(chip[1]) == f"/faxes/{others}"
    assert link(page, "clear") == "/faxes/"


def test_dates_that_people_ask_for_are_links(browser: Client, sender: User, sent: Send) -> None:
    sent(sender, subject="Now")
    last_month = sent(sender, subject="Before")
    begin = timezone.localdate().replace(day=1)
    at = timezone.now().replace(day=1) - timedelta(days=3)
    set_submitted_at(at, last_month)
    page = text(browser, "/faxes/", search="contract.pdf", top="x")
    assert subjects(text(browser, link(page, "Last month"))) == ["Before"]
    assert link(page, "Today").startswith("/faxes/?search=contract.pdf&since=")
    assert link(text(browser, "/faxes/"), "Today").startswith("/faxes/?since=")
    this_month = text(browser, link(page, "This month"))
    assert subjects(this_month) == ["Now"]
    assert f'value="{begin:%Y-%m-%d}"' in this_month
    assert 'value="contract.pdf"' in this_month
    assert re.search(r'aria-current="true">This month<', this_month)


@pytest.fixture
def three(sender: User, sent: Send, monkeypatch: pytest.MonkeyPatch) -> list[Fax]:
    """Three faxes of the sender, oldest first, on pages of one."""
    monkeypatch.setattr(pagination, "PAGE_SIZE", 1)
    return [sent(sender, subject=name) for name in ("One", "Two", "Three")]


@pytest.mark.usefixtures("three")
def test_links_lead_from_page_to_page_and_back(browser: Client) -> None:
    page = text(browser, "/faxes/?search=contract")
    assert subjects(page) == ["Three"]
    assert "newer" not in page
    seen = []
    for name in ("older", "older", "newer", "newest"):
        page = text(browser, link(page, name))
        seen += subjects(page)
        assert 'value="contract"' in page
    assert seen == ["Two", "One", "Two", "Three"]


@pytest.mark.usefixtures("three")
def test_a_place_that_isnt_there_or_is_somebody_elses_is_the_first_page(
    browser: Client, colleague: User, sent: Send
) -> None:
    theirs = sent(colleague).uuid
    for address in (f"top={theirs}", f"above={theirs}", f"seen={theirs}", "top=odd", "above="):
        assert subjects(text(browser, f"/faxes/?{address}")) == ["Three"]


def test_how_many_there_are_is_said_as_far_as_it_is_known(
    browser: Client, sender: User, three: list[Fax], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "3 faxes" in text(browser, "/faxes/")
    assert "1 fax<" in re.sub(r"\s+<", "<", text(browser, "/faxes/", search="two"))
    monkeypatch.setattr(pagination, "MAX_COUNTED", 2)
    assert "More than 2 faxes" in text(browser, "/faxes/")
    page = text(browser, "/faxes/", top=str(three[1].uuid))
    assert "and before" in page
    assert "faxes</p>" not in re.sub(r"\s+<", "<", page)


@pytest.mark.parametrize("address", ["/faxes/", "/review/", "/review/?search=contract"])
def test_the_number_of_queries_does_not_grow_with_rows(
    address: str, sender: User, admin: User, sent: Send
) -> None:
    browser = browser_of(admin if "review" in address else sender)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        return len(asked)

    sent(sender)
    with_one = queries()
    for number in range(5):
        sent(sender, recipients=", ".join(f"+1 650 253 0{number}0{last}" for last in range(5)))
    assert queries() == with_one


def test_a_list_is_live_only_while_something_is_on_its_way(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    assert 'hx-trigger="every 5s"' in text(browser, "/faxes/")
    Fax.objects.update(state=FaxState.HANDED_OVER)
    assert "hx-trigger" not in text(browser, "/faxes/")


def test_review_goes_on_looking_for_what_others_send(admin: User, three: list[Fax]) -> None:
    Fax.objects.update(state=FaxState.HANDED_OVER)
    browser = browser_of(admin)
    assert 'hx-trigger="every 30s"' in text(browser, "/review/")
    assert "hx-trigger" not in text(browser, "/review/", top=str(three[0].uuid))


def test_rows_that_did_not_change_are_not_sent_again(browser: Client, three: list[Fax]) -> None:
    again = asked_again(text(browser, "/faxes/?status=waiting"))
    unchanged = browser.get(again, headers=HTMX)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert "<html" in text(browser, again)
    Fax.objects.filter(pk=three[-1].pk).update(state=FaxState.FAILED)
    changed = browser.get(again, headers=HTMX)
    assert changed.status_code == 200
    assert subjects(changed.content.decode()) == ["Two"]


def test_new_faxes_are_announced_and_wait_to_be_shown(
    browser: Client, sender: User, sent: Send, three: list[Fax]
) -> None:
    again = asked_again(text(browser, "/faxes/?search=contract"))
    sent(sender, subject="Four")
    sent(sender, subject="Five", name="other.pdf")
    page = browser.get(again, headers=HTMX).content.decode()
    assert subjects(page) == ["Three"]
    assert "1 new fax" in page
    assert link(page, "Show") == "/faxes/?search=contract"
    assert asked_again(page) != again
    assert browser.get(asked_again(page), headers=HTMX).status_code == 204
    assert subjects(text(browser, link(page, "Show"))) == ["Four"]


def test_a_page_further_back_stays_live_in_its_place(
    browser: Client, sender: User, sent: Send, three: list[Fax]
) -> None:
    again = asked_again(text(browser, "/faxes/", top=str(three[0].uuid)))
    sent(sender)
    assert browser.get(again, headers=HTMX).status_code == 204
    Fax.objects.filter(pk=three[0].pk).update(state=FaxState.HANDING_OVER)
    page = browser.get(again, headers=HTMX).content.decode()
    assert subjects(page) == ["One"]
    assert "new fax" not in page


def test_going_back_gets_the_page_and_not_its_fragment(browser: Client) -> None:
    assert '"historyRestoreAsHxRequest":false' in text(browser, "/faxes/")
