"""Upload by the browser to a real S3 server, which verifies signatures and has CORS rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.browser_uploads import CORS, HANDED_OVER, Traffic, fax_of, send
from tests.browser.conftest import Open, Portal, running_portal, sign_in
from tests.browser.files import MB, Chosen
from tests.support.s3 import S3, running_s3
from tests.support.s3 import s3 as s3  # a fixture


@pytest.fixture(scope="module")
def closed_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A server whose CORS rules allow the pages of another site only."""
    folder = tmp_path_factory.mktemp("closed-s3")
    with running_s3(folder, origin="https://elsewhere.example") as running:
        yield running


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory, chromium_path: str | None, s3: S3, closed_s3: S3
) -> Iterator[Portal]:
    with running_portal(
        tmp_path_factory.mktemp("direct-to-s3"),
        FAXPORTAL_STORAGE_ORIGINS=f"{s3.url},{closed_s3.url}",
        FAXPORTAL_DIRECT_OVER_MB="1",
        FAXPORTAL_MAX_FILE_MB="200",
    ) as portal:
        portal.simulator.configure(**s3.as_simulated)
        yield portal


def arrives(page: Page, portal: Portal, storage: S3, chosen: list[Chosen]) -> None:
    expect(page.get_by_role("status")).to_have_text(HANDED_OVER)
    fax = fax_of(page, portal)
    for file, wanted in zip(fax.files, chosen, strict=True):
        found = storage.stored(file.key)
        assert found is not None
        content, metadata = found
        assert hashlib.sha256(content).hexdigest() == files.sha256(wanted)
        assert metadata == {"he-int-faxout": "1", "app-faxid": str(fax.id)}


def test_large_files_arrive_byte_for_byte_and_not_through_the_portal(
    sender: Page, portal: Portal, s3: S3, tmp_path: Path
) -> None:
    plans = Chosen(**(files.jpeg(20 * MB) | {"name": "plans.jpg"}))
    chosen = [files.jpeg(200 * MB), plans, files.pdf()]
    traffic = Traffic(sender, portal)
    send(sender, files.on_disk(tmp_path, chosen), "+1 650 253 0120")
    arrives(sender, portal, s3, chosen)
    assert len(traffic.puts()) == 2  # the small file goes with the form
    assert traffic.bytes_to_portal() < 20_000


def test_the_portal_relays_the_same_fax_where_storage_refuses_our_pages(
    open_page: Open,
    portal: Portal,
    s3: S3,
    closed_s3: S3,
    expected: Callable[[str], None],
) -> None:
    page = open_page()
    sign_in(page, "sender")  # a new session, because the portal stores in it that storage refused
    portal.simulator.configure(**closed_s3.as_simulated)
    chosen = [files.jpeg(2 * MB), files.pdf()]
    before = portal.simulator.report().faxes
    send(page, chosen, "+1 650 253 0121")
    arrives(page, portal, closed_s3, chosen)
    assert portal.simulator.report().faxes == before + 1
    portal.simulator.configure(**s3.as_simulated)
    expected(CORS)
