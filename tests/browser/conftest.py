"""The portal as people use it: `demo` in processes of its own, and a real Chromium.

A page that breaks the Content-Security-Policy, throws, or writes an error on the console fails its
test, whatever the test is about.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from faxportal.simulator.control_client import Simulator
from tests.browser import files
from tests.support.process_tree import MANAGE, bare_environment, own_database, running

#: Milliseconds that a test waits for a page. No test checks how long something takes. The limit
#: only ends a broken test, which then says what it waited for.
TIMEOUT = 120_000
#: The browser's console error about the answer to a form with mistakes. It fails no test.
FORM_REFUSED = re.compile(r"the server responded with a status of (409|422)")

#: The widths of a phone and of a large screen, in pixels, and the height of both.
WIDTHS, HEIGHT = (360, 1440), 800
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Ends the transitions: Bootstrap's buttons and fields change their colours gradually.
END_TRANSITIONS = """() => document.getAnimations()
    .filter(one => one instanceof CSSTransition).forEach(one => one.finish())"""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Open = Callable[..., Page]


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A running demo."""

    url: str
    simulator: Simulator


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, chromium_path: str | None) -> Iterator[Portal]:
    """A demo of its own, with an empty data directory."""
    with running_portal(tmp_path_factory.mktemp("demo")) as portal:
        yield portal


@contextmanager
def running_portal(folder: Path, **variables: str) -> Iterator[Portal]:
    """A demo with its data in `folder`. `variables` are added to its environment."""
    with own_database() as database:
        environment = bare_environment(
            FAXPORTAL_DATA_DIR=str(folder), FAXPORTAL_BIND="127.0.0.1:0", **database, **variables
        )
        with running([*MANAGE, "demo"], environment) as tree:
            tree.find("Ctrl-C stops everything")
            yield Portal(
                url=tree.find(r"The portal +(http://\S+?)/$")[1],
                simulator=Simulator(tree.find(r"Simulated VoipNow +(http://\S+?)/ ")[1]),
            )


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """The path of this machine's Chromium; None means Playwright's own.

    Without any Chromium, the tests are skipped.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        if not Path(playwright.chromium.executable_path).exists():
            pytest.skip("No Chromium here: apt-get install chromium, or playwright install.")
    return None


@pytest.fixture(scope="package")
def chromium(chromium_path: str | None) -> Iterator[Browser]:
    """The browser of these tests. While Playwright runs, a test can't use Django's database."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        # Going back shows the page as it was left, as people's browsers do.
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """The errors of all pages. A test that causes errors on purpose removes them by `expected`."""
    return []


@pytest.fixture
def expected(complaints: list[str]) -> Callable[[str], None]:
    """Removes the complaints that match a pattern: errors that a test caused on purpose."""

    def name(pattern: str) -> None:
        complaints[:] = [one for one in complaints if not re.search(pattern, one)]

    return name


@pytest.fixture
def open_page(chromium: Browser, portal: Portal, complaints: list[str]) -> Iterator[Open]:
    """Opens each page in a context of its own, and fails the test for any error that is left."""

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not FORM_REFUSED.search(message.text):
            complaints.append(f"{message.location['url']}: {message.text}")

    def open_page(**options: Any) -> Page:
        context = chromium.new_context(base_url=portal.url, **options)
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    yield open_page
    for context in chromium.contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def sign_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(f"{name}-demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="My faxes").wait_for()


@pytest.fixture(scope="session")
def sign_ins() -> dict[tuple[str, str], Mapping[str, Any]]:
    """(address of a portal, name of a person) → the option that `signed_in` gives.

    All tests share this dictionary, because a sign-in takes a second.
    """
    return {}


@pytest.fixture
def signed_in(
    chromium: Browser, portal: Portal, sign_ins: dict[tuple[str, str], Mapping[str, Any]]
) -> Callable[[str], Mapping[str, Any]]:
    """Gives the option with which `open_page` opens pages as a person who is signed in.

    Each person signs in only once. A test that signs out needs a sign-in of its own (`sign_in`).
    """

    def state_of(name: str) -> Mapping[str, Any]:
        key = (portal.url, name)
        if key not in sign_ins:
            context = chromium.new_context(base_url=portal.url)
            sign_in(context.new_page(), name)
            sign_ins[key] = {"storage_state": context.storage_state()}
            context.close()
        return sign_ins[key]

    return state_of


def send_tomorrow(page: Page) -> None:
    """Schedule a fax for tomorrow at 8:00 UTC, which is the time zone of the demo."""
    page.goto("/")
    page.get_by_label("Documents").set_input_files(files.never_sent())
    page.get_by_label("Recipients").fill("+1 650 253 0050")
    page.get_by_text("Send later").click()
    page.get_by_label("Send at").fill(f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT08:00}")
    page.get_by_role("button", name="Send fax").click()
    page.wait_for_url("**/faxes/*/")


def counted_overview(page: Page) -> None:
    """Open the overview, and reload it until the watch has counted a fax."""
    given_up_at = time.monotonic() + TIMEOUT / 1000
    page.goto("/overview/")
    while not page.get_by_role("table").count() and time.monotonic() < given_up_at:
        page.reload()
    expect(page.get_by_role("table").first).to_be_visible()


def keeps_nobody_out(page: Page) -> None:
    """Fail if axe finds that the page, as it is now, breaks a rule of accessibility."""
    is_loaded = page.evaluate("'axe' in window")
    axe = Axe("null") if is_loaded else Axe()
    results = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    scheme = (
        "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    )
    assert not results.response["violations"], f"{scheme}: {results.generate_report()}"


def fits_and_keeps_nobody_out(page: Page) -> None:
    """Fail if the page, as it is now, is wider than a screen or breaks a rule of accessibility.

    The page is checked at each of `WIDTHS`, in light and in dark, without a reload in between.
    """
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(END_TRANSITIONS)
            keeps_nobody_out(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)


@pytest.fixture
def sender(open_page: Open, signed_in: Callable[[str], Mapping[str, Any]]) -> Page:
    """A page of the signed-in sender, at the form of a new fax."""
    page = open_page(**signed_in("sender"))
    page.goto("/")
    return page
