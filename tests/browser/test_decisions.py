"""Cancelling a fax, and deciding about an uncertain one, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Portal, keeps_nobody_out

EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


def send(page: Page, content: str, number: str) -> None:
    page.get_by_label("Documents").set_input_files(files.text(content))
    page.get_by_label("Recipients").fill(number)
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")


def test_a_fax_is_cancelled_while_it_is_on_its_way(sender: Page, portal: Portal) -> None:
    portal.simulator.script("create", "hold", at="before")
    send(sender, "Stop this.\n", "+1 650 253 0040")
    portal.simulator.wait_until_held()
    sender.get_by_role("button", name="Cancel fax").click()
    portal.simulator.release()
    expect(sender.get_by_role("status")).to_have_text("Cancelled")
    expect(sender.get_by_role("button", name="Cancel fax")).to_have_count(0)
    portal.simulator.wait_until_idle()
    faxes = portal.simulator.faxes()
    assert not any(fax.complete for fax in faxes if "+16502530040" in fax.recipients)


def test_a_person_decides_about_an_uncertain_fax(sender: Page, portal: Portal) -> None:
    # The answer to the first PUT is lost, and storage says to each later PUT that it is too late.
    portal.simulator.script("upload", "drop", at="received")
    for _put in range(3):
        portal.simulator.script("upload", "answer", at="received", status=403, body=EXPIRED)
    send(sender, "Did it go out?\n", "+1 650 253 0041")
    expect(sender.get_by_role("status")).to_have_text("Needs your decision")
    keeps_nobody_out(sender)
    sender.get_by_role("button", name="It went out").click()
    expect(sender.get_by_role("status")).to_have_text("Confirmed by sender")
    expect(sender.get_by_role("button", name="It went out")).to_have_count(0)
