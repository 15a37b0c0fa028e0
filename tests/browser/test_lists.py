"""Lists in the browser: filters without a reload, going back, and faxes that arrive meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, keeps_nobody_out, send_tomorrow

SignedIn = Callable[[str], Mapping[str, Any]]


def send(page: Page, subject: str) -> None:
    page.goto("/")
    page.get_by_label("Recipients").fill("+1 650 253 0070")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Documents").set_input_files(files.never_sent())
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")


def test_filters_change_the_list_in_place_and_the_way_back_undoes_them(sender: Page) -> None:
    send(sender, "Lease of the hall")
    send(sender, "Order of chairs")
    sender.goto("/faxes/")
    sender.evaluate("window.isTheSamePage = true")
    sender.get_by_label("Search").fill("hall lease")
    sender.keyboard.press("Enter")
    expect(sender.get_by_text("Order of chairs")).to_be_hidden()
    expect(sender.get_by_text("Lease of the hall")).to_be_visible()
    expect(sender).to_have_url(re.compile(r"/faxes/\?search=hall(\+|%20)lease$"))
    assert sender.evaluate("window.isTheSamePage")
    keeps_nobody_out(sender)

    sender.get_by_text("More filters").click()
    sender.get_by_label("Recipient", exact=True).fill("12")
    sender.get_by_role("button", name="Filter").click()
    expect(sender.get_by_text("Enter at least three digits of the number.")).to_be_visible()

    sender.get_by_role("link", name="Remove filter: Search").click()
    expect(sender.get_by_text("Order of chairs")).to_be_visible()
    sender.go_back()
    sender.go_back()
    expect(sender.get_by_text("Order of chairs")).to_be_hidden()
    expect(sender.get_by_role("heading", name="My faxes")).to_be_visible()
    expect(sender.get_by_label("Search")).to_have_value("hall lease")


def test_what_others_send_is_announced_and_comes_when_it_is_asked_for(
    sender: Page, open_page: Open, signed_in: SignedIn
) -> None:
    send_tomorrow(sender)  # a fax that is not settled, so that the list is polled often
    reviewer = open_page(**signed_in("reviewer"))
    reviewer.goto("/review/")
    send(sender, "Brand new")
    news = reviewer.locator("#fax-news")
    expect(news).to_contain_text("1 new fax")
    expect(reviewer.get_by_text("Brand new")).to_be_hidden()
    news.get_by_role("link", name="Show").click()
    expect(reviewer.get_by_text("Brand new")).to_be_visible()
    expect(news).to_be_empty()


def test_lists_are_filtered_without_javascript(open_page: Open, signed_in: SignedIn) -> None:
    page = open_page(java_script_enabled=False, **signed_in("sender"))
    page.goto("/faxes/?status=failed")
    page.get_by_label("Search").fill("no such word")
    page.get_by_label("Status").select_option("Handed to VoipNow")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No faxes match these filters")).to_be_visible()
    page.get_by_role("link", name="Clear all filters").click()
    expect(page).to_have_url("/faxes/")


def test_each_filter_is_the_one_that_its_name_finds(open_page: Open, signed_in: SignedIn) -> None:
    page = open_page(**signed_in("admin"))
    page.goto("/review/")
    for name in ("Search", "Status", "From", "To", "Sender", "Extension"):
        expect(page.get_by_label(name)).to_have_count(1)
