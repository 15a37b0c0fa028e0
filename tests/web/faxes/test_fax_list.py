"""*My faxes* and *Review*: one list, and its filters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from tests.support.list_keys import set_submitted_at
from tests.web.conftest import HTMX, Send, browser_of, form, pdf
from tests.web.faxes.list_page import link, rows, subjects, text


def test_an_empty_list_says_what_to_do_next(browser: Client) -> None:
    page = text(browser, "/faxes/")
    assert "You haven't sent a fax yet" in page
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
    # 23:30 on March 1 in New York is March 2 in UTC.
    at = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    set_submitted_at(at, fax)
    assert "Late" in text(browser, "/faxes/", since="2026-03-01", until="2026-03-01")
    assert "Late" not in text(browser, "/faxes/", since="2026-03-02")
    assert "1 Mar 2026, 23:30" in text(browser, "/faxes/")


def test_an_unreadable_filter_is_reported_and_left_out(
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
def test_a_search_text_that_is_too_short_is_reported_at_its_field(
    name: str, value: str, sentence: str, browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract")
    page = text(browser, "/faxes/", **{name: value})
    assert page.count(sentence) == 1
    assert f'id="id_{name}_error"' in page
    assert "Contract" in page
    assert "Remove filter" not in page


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
