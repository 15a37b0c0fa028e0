"""What scripts add to the form of a new fax."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Portal


def test_a_file_dropped_anywhere_is_attached(sender: Page, portal: Portal) -> None:
    sender.evaluate(files.DROP, ["dropped.txt", "text/plain", "Dropped.\n"])
    expect(sender.locator("#chosen [data-name]")).to_have_text("dropped.txt")
    sender.get_by_label("Recipients").fill("+1 650 253 0010")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    assert portal.simulator.faxes()[0].files[0].name == "dropped.txt"


def test_enter_in_a_field_sends_nothing(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf())
    sender.get_by_label("Recipients").fill("+1 650 253 0011")
    sender.get_by_label("Subject").press("Enter")
    sender.get_by_label("Subject").fill("Still here")
    expect(sender.get_by_role("heading", name="New fax")).to_be_visible()
    expect(sender.locator("#chosen [data-name]")).to_have_text("contract.pdf")


def test_a_session_that_ran_out_leads_to_signing_in(sender: Page) -> None:
    sender.context.clear_cookies(name="sessionid")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_unsent_fax_is_offered_and_continued(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf("latest_draft.pdf"))
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_be_visible()
    sender.goto("/")
    expect(sender.get_by_text("You have a draft from")).to_be_visible()
    sender.get_by_role("link", name="Continue").click()
    expect(sender.get_by_text("latest_draft.pdf", exact=True)).to_be_visible()
