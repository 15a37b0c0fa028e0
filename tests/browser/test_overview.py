"""The overview as charts and as tables: the same figures, and the same links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Open, counted_overview

SignedIn = Callable[[str], Mapping[str, Any]]


@pytest.fixture
def page(open_page: Open, signed_in: SignedIn) -> Page:
    """The overview, with a fax in it that was just handed over."""
    page = open_page(**signed_in("admin"))
    page.goto("/")
    page.get_by_label("Recipients").fill("+1 650 253 0060")
    page.get_by_label("Documents").set_input_files(files.never_sent())
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")
    counted_overview(page)
    return page


def test_each_chart_shows_the_figures_of_its_table(page: Page) -> None:
    charts = page.locator("[data-chart] canvas")
    expect(charts).to_have_count(4)  # nothing failed
    for number in range(4):
        expect(charts.nth(number)).to_be_visible()
        shown = charts.nth(number).evaluate(
            "canvas => Chart.getChart(canvas).data.datasets.map(one => one.data)"
        )
        table = charts.nth(number).locator("xpath=../..").get_by_role("table")
        in_table = table.evaluate(
            """table => [...table.tHead.rows[0].cells].flatMap((head, column) => head.dataset.tone
                ? [[...table.tBodies[0].rows].map(row => row.cells[column].dataset.value)
                    .map(value => value ? Number(value) : null)]
                : [])"""
        )
        newest_first = table.get_attribute("data-order") == "newest-first"
        assert shown == [one[::-1] if newest_first else one for one in in_table]
        assert any(value for one in shown for value in one)


def test_a_figure_leads_to_its_faxes_by_keyboard_and_a_bar_by_mouse(page: Page) -> None:
    page.get_by_role("table").first.get_by_role("row").nth(1).get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/review/\?status=\w+&since=[\d-]+&until=[\d-]+$"))
    expect(page.locator(".row-link").first).to_be_visible()
    page.goto("/overview/")

    canvas = page.locator('[data-of="people-table"] canvas')
    expect(canvas).to_be_visible()
    place = canvas.evaluate(
        """canvas => { const bar = Chart.getChart(canvas).getDatasetMeta(0).data[0];
            return { x: bar.x - 5, y: bar.y }; }"""
    )
    canvas.click(position=place)
    page.wait_for_url(re.compile(r"/review/\?sender=\w+&since=[\d-]+&until=[\d-]+$"))


def test_charts_are_drawn_again_in_another_scheme(page: Page) -> None:
    canvas = page.locator("[data-chart] canvas").first
    expect(canvas).to_be_visible()
    colour = "canvas => Chart.getChart(canvas).options.scales.x.ticks.color"
    before = canvas.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => Chart.getChart(document.querySelector('[data-chart] canvas'))"
        ".options.scales.x.ticks.color !== before",
        arg=before,
    )


def test_without_scripts_the_tables_are_the_page(
    page: Page, open_page: Open, signed_in: SignedIn
) -> None:
    plain = open_page(java_script_enabled=False, **signed_in("admin"))
    plain.goto("/overview/?days=7")
    expect(plain.get_by_role("heading", name="By day and status")).to_be_visible()
    expect(plain.locator("canvas").first).to_be_hidden()
    plain.get_by_role("table").first.get_by_role("link").first.click()
    expect(plain.get_by_role("heading", name="Review")).to_be_visible()


def test_a_range_is_chosen_and_stays_in_the_address(page: Page) -> None:
    page.get_by_role("link", name="Last 365 days").click()
    expect(page.get_by_role("link", name="Last 365 days")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/overview/?days=365")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-01-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/overview/?since=2026-01-01&until=2026-01-31")
    expect(page.get_by_label("From")).to_have_value("2026-01-01")
