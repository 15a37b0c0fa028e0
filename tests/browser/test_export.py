"""Saving a list as CSV, while the page counts the rows that arrive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, send_tomorrow

SignedIn = Callable[[str], Mapping[str, Any]]


def test_the_list_is_saved_and_the_columns_stay_chosen(sender: Page) -> None:
    send_tomorrow(sender)
    sender.goto("/faxes/")
    sender.get_by_text("Columns", exact=True).click()
    sender.get_by_label("Columns of the export").select_option(["Submitted", "Fax id"])
    with sender.expect_download() as saved:
        sender.get_by_role("button", name="Export CSV").click()
    content = Path(saved.value.path()).read_text("utf-8-sig")
    assert saved.value.suggested_filename.startswith("faxes-")
    assert content.splitlines()[0] == "Submitted,Fax id"
    rows = len(content.splitlines()) - 1
    expect(sender.locator(".export-state")).to_contain_text(f"Saved: {rows} rows")
    sender.reload()
    sender.get_by_text("Columns", exact=True).click()
    expect(sender.get_by_label("Columns of the export")).to_have_values(["submitted", "uuid"])


def test_an_export_that_breaks_off_says_so(sender: Page, complaints: list[str]) -> None:
    sender.goto("/faxes/")

    def refuse(route: Route) -> None:
        route.abort()

    sender.route("**/export.csv*", refuse)
    sender.get_by_role("button", name="Export CSV").click()
    expect(sender.locator(".export-state")).to_contain_text("The export was interrupted")
    expect(sender.get_by_role("button", name="Export CSV")).to_be_enabled()
    complaints.clear()  # the browser's error about the refused answer


def test_without_javascript_it_is_a_download(open_page: Open, signed_in: SignedIn) -> None:
    page = open_page(java_script_enabled=False, **signed_in("reviewer"))
    page.goto("/review/")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export CSV").click()
    assert saved.value.suggested_filename.startswith("review-")
