"""Drafts: saved while a person types, and continued at another computer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, sign_in

SignedIn = Callable[[str], Mapping[str, Any]]


def is_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved at")


def key_of(page: Page) -> str:
    return page.locator("#compose-form [name=key]").input_value()


def test_what_is_typed_is_found_at_another_computer(
    sender: Page, open_page: Open, signed_in: SignedIn
) -> None:
    sender.get_by_label("Recipients").fill("+1 650 253 0200")
    sender.get_by_label("Subject").fill("Begun at the desk")
    is_saved(sender)
    other = open_page(**signed_in("sender"))
    other.goto("/")
    expect(other.get_by_text("Begun at the desk")).to_be_visible()
    other.get_by_role("link", name="Continue").click()
    expect(other.get_by_label("Recipients")).to_have_value("+1 650 253 0200")


def test_a_page_that_is_left_at_once_has_saved_what_was_typed(sender: Page) -> None:
    sender.get_by_label("Subject").fill("Typed and gone")
    key = key_of(sender)
    sender.get_by_role("link", name="My faxes").click()
    # The page is left before the portal has answered, so the first load may come too soon.
    while sender.goto(f"/?draft={key}") and not sender.get_by_label("Subject").input_value():
        pass
    expect(sender.get_by_label("Subject")).to_have_value("Typed and gone")


def test_no_page_overwrites_another_page_without_a_decision(
    sender: Page, open_page: Open, signed_in: SignedIn
) -> None:
    sender.get_by_label("Subject").fill("First words")
    is_saved(sender)
    other = open_page(**signed_in("sender"))
    other.goto(f"/?draft={key_of(sender)}")
    other.get_by_label("Subject").fill("From the other computer")
    is_saved(other)

    sender.get_by_label("Subject").fill("From this one")
    expect(sender.get_by_role("heading", name="This fax was changed elsewhere")).to_be_visible()
    sender.get_by_role("button", name="Keep this version").click()
    is_saved(sender)

    other.get_by_label("Subject").fill("And once more")
    expect(other.get_by_role("heading", name="This fax was changed elsewhere")).to_be_visible()
    other.get_by_role("link", name="Load the newer version").click()
    expect(other.get_by_label("Subject")).to_have_value("From this one")
    is_quiet = other.locator("#saved")
    expect(is_quiet).to_be_empty()


def test_documents_of_the_other_page_are_shown_before_the_decision(
    sender: Page, open_page: Open, signed_in: SignedIn
) -> None:
    sender.get_by_label("Subject").fill("First words")
    is_saved(sender)
    other = open_page(**signed_in("sender"))
    other.goto(f"/?draft={key_of(sender)}")
    other.get_by_label("Documents").set_input_files(files.pdf("theirs.pdf"))
    expect(other.locator("#chosen [data-document]")).to_have_count(1)
    sender.get_by_label("Subject").fill("From this one")
    expect(sender.get_by_role("button", name="Keep this version")).to_be_visible()
    expect(sender.get_by_text("theirs.pdf", exact=True)).to_be_visible()


def test_sending_what_was_changed_elsewhere_asks_first(
    sender: Page, open_page: Open, signed_in: SignedIn
) -> None:
    sender.get_by_label("Recipients").fill("+1 650 253 0201")
    sender.get_by_label("Documents").set_input_files(files.pdf("mine.pdf"))
    is_saved(sender)
    other = open_page(**signed_in("sender"))
    other.goto(f"/?draft={key_of(sender)}")
    other.get_by_label("Recipients").fill("+1 650 253 0202")
    is_saved(other)

    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("This fax was changed elsewhere")
    expect(sender.get_by_label("Recipients")).to_have_value("+1 650 253 0201")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")

    other.get_by_label("Subject").fill("Too late")
    expect(other.locator("#saved")).to_contain_text("This fax was sent at")
    other.get_by_role("link", name="See the fax").click()
    expect(other.get_by_role("status")).to_have_text("Handed to VoipNow")


def test_a_save_that_fails_is_repeated(sender: Page, expected: Callable[[str], None]) -> None:
    sender.context.set_offline(True)
    sender.get_by_label("Subject").fill("In a tunnel")
    expect(sender.get_by_text("Not saved because the portal isn't responding.")).to_be_visible()
    sender.context.set_offline(False)
    is_saved(sender)
    expect(sender.get_by_text("Not saved because the portal isn't responding.")).to_be_hidden()
    expected("net::ERR_")


def test_unsent_faxes_are_listed_and_discarded(sender: Page) -> None:
    for subject in ("Kept apart", "To be discarded"):
        sender.goto("/")
        sender.get_by_label("Subject").fill(subject)
        is_saved(sender)
    sender.goto("/drafts/")
    sender.get_by_role("button", name="Discard To be discarded").click()
    expect(sender.get_by_role("heading", name="Drafts")).to_be_visible()
    expect(sender.get_by_text("To be discarded")).to_have_count(0)
    sender.get_by_role("link", name="Continue Kept apart").click()
    expect(sender.get_by_label("Subject")).to_have_value("Kept apart")


@pytest.mark.parametrize("is_saved_before", [True, False])
def test_a_session_that_ran_out_leads_back_to_all_that_was_typed(
    is_saved_before: bool, open_page: Open, expected: Callable[[str], None]
) -> None:
    page = open_page()
    sign_in(page, "sender")
    if is_saved_before:
        page.get_by_label("Recipients").fill("+1 650 253 0220")
        is_saved(page)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Subject").fill("DraftContent too late")
    expect(page.get_by_text("Not saved because you are signed out.")).to_be_visible()
    page.get_by_role("button", name="Send fax").click()
    page.get_by_label("Username").fill("sender")
    page.get_by_label("Password").fill("sender-demo")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Subject")).to_have_value("DraftContent too late")
    is_saved(page)
    if is_saved_before:
        expect(page.get_by_label("Recipients")).to_have_value(re.compile("650 253 0220"))


def test_a_reload_comes_back_to_the_draft(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf())
    sender.get_by_label("Subject").fill("Still here")
    is_saved(sender)
    sender.reload()
    expect(sender.get_by_label("Subject")).to_have_value("Still here")
    expect(sender.get_by_text("contract.pdf", exact=True)).to_be_visible()
