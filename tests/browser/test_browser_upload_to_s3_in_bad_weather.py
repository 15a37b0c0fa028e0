"""Upload by the browser to a real S3 server when something fails.

The tests check the bytes in the bucket and the response to each PUT. The browser reaches the server
over a proxy that a test can stop and cut.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from faxportal.simulator.fax_store import Fax
from tests.browser import files
from tests.browser.browser_uploads import (
    CORS,
    HANDED_OVER,
    OFFLINE,
    Traffic,
    bring,
    fax_of,
    send,
    state_of,
)
from tests.browser.conftest import Open, Portal, running_portal
from tests.browser.files import MB, Chosen
from tests.browser.tcp_proxy import TcpProxy, proxy_to
from tests.support.s3 import S3
from tests.support.s3 import s3 as s3  # a fixture

pytestmark = pytest.mark.matrix

SignedIn = Callable[[str], Mapping[str, Any]]

#: A large file, whose upload stops halfway, and a small file, which goes last.
LARGE, SMALL = files.jpeg(20 * MB), files.pdf()
BOTH = [LARGE, SMALL]
HALF = 10 * MB


@pytest.fixture(scope="module")
def line(s3: S3) -> Iterator[tuple[TcpProxy, str]]:
    with proxy_to(s3.url) as line:
        yield line


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory,
    chromium_path: str | None,
    s3: S3,
    line: tuple[TcpProxy, str],
) -> Iterator[Portal]:
    _, storage = line
    with running_portal(
        tmp_path_factory.mktemp("bad-weather"),
        FAXPORTAL_DELIVERY="direct",
        FAXPORTAL_STORAGE_ORIGINS=storage,
    ) as portal:
        portal.simulator.configure(**{**s3.as_simulated, "storage": storage})
        yield portal


@pytest.fixture
def proxy(line: tuple[TcpProxy, str]) -> Iterator[TcpProxy]:
    proxy, _ = line
    yield proxy
    proxy.cut()
    proxy.reconnect()


def send_half(page: Page, proxy: TcpProxy, chosen: list[Chosen], number: str) -> None:
    """Send the files. When this returns, about half of the large file is at storage."""
    proxy.hold(after=HALF)
    send(page, chosen, number)
    proxy.wait_until_held()
    expect(page.get_by_text(re.compile(r"of 2\d\sMB, [4-9]\d %")).first).to_be_visible()


def answers(fax: Fax, s3: S3) -> list[list[int]]:
    """For each file, the statuses with which storage answered its PUTs."""
    return [s3.answers(file.key) for file in fax.files]


def holds(fax: Fax, s3: S3) -> list[bool]:
    """For each file, whether storage has it."""
    return [s3.stored(file.key) is not None for file in fax.files]


def is_put(request: Request) -> bool:
    return request.method == "PUT"


def lose_network(page: Page, proxy: TcpProxy) -> None:
    """Break all connections, and return when the page shows that it is offline."""
    with page.expect_event("requestfailed", is_put):
        page.context.set_offline(True)
        proxy.cut()
    expect(page.get_by_text("The portal isn't responding. Your files")).to_be_visible()


def find_network(page: Page, proxy: TcpProxy) -> None:
    proxy.reconnect()
    page.context.set_offline(False)


def arrives_once(page: Page, portal: Portal, s3: S3, chosen: list[Chosen]) -> Fax:
    """Wait until the fax is handed over, and compare the bucket with the chosen files."""
    expect(page.get_by_role("status")).to_have_text(HANDED_OVER)
    fax = fax_of(page, portal)
    assert [statuses.count(200) for statuses in answers(fax, s3)] == [1] * len(chosen)
    for file, wanted in zip(fax.files, chosen, strict=True):
        found = s3.stored(file.key)
        assert found is not None
        content, metadata = found
        assert hashlib.sha256(content).hexdigest() == files.sha256(wanted)
        assert metadata == {"he-int-faxout": "1", "app-faxid": str(fax.id)}
    return fax


def test_a_reload_halfway_is_finished_from_another_browser(
    open_page: Open, signed_in: SignedIn, portal: Portal, s3: S3, proxy: TcpProxy
) -> None:
    page = open_page(**signed_in("sender"))
    send_half(page, proxy, BOTH, "+1 650 253 0130")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    proxy.cut()
    expect(page.get_by_text("0 of 2 files arrived. Nothing has been faxed yet.")).to_be_visible()
    first = fax_of(page, portal)
    assert holds(first, s3) == [False, False]
    address = page.url
    page.context.close()
    proxy.reconnect()

    other = open_page(**signed_in("sender"))
    other.goto(address)
    bring(other, BOTH)
    assert arrives_once(other, portal, s3, BOTH).id == first.id


def test_targets_that_storage_finds_expired_after_a_sleep_are_renewed(
    sender: Page, portal: Portal, s3: S3, proxy: TcpProxy, expected: Callable[[str], None]
) -> None:
    second = Chosen(**(files.jpeg(MB) | {"name": "second.jpg"}))
    chosen = [LARGE, second, SMALL]
    portal.simulator.configure(target_lifetime=15)
    traffic = Traffic(sender, portal)
    send_half(sender, proxy, chosen, "+1 650 253 0131")
    expect(state_of(sender, "second.jpg")).to_have_text("Arrived")
    portal.simulator.configure(target_lifetime=600)
    old = fax_of(sender, portal)
    lose_network(sender, proxy)
    for put in traffic.puts():
        while "Request has expired" not in httpx.get(at(s3, put.url)).text:
            time.sleep(0.1)  # storage can't say when a target expires, so the test asks again
    find_network(sender, proxy)
    new = arrives_once(sender, portal, s3, chosen)
    assert new.id > old.id
    assert holds(old, s3) == [False, True, False]
    expected(OFFLINE)


def at(s3: S3, url: str) -> str:
    """The address of a target at storage itself, past the proxy.

    A request to it may have a wrong signature. This does not matter, because storage checks the
    expiry first.
    """
    return s3.url + urlsplit(url)._replace(scheme="", netloc="").geturl()


def test_a_network_that_breaks_halfway_and_comes_back_keeps_the_same_fax(
    sender: Page, portal: Portal, s3: S3, proxy: TcpProxy, expected: Callable[[str], None]
) -> None:
    traffic = Traffic(sender, portal)
    send_half(sender, proxy, BOTH, "+1 650 253 0132")
    first = fax_of(sender, portal)
    lose_network(sender, proxy)
    assert holds(first, s3) == [False, False]
    find_network(sender, proxy)
    assert arrives_once(sender, portal, s3, BOTH).id == first.id
    assert len({put.url for put in traffic.puts()}) == 2  # one target for each file
    expected(OFFLINE)


def test_two_tabs_of_one_fax_put_each_file_once(
    open_page: Open, signed_in: SignedIn, portal: Portal, s3: S3, proxy: TcpProxy
) -> None:
    page, other = (open_page(**signed_in("sender")) for _ in range(2))
    send_half(page, proxy, BOTH, "+1 650 253 0133")
    other.goto(page.url)
    expect(state_of(other, "photo.jpg")).to_have_text("On its way")
    bring(other, BOTH)
    proxy.go_on()
    fax = arrives_once(page, portal, s3, BOTH)
    assert arrives_once(other, portal, s3, BOTH) == fax
    assert answers(fax, s3) == [[200], [200]]


def test_storage_that_refuses_the_last_file_for_a_while_gets_it_at_the_same_fax(
    sender: Page, portal: Portal, s3: S3, proxy: TcpProxy, expected: Callable[[str], None]
) -> None:
    send_half(sender, proxy, BOTH, "+1 650 253 0134")
    first = fax_of(sender, portal)
    with s3.other_secret(), sender.expect_event("requestfailed", is_put):
        proxy.go_on()
    assert arrives_once(sender, portal, s3, BOTH).id == first.id
    _, small = answers(first, s3)
    assert (small[0], small[-1]) == (403, 200)
    expected(CORS)


def test_storage_that_refuses_the_last_file_for_good_leaves_the_fax_uncertain(
    sender: Page, portal: Portal, s3: S3, proxy: TcpProxy, expected: Callable[[str], None]
) -> None:
    """The S3 server refuses with 403, but without a CORS header, so no page can read the status."""
    send_half(sender, proxy, BOTH, "+1 650 253 0135")
    before = portal.simulator.report().faxes
    with s3.other_secret():
        proxy.go_on()
        expect(sender.get_by_role("status")).to_have_text("Needs your decision")
    fax = fax_of(sender, portal)
    assert holds(fax, s3) == [True, False]
    assert set(answers(fax, s3)[1]) == {403}
    assert portal.simulator.report().faxes == before
    expected(CORS)


def test_storage_that_refuses_every_file_ends_the_fax_and_stores_nothing(
    sender: Page, portal: Portal, s3: S3, proxy: TcpProxy, expected: Callable[[str], None]
) -> None:
    before = portal.simulator.report().faxes
    with s3.other_secret():
        send(sender, BOTH, "+1 650 253 0136")
        expect(sender.get_by_role("status")).to_have_text("Failed")
    expect(sender.locator("#direct")).to_be_hidden()
    said = "VoipNow's storage refused the upload link. The server said:"
    expect(sender.locator("#fax-parts").get_by_text(said)).to_be_visible()
    fax = fax_of(sender, portal)
    assert holds(fax, s3) == [False, False]
    assert set(answers(fax, s3)[0]) == {403}
    assert portal.simulator.report().faxes == before + 1
    expected(CORS)
