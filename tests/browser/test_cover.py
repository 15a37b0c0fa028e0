"""Cover pages, from the admin who makes a cover page to the fax that VoipNow receives."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, Portal
from tests.browser.test_looks import SignedIn
from tests.faxes.compose.covers.conftest import text_of


def fill_in(page: Page, *, to: str) -> None:
    page.get_by_label("Recipients").fill(to)
    page.get_by_label("Documents").set_input_files(files.pdf())
    page.get_by_label("Subject").fill("Contract no. 4711")
    page.locator("#cover-page summary").click()
    page.get_by_label("Cover page").select_option("Letterhead")
    page.get_by_label("For the attention of").fill("Dr. Weiß")
    page.get_by_label("Message").fill("Dear Dr. Weiß,\n\nplease call.")


def test_a_cover_page_is_sent_as_its_preview_showed_it(sender: Page, portal: Portal) -> None:
    fill_in(sender, to="+1 650 253 0061")
    sender.get_by_role("button", name="Preview cover page").click()
    expect(sender.get_by_role("img", name="Page 1 as a fax")).to_be_visible()
    expect(sender.get_by_role("heading", name="Cover page.pdf")).to_be_visible()

    sender.get_by_role("link", name="Back to the fax").click()
    expect(sender.get_by_label("Message")).to_have_value("Dear Dr. Weiß,\n\nplease call.")
    expect(sender.get_by_text("contract.pdf", exact=True)).to_be_visible()
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status").first).to_have_text("Handed to VoipNow")
    expect(sender.get_by_text("Cover page.pdf", exact=True)).to_be_visible()
    newest = portal.simulator.faxes()[0]
    assert [file.name for file in newest.files] == ["Cover page.pdf", "contract.pdf"]
    said = text_of(portal.simulator.received(newest.id, 1))
    for words in ("Meyer & Partners", "Dr. Weiß +1 650 253 0061", "Pages 2", "please call."):
        assert words in said


def test_a_letter_without_a_font_is_reported_at_its_field(sender: Page) -> None:
    fill_in(sender, to="+1 650 253 0062")
    sender.get_by_label("Message").fill("see 𒀀")
    sender.get_by_role("button", name="Send fax").click()
    alert = sender.get_by_role("alert")
    expect(alert).to_contain_text("these characters: 𒀀.")
    alert.get_by_role("link").click()
    expect(sender.get_by_label("Message")).to_be_focused()
    expect(sender.get_by_label("Message")).to_have_attribute("aria-invalid", "true")


def test_a_large_file_goes_through_the_portal_once_there_is_a_cover_page(sender: Page) -> None:
    stays = sender.get_by_text("is uploaded straight to VoipNow").first
    sender.get_by_label("Documents").set_input_files(files.jpeg(21 * files.MB))
    expect(stays).to_be_visible()
    sender.locator("#cover-page summary").click()
    sender.get_by_label("Cover page").select_option("Letterhead")
    expect(stays).to_be_hidden()


def test_an_admin_makes_a_cover_page_and_a_sender_finds_it(
    open_page: Open, signed_in: SignedIn
) -> None:
    admin = open_page(**signed_in("admin"))
    admin.goto("/")
    admin.get_by_role("button", name="admin").click()
    admin.get_by_role("link", name="Cover pages").click()
    admin.get_by_role("link", name="New cover page").click()
    admin.get_by_label("Name", exact=True).fill("Hebrew")
    admin.get_by_label("Language").select_option("עברית")
    admin.get_by_label("Office").fill("משרד עורכי דין\nטלפון +972 3 123 4567")
    admin.get_by_label("Logo").set_input_files(files.png())
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Saved the cover page.")).to_be_visible()
    expect(admin.get_by_role("img", name="The cover page as a fax")).to_be_visible()
    admin.get_by_label("Use").select_option("Available to senders")
    admin.get_by_role("button", name="Save").click()

    sender = open_page(**signed_in("sender"))
    sender.goto("/")
    sender.locator("#cover-page summary").click()
    sender.get_by_label("Cover page").select_option("Hebrew")

    admin.goto("/covers/")
    admin.get_by_role("button", name="Remove Hebrew").click()
    sender.get_by_label("Documents").set_input_files(files.text())
    sender.get_by_label("Recipients").fill("+1 650 253 0063")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("no longer available")
