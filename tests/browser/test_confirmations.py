"""What a sender has to confirm before a fax goes out, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, Portal, running_portal
from tests.browser.files import MB, Chosen

SignedIn = Callable[[str], Mapping[str, Any]]

PHONE = "+1 650 253 0300"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, chromium_path: str | None) -> Iterator[Portal]:
    """A demo in which few recipients need a confirmation, and browsers carry files above 1 MB."""
    folder = tmp_path_factory.mktemp("asking")
    with running_portal(
        folder, FAXPORTAL_SUMMARY_RECIPIENTS="2", FAXPORTAL_DIRECT_OVER_MB="1"
    ) as portal:
        yield portal


def fill_in(page: Page, chosen: Chosen, *, to: str = PHONE) -> None:
    page.goto("/")
    page.get_by_label("Documents").set_input_files(chosen)
    page.get_by_label("Recipients").fill(to)
    page.get_by_label("Subject").fill("Offer")


def send(page: Page, chosen: Chosen, *, to: str = PHONE) -> None:
    fill_in(page, chosen, to=to)
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")
    expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")


def test_a_first_time_number_gets_a_notice_once_and_no_confirmation(sender: Page) -> None:
    send(sender, files.never_sent(), to="+1 650 253 0301")
    expect(sender.get_by_text("This office has never faxed +1 650 253 0301")).to_be_visible()
    send(sender, files.never_sent(), to="+1 650 253 0301")
    expect(sender.get_by_text("has never faxed")).to_have_count(0)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_duplicate_needs_a_confirmation_and_one_press_sends_it(
    has_script: bool, open_page: Open, signed_in: SignedIn, portal: Portal
) -> None:
    page = open_page(**signed_in("sender"), java_script_enabled=has_script)
    note = files.never_sent()
    fill_in(page, note)
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")
    already = len(portal.simulator.faxes())

    fill_in(page, note)
    page.get_by_role("button", name="Send fax").click()
    question = page.get_by_role("alert")
    expect(question).to_contain_text("Already sent?")
    expect(question).to_contain_text("by you")
    expect(page.get_by_label("Subject")).to_have_value("Offer")
    expect(page.get_by_text("note.txt", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send anyway").click()
    page.wait_for_url("**/faxes/*/")
    if has_script:
        expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")
        assert len(portal.simulator.faxes()) >= already + 1
    expect(page.get_by_text("sent it anyway")).to_be_visible()


def test_the_confirmation_has_the_focus_and_is_given_by_keyboard(sender: Page) -> None:
    note = files.never_sent()
    send(sender, note)
    fill_in(sender, note)
    sender.get_by_role("button", name="Send fax").press("Enter")
    expect(sender.get_by_role("alert")).to_be_focused()
    sender.keyboard.press("Tab")
    expect(sender.get_by_role("link", name="See that fax")).to_be_focused()
    sender.keyboard.press("Tab")
    sender.keyboard.press("Enter")
    sender.wait_for_url("**/faxes/*/")


def test_a_form_that_is_changed_instead_needs_no_confirmation(sender: Page) -> None:
    note = files.never_sent()
    send(sender, note)
    fill_in(sender, note)
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("Already sent?")
    sender.get_by_label("Recipients").fill("+1 650 253 0302")
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")


def test_a_change_beside_the_confirmation_needs_another_one(sender: Page) -> None:
    numbers = "+1 650 253 0303, +1 650 253 0304, +1 650 253 0305"
    fill_in(sender, files.never_sent(), to=numbers)
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("1 document to 3 recipients.")
    sender.get_by_label("Recipients").fill(f"{numbers}, +1 650 253 0306")
    sender.get_by_role("button", name="Send to 3 recipients anyway").click()
    button = sender.get_by_role("button", name="Send to 4 recipients anyway")
    expect(button).to_be_visible()
    button.click()
    sender.wait_for_url("**/faxes/*/")


def test_send_again_from_the_faxs_page_needs_no_confirmation(sender: Page) -> None:
    send(sender, files.never_sent())
    sender.get_by_role("button", name="Send again").click()
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")


def test_a_file_that_stays_in_the_browser_is_still_there_after_the_confirmation(
    sender: Page, portal: Portal
) -> None:
    large = files.jpeg(2 * MB)
    send(sender, large, to="+1 650 253 0307")
    fill_in(sender, large, to="+1 650 253 0307")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("Already sent?")
    expect(sender.get_by_role("list", name="Chosen files")).to_contain_text("photo.jpg")
    sender.get_by_role("button", name="Send anyway").click()
    sender.wait_for_url("**/faxes/*/")
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    assert portal.simulator.faxes()[0].files[0].sha256 == files.sha256(large)
