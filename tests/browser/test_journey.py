"""The main task in a real browser: sign in, attach, type, send, see it handed to VoipNow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, Portal, sign_in
from tests.browser.files import Chosen

HANDED_OVER = "Handed to VoipNow"
#: Collects what a screen reader says: each text that is put into the live region.
SPOKEN = """
  window.spoken = [];
  const status = document.querySelector("[role=status]");
  new MutationObserver(() => window.spoken.push(status.textContent.trim()))
    .observe(status, { childList: true });
"""


def arrived(portal: Portal, page: Page) -> dict[str, str | None]:
    """name → SHA-256 of each file that VoipNow's storage has for the fax that a page shows."""
    number = page.locator("#fax-parts").get_by_text(re.compile(r"^fax \d+$")).inner_text()
    fax = portal.simulator.fax(int(number.removeprefix("fax ")))
    assert fax.complete
    return {file.name: file.sha256 for file in fax.files}


def hashes(chosen: Sequence[Chosen]) -> dict[str, str]:
    return {file["name"]: files.sha256(file) for file in chosen}


def test_three_files_to_two_numbers_arrive_byte_for_byte(
    open_page: Open, portal: Portal, tmp_path: Path
) -> None:
    chosen = [files.pdf(), files.tiff(), files.jpeg()]
    page = open_page()
    sign_in(page, "sender")
    page.get_by_label("Extension").select_option(index=0)
    page.get_by_label("Documents").set_input_files(files.on_disk(tmp_path, chosen))
    page.get_by_label("Recipients").fill("+1 650 253 0000\n(650) 253-0001")
    page.get_by_label("Subject").fill("Three files")
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("heading", name="Three files")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(HANDED_OVER)
    assert arrived(portal, page) == hashes(chosen)


def test_a_text_goes_to_an_extension(sender: Page, portal: Portal) -> None:
    sender.get_by_label("Documents").set_input_files(files.text("To an extension.\n"))
    sender.get_by_label("Recipients").fill("0003*211")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    assert arrived(portal, sender) == hashes([files.text("To an extension.\n")])
    assert portal.simulator.faxes()[0].recipients == ("0003*211",)


def test_each_step_is_shown_without_a_reload_until_nothing_more_happens(
    sender: Page, portal: Portal
) -> None:
    portal.simulator.script("upload", "hold", at="middle", file="photo.jpg")
    sender.get_by_label("Documents").set_input_files([files.pdf(), files.jpeg(files.MB)])
    sender.get_by_label("Recipients").fill("+1 650 253 0002")
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")
    sender.evaluate("window.notReloaded = true")
    portal.simulator.wait_until_held()
    expect(sender.get_by_role("status")).to_have_text("Handing over")
    expect(
        sender.get_by_text(re.compile(r"Created as fax \d+; file 2 of 2 at \d+ %"))
    ).to_be_visible()
    sender.evaluate(SPOKEN)
    portal.simulator.release()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    expect(sender.locator("[hx-trigger]")).to_have_count(0)
    assert sender.evaluate("window.notReloaded") is True
    assert sender.evaluate("window.spoken") == [HANDED_OVER]


def test_a_page_that_gets_no_answer_says_that_it_may_be_out_of_date(
    sender: Page, portal: Portal, complaints: list[str]
) -> None:
    portal.simulator.script("create", "hold")
    sender.get_by_label("Documents").set_input_files(files.text("No answer.\n"))
    sender.get_by_label("Recipients").fill("+1 650 253 0008")
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")
    sender.context.set_offline(True)
    expect(sender.get_by_role("alert")).to_contain_text("may be out of date")
    sender.context.set_offline(False)
    portal.simulator.wait_until_held()
    portal.simulator.release()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    expect(sender.get_by_role("alert")).to_be_hidden()
    complaints.clear()  # the errors about requests without an answer


def test_a_mistake_is_reported_and_loses_nothing(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files([files.pdf("kept.pdf"), files.program()])
    sender.get_by_label("Recipients").fill("0721 CALL ME")
    sender.get_by_label("Note").fill("Ask for Lee")
    sender.get_by_role("button", name="Send fax").click()
    alert = sender.get_by_role("alert")
    expect(alert).to_contain_text("contains letters")
    expect(alert).to_contain_text("“invoice.pdf” was not attached")
    expect(alert).to_be_focused()
    expect(sender.get_by_text("kept.pdf", exact=True)).to_be_visible()
    expect(sender.get_by_label("Recipients")).to_have_value("0721 CALL ME")
    expect(sender.get_by_label("Note")).to_have_value("Ask for Lee")
    sender.get_by_label("Recipients").fill("+1 650 253 0003")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    expect(sender.get_by_text("kept.pdf", exact=True)).to_be_visible()


def test_two_presses_send_one_fax(sender: Page, portal: Portal) -> None:
    sender.get_by_label("Documents").set_input_files(files.text("Pressed twice.\n"))
    sender.get_by_label("Recipients").fill("+1 650 253 0004")
    sender.get_by_role("button", name="Send fax").dblclick()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    assert sum("+16502530004" in fax.recipients for fax in portal.simulator.faxes()) == 1


def test_sending_again_after_going_back_and_changing_needs_a_decision(
    sender: Page, portal: Portal
) -> None:
    sender.get_by_label("Documents").set_input_files(files.text("Sent before.\n"))
    sender.get_by_label("Recipients").fill("+1 650 253 0005")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    sender.go_back(wait_until="commit")
    sender.get_by_label("Recipients").fill("+1 650 253 0006")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("Is this another fax?")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    assert portal.simulator.faxes()[0].recipients == ("+16502530006",)


def test_the_journey_needs_no_javascript(open_page: Open, portal: Portal) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, "sender")
    page.get_by_label("Documents").set_input_files([files.pdf("one.pdf"), files.tiff()])
    page.get_by_label("Recipients").fill("letters")
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("alert")).to_contain_text("contains letters")
    page.get_by_role("button", name="Remove plan.tif").click()
    expect(page.get_by_text("plan.tif")).to_have_count(0)
    page.get_by_label("Recipients").fill("+1 650 253 0007")
    page.get_by_label("Documents").set_input_files(files.text("No script.\n"))
    page.get_by_role("button", name="Send fax").click()
    while page.get_by_role("status").inner_text() != HANDED_OVER:
        page.reload()
    assert arrived(portal, page) == hashes([files.pdf("one.pdf"), files.text("No script.\n")])


@pytest.mark.parametrize("script", [True, False])
def test_signing_out_is_in_the_account_menu(open_page: Open, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    sign_in(page, "reviewer")
    page.get_by_role("button", name="reviewer").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
