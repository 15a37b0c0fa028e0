"""Steps and checks that the tests of uploads by the browser share, for any storage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, Request, expect

from faxportal.simulator.fax_store import Fax
from tests.browser import files
from tests.browser.conftest import Portal
from tests.browser.files import Chosen

HANDED_OVER = "Handed to VoipNow"

#: Console errors of the browser and of htmx about a connection that broke or could not be made.
OFFLINE = r"net::ERR_|htmx:(afterRequest|sendError)"
CORS = r"blocked by CORS policy|net::ERR_FAILED"


def refused(status: int) -> str:
    """The console error of the browser about an answer with this status."""
    return rf"the server responded with a status of {status}"


def fill_in(page: Page, chosen: Sequence[Chosen] | Sequence[Path], number: str) -> None:
    page.goto("/")
    page.get_by_label("Documents").set_input_files(chosen)
    page.get_by_label("Recipients").fill(number)


def send(page: Page, chosen: Sequence[Chosen] | Sequence[Path], number: str) -> None:
    """Submit the form, and return on the page of the fax."""
    fill_in(page, chosen, number)
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")


def bring(page: Page, chosen: Sequence[Chosen]) -> None:
    """Choose missing files on the fax's page."""
    page.get_by_label("Missing files").set_input_files(chosen)


def state_of(page: Page, name: str) -> Locator:
    """The state that the page shows for one file."""
    rows = page.locator("#direct").get_by_role("listitem")
    return rows.filter(has_text=name).locator("[data-state]")


def fax_of(page: Page, portal: Portal) -> Fax:
    """The fax at VoipNow that a page shows."""
    number = page.locator("#fax-parts").get_by_text(re.compile(r"^fax \d+$")).inner_text()
    return portal.simulator.fax(int(number.removeprefix("fax ")))


def arrives(page: Page, portal: Portal, chosen: Sequence[Chosen]) -> Fax:
    """Wait until the fax is handed over, and compare what storage has with the chosen files."""
    expect(page.get_by_role("status")).to_have_text(HANDED_OVER)
    fax = fax_of(page, portal)
    assert fax.complete
    assert [(file.name, file.sha256) for file in fax.files] == [
        (file["name"], files.sha256(file)) for file in chosen
    ]
    return fax


class Traffic:
    """The requests that a page sends to the portal and to storage."""

    def __init__(self, page: Page, portal: Portal) -> None:
        self._portal = portal.url
        self._requests: list[Request] = []
        page.on("request", lambda request: self._requests.append(request))

    def bytes_to_portal(self) -> int:
        """Bytes of request bodies; status polls have none."""
        return sum(
            int(request.all_headers().get("content-length", 0))
            for request in self._requests
            if request.url.startswith(self._portal)
        )

    def puts(self) -> list[Request]:
        return [request for request in self._requests if request.method == "PUT"]
