"""Documents of a new fax: uploaded as soon as they are chosen, moved, replaced, removed."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import files
from tests.browser.conftest import Open, Portal
from tests.support import documents, odd_documents

HANDED_OVER = "Handed to VoipNow"

PASTE = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, { type }));
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
  );
}"""


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Chosen files").get_by_role("listitem")


def names(page: Page) -> Locator:
    return page.locator("#chosen [data-name]")


def held(page: Page) -> Locator:
    """The rows of documents that the portal has."""
    return page.locator("#chosen [data-document]")


def attach(page: Page, *chosen: files.Chosen) -> None:
    """Choose files, and wait until the portal has them all."""
    before = held(page).count()
    page.get_by_label("Documents").set_input_files(chosen)
    expect(held(page)).to_have_count(before + len(chosen))


def send(page: Page, number: str) -> None:
    page.get_by_label("Recipients").fill(number)
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("status")).to_have_text(HANDED_OVER)


class Gate:
    """Stops the uploads of a page until a test releases them or breaks them off."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] = []
        self._page = page
        self._address = re.compile(r"/drafts/[^/]+/documents/$")
        page.route(self._address, lambda route: self._held.append(route))

    def wait_for(self, count: int) -> None:
        while len(self._held) < count:
            self._page.title()  # lets the handler of the route run

    def release(self) -> None:
        for route in self._held:
            route.continue_()
        self._held.clear()
        self._page.unroute(self._address)

    def break_off(self) -> None:
        for route in self._held:
            route.abort("connectionreset")
        self._held.clear()


def test_files_are_uploaded_at_once_and_shown_on_another_page(sender: Page) -> None:
    attach(sender, files.pdf(), files.tiff())
    expect(rows(sender).nth(1)).to_contain_text("3 pages")
    expect(sender.get_by_text("2 of 5", exact=True)).to_be_visible()
    expect(sender.get_by_text("4 pages in total.")).to_be_visible()
    expect(sender.get_by_text("per recipient")).to_be_visible()
    expect(sender.get_by_role("link", name="Preview plan.tif")).to_be_visible()
    sender.goto(f"/?draft={sender.locator('#compose-form [name=key]').input_value()}")
    expect(names(sender)).to_have_text(["contract.pdf", "plan.tif"])


def test_a_rejected_file_says_why_at_its_row_and_can_be_replaced(sender: Page) -> None:
    locked = files.Chosen(
        name="locked.pdf", mimeType="application/pdf", buffer=odd_documents.locked_pdf()
    )
    sender.get_by_label("Documents").set_input_files([locked, files.pdf()])
    expect(rows(sender).first).to_contain_text("needs a password")
    with sender.expect_file_chooser() as chooser:
        sender.get_by_role("button", name="Replace locked.pdf").click()
    chooser.value.set_files(files.tiff())
    expect(names(sender)).to_have_text(["plan.tif", "contract.pdf"])
    expect(held(sender)).to_have_count(2)


def test_a_document_is_replaced_in_its_place(sender: Page, portal: Portal) -> None:
    attach(sender, files.pdf(), files.text(), files.tiff())
    with sender.expect_file_chooser() as chooser:
        sender.get_by_role("button", name="Replace note.txt").click()
    other = files.Chosen(name="other.txt", mimeType="text/plain", buffer=b"Another note.\n")
    chooser.value.set_files(other)
    expect(names(sender)).to_have_text(["contract.pdf", "other.txt", "plan.tif"])
    expect(held(sender)).to_have_count(3)
    send(sender, "+1 650 253 0210")
    sent = [file.name for file in portal.simulator.faxes()[0].files]
    assert sent == ["contract.pdf", "other.txt", "plan.tif"]


def test_sending_waits_for_files_that_are_on_their_way(sender: Page, portal: Portal) -> None:
    gate = Gate(sender)
    sender.get_by_label("Documents").set_input_files([files.pdf(), files.text()])
    gate.wait_for(2)
    sender.get_by_label("Recipients").fill("+1 650 253 0211")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_text("Uploading files")).to_be_visible()
    gate.release()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    sent = [file.name for file in portal.simulator.faxes()[0].files]
    assert sent == ["contract.pdf", "note.txt"]


def test_a_file_whose_connection_was_lost_is_kept_and_uploaded_again(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    gate = Gate(sender)
    sender.get_by_label("Documents").set_input_files(files.text("Through a tunnel.\n"))
    gate.wait_for(1)
    gate.break_off()
    expect(rows(sender)).to_contain_text("The connection was lost. Your file is still here.")
    gate.release()
    sender.get_by_role("button", name="Try note.txt again").click()
    expect(held(sender)).to_have_count(1)
    send(sender, "+1 650 253 0212")
    expected("net::ERR_")


def test_an_upload_under_way_is_cancelled(sender: Page, expected: Callable[[str], None]) -> None:
    gate = Gate(sender)
    sender.get_by_label("Documents").set_input_files(files.pdf())
    gate.wait_for(1)
    sender.get_by_role("button", name="Cancel contract.pdf").click()
    expect(rows(sender)).to_have_count(0)
    expect(sender.get_by_label("Documents")).to_be_focused()
    expected("net::ERR_")


def test_files_over_a_limit_are_reported_before_they_are_uploaded(sender: Page) -> None:
    sender.locator("#documents").evaluate(
        "field => Object.assign(field.dataset, { maxMb: 1, maxFiles: 2 })"
    )
    chosen = [files.jpeg(2 * files.MB), files.pdf(), files.tiff(), files.text()]
    sender.get_by_label("Documents").set_input_files(chosen)
    expect(rows(sender).nth(0).get_by_text("Not attached because it is larger")).to_be_visible()
    expect(rows(sender).nth(3)).to_contain_text("Remove another one to attach this one")
    sender.get_by_role("button", name="Remove plan.tif").click()
    expect(names(sender)).to_have_text(["photo.jpg", "contract.pdf", "note.txt"])
    expect(held(sender)).to_have_count(2)


def test_the_order_is_changed_by_buttons_keys_and_dragging_and_reaches_voipnow(
    sender: Page, portal: Portal
) -> None:
    attach(sender, files.pdf(), files.text(), files.tiff())
    with sender.expect_response("**/documents/order/"):
        sender.get_by_role("button", name="Move plan.tif up").click()
    expect(names(sender)).to_have_text(["contract.pdf", "plan.tif", "note.txt"])
    expect(sender.get_by_text("plan.tif is now 2 of 3")).to_be_visible()
    sender.get_by_role("button", name="Move plan.tif up").focus()
    with sender.expect_response("**/documents/order/"):
        sender.keyboard.press("Alt+ArrowUp")
    expect(names(sender)).to_have_text(["plan.tif", "contract.pdf", "note.txt"])
    expect(sender.get_by_role("button", name="Move plan.tif down")).to_be_focused()
    rows(sender).nth(2).locator("[data-handle]").hover()
    sender.mouse.down()
    first = rows(sender).nth(0).bounding_box()
    assert first
    sender.mouse.move(first["x"] + 5, first["y"] + 5, steps=5)
    sender.mouse.up()
    expect(sender.get_by_text("note.txt is now 1 of 3")).to_be_visible()
    send(sender, "+1 650 253 0213")
    sent = [file.name for file in portal.simulator.faxes()[0].files]
    assert sent == ["note.txt", "plan.tif", "contract.pdf"]


def test_a_pasted_picture_is_attached_under_a_name_of_its_own(sender: Page) -> None:
    for size in ((200, 100), (100, 200)):
        picture = base64.b64encode(documents.picture("PNG", size=size)).decode()
        sender.evaluate(PASTE, ["image.png", "image/png", picture])
    expect(names(sender)).to_have_text(["pasted picture 1.pdf", "pasted picture 2.pdf"])


def test_the_same_content_twice_is_one_document_and_reported(sender: Page) -> None:
    attach(sender, files.pdf("one.pdf"))
    sender.get_by_label("Documents").set_input_files(files.pdf("two.pdf"))
    expect(sender.get_by_text("“two.pdf” is the same as “one.pdf”")).to_be_visible()
    expect(names(sender)).to_have_text(["one.pdf"])


def test_a_file_for_a_sent_fax_needs_a_decision(sender: Page, portal: Portal) -> None:
    attach(sender, files.pdf("first.pdf"))
    send(sender, "+1 650 253 0214")
    sender.go_back(wait_until="commit")
    sender.get_by_label("Documents").set_input_files(files.text("Late.\n"))
    expect(rows(sender).last).to_contain_text("already been sent without this file")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("Is this another fax?")
    expect(names(sender)).to_have_text(["first.pdf", "note.txt"])
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    assert [file.name for file in portal.simulator.faxes()[0].files] == ["first.pdf", "note.txt"]


def test_a_touch_screen_offers_to_take_a_photo(
    open_page: Open, signed_in: Callable[[str], Any]
) -> None:
    page = open_page(has_touch=True, is_mobile=True, **signed_in("sender"))
    page.goto("/")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a photo").click()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(files.jpeg(files.MB))
    expect(held(page)).to_have_count(1)


def test_order_needs_no_javascript(open_page: Open, signed_in: Callable[[str], Any]) -> None:
    page = open_page(java_script_enabled=False, **signed_in("sender"))
    page.goto("/")
    page.get_by_label("Documents").set_input_files([files.pdf(), files.text()])
    page.get_by_role("button", name="Send fax").click()
    page.get_by_role("button", name="Move note.txt up").click()
    expect(names(page)).to_have_text(["note.txt", "contract.pdf"])
