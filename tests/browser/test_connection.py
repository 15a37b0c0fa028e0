"""Connecting to VoipNow in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from faxportal.simulator import config


def test_a_connection_is_tested_and_saved_and_an_extension_added(sender: Page) -> None:
    sender.goto("/connection/")
    sender.get_by_role("button", name="Test connection").click()
    expect(sender.get_by_text("Connected.")).to_be_visible()
    sender.get_by_label("Extension number").fill("0003*299")
    sender.get_by_label("Label", exact=True).fill("Back office")
    sender.get_by_role("button", name="Add extension").click()
    expect(sender.get_by_role("button", name="Remove 0003*299")).to_be_visible()
    sender.goto("/")
    expect(sender.get_by_label("Extension")).to_contain_text("0003*299 · Back office")


def test_a_wrong_secret_is_reported_and_the_right_one_connects(sender: Page) -> None:
    sender.goto("/connection/")
    sender.get_by_label("Sign in with").select_option("Access token")
    sender.get_by_label("Access token", exact=True).fill("wrong")
    sender.get_by_role("button", name="Test connection").click()
    expect(sender.get_by_text("VoipNow refused the sign-in")).to_be_visible()
    expect(sender.get_by_label("Access token", exact=True)).to_have_value("")
    sender.get_by_label("Access token", exact=True).fill(config.ACCESS_TOKEN)
    sender.get_by_role("button", name="Test connection").click()
    expect(sender.get_by_text("Connected.")).to_be_visible()
