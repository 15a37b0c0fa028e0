"""Choosing when a fax goes out, and pausing all sending, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, Portal, keeps_nobody_out, send_tomorrow

SignedIn = Callable[[str], Mapping[str, Any]]


def send(page: Page, content: str, number: str) -> None:
    page.goto("/")
    page.get_by_label("Documents").set_input_files(files.text(content))
    page.get_by_label("Recipients").fill(number)
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_a_fax_is_scheduled_and_says_when_it_goes(
    script: bool, open_page: Open, signed_in: SignedIn
) -> None:
    page = open_page(java_script_enabled=script, **signed_in("sender"))
    page.goto("/")
    expect(page.get_by_label("Send at")).to_be_hidden()
    send_tomorrow(page)
    expect(page.get_by_role("status")).to_have_text("Scheduled")
    expect(page.get_by_text("Will be sent on")).to_contain_text("08:00 (UTC).")
    page.get_by_role("button", name="Cancel fax").click()
    expect(page.get_by_role("status")).to_have_text("Cancelled")


def test_a_time_that_is_refused_stays_to_be_corrected(sender: Page) -> None:
    sender.get_by_text("Send later").click()
    sender.get_by_label("Send at").fill("2020-01-01T08:00")
    sender.get_by_role("button", name="Send fax").click()
    sender.get_by_role("alert").get_by_role("link", name="This time has passed").click()
    expect(sender.get_by_label("Send at")).to_be_focused()
    expect(sender.get_by_label("Send at")).to_have_value("2020-01-01T08:00")


def test_an_admin_pauses_and_resumes_all_sending(
    open_page: Open, signed_in: SignedIn, portal: Portal
) -> None:
    admin, sender = open_page(**signed_in("admin")), open_page(**signed_in("sender"))
    admin.goto("/sending/")
    admin.get_by_role("button", name="Pause all sending").click()
    expect(admin.get_by_role("status")).to_have_text("Sending is paused")
    try:
        send(sender, "Wait.\n", "+1 650 253 0051")
        expect(sender.get_by_text("Sending was paused by an administrator")).to_be_visible()
        expect(admin.get_by_role("link", name="+1 650 253 0051")).to_be_visible()  # no reload
        keeps_nobody_out(admin)
    finally:
        admin.get_by_role("button", name="Resume sending").click()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    expect(admin.get_by_role("link", name="+1 650 253 0051")).to_have_count(0)
    faxes = portal.simulator.faxes()
    assert sum("+16502530051" in fax.recipients for fax in faxes) == 1
