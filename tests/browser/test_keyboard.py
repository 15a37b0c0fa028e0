"""A fax from the first key to the last without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Portal


def expect_keys(page: Page) -> None:
    """Wait until a page listens to keys: a key pressed earlier has no effect."""
    expect(page.locator("#keys-button")).to_be_visible()


def test_a_fax_is_sent_with_the_keyboard_alone(sender: Page, portal: Portal) -> None:
    sender.goto("/faxes/")
    expect_keys(sender)
    keyboard = sender.keyboard
    keyboard.press("Alt+Shift+N")
    expect(sender.get_by_role("heading", name="New fax", level=1)).to_be_visible()
    expect_keys(sender)
    keyboard.press("Alt+Shift+R")
    keyboard.type("+1 650 253 0077")
    keyboard.press("Alt+Shift+S")
    keyboard.type("Without a mouse")
    keyboard.press("Alt+Shift+D")
    with sender.expect_file_chooser() as chooser:
        keyboard.press("Space")
    chooser.value.set_files(files.pdf("keys.pdf"))
    keyboard.press("Control+Enter")
    expect(sender.get_by_role("status").first).to_have_text("Handed to VoipNow")
    received = portal.simulator.faxes()[0]
    assert [file.name for file in received.files] == ["keys.pdf"]
    expect_keys(sender)
    keyboard.press("Alt+Shift+M")
    sender.wait_for_url("**/faxes/")
    expect(sender.get_by_text("Without a mouse")).to_be_visible()
    expect_keys(sender)
    keyboard.press("Alt+Shift+F")
    expect(sender.get_by_label("Search")).to_be_focused()


def test_the_sheet_of_keys_opens_and_closes_by_keys(sender: Page) -> None:
    sheet = sender.get_by_role("dialog", name="Keyboard")
    expect_keys(sender)
    sender.get_by_label("Subject").focus()
    sender.keyboard.press("Control+/")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    sender.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_no_fax_is_sent_from_behind_a_dialog(sender: Page) -> None:
    sender.get_by_role("link", name="From a file").click()
    expect(sender.get_by_role("dialog", name="Numbers from a file")).to_be_visible()
    expect_keys(sender)
    sender.evaluate("() => { send.onclick = () => { document.title = 'pressed' } }")
    sender.keyboard.press("Control+Enter")
    assert sender.title() != "pressed"
    sender.keyboard.press("Escape")
    sender.keyboard.press("Control+Enter")
    expect(sender).to_have_title("pressed")


def test_what_is_typed_into_a_field_stays_there(sender: Page) -> None:
    subject = sender.get_by_label("Subject")
    subject.press_sequentially("N? / M")
    expect(subject).to_have_value("N? / M")
    expect(sender.get_by_role("heading", name="New fax")).to_be_visible()


def test_without_a_script_no_keys_are_offered(sender: Page) -> None:
    sender.route(
        "**/keyboard/main*.js", lambda route: route.fulfill(content_type="text/javascript")
    )
    sender.reload()
    expect(sender.get_by_label("Subject")).to_be_visible()
    expect(sender.locator("#keys-button")).to_be_hidden()
