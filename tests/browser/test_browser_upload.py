"""Upload by the browser: a real Chromium carries files to storage, also when something fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser import files
from tests.browser.browser_uploads import (
    CORS,
    HANDED_OVER,
    OFFLINE,
    Traffic,
    arrives,
    bring,
    fax_of,
    fill_in,
    refused,
    send,
    state_of,
)
from tests.browser.conftest import Open, Portal, fits_and_keeps_nobody_out, running_portal, sign_in
from tests.browser.files import MB, Chosen

SignedIn = Callable[[str], Mapping[str, Any]]

#: A large file, which goes first and can be stopped halfway, and a small file, which goes last.
LARGE, SMALL = files.jpeg(8 * MB), files.pdf()
BOTH = [LARGE, SMALL]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, chromium_path: str | None) -> Iterator[Portal]:
    """A demo whose browsers carry every file."""
    folder = tmp_path_factory.mktemp("direct")
    with running_portal(folder, FAXPORTAL_DELIVERY="direct") as portal:
        yield portal


@pytest.fixture(autouse=True)
def _fair_weather_afterwards(portal: Portal) -> Iterator[None]:
    yield
    portal.simulator.forget_script()
    portal.simulator.configure(cors_origins=["*"])


def hold(portal: Portal, file: Chosen = LARGE) -> None:
    portal.simulator.script("upload", "hold", at="middle", file=file["name"])


def send_held(page: Page, portal: Portal, number: str) -> None:
    """Send both files. When this returns, the upload of the large file has stopped halfway."""
    hold(portal)
    send(page, BOTH, number)
    portal.simulator.wait_until_held()


def test_files_go_straight_to_storage_while_the_page_shows_progress(
    sender: Page, portal: Portal
) -> None:
    hold(portal)
    fill_in(sender, BOTH, "+1 650 253 0100")
    rows = sender.get_by_role("list", name="Chosen files").get_by_role("listitem")
    expect(rows.first).to_contain_text("is uploaded straight to VoipNow")
    sender.evaluate("window.sameDocument = true")
    sender.get_by_role("button", name="Send fax").click()
    portal.simulator.wait_until_held()
    expect(sender.get_by_text("Keep this page open until all files are uploaded.")).to_be_visible()
    expect(sender.get_by_text(re.compile(r"of 8\sMB, \d+ %")).first).to_be_visible()
    expect(state_of(sender, "photo.jpg")).to_have_text("On its way")
    expect(state_of(sender, "contract.pdf")).to_have_text("Missing")
    expect(sender.locator("#content")).to_be_focused()
    portal.simulator.release()
    arrives(sender, portal, BOTH)
    expect(sender.locator("#direct")).to_be_hidden()
    assert sender.evaluate("window.sameDocument") is True


def test_targets_are_in_the_pages_memory_alone(sender: Page, portal: Portal) -> None:
    send_held(sender, portal, "+1 650 253 0101")
    places = """() => [document.documentElement.outerHTML, JSON.stringify(history.state),
        location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join()"""
    assert "X-Amz" not in sender.evaluate(places)
    portal.simulator.release()
    arrives(sender, portal, BOTH)


def test_a_put_carries_what_its_target_asks_for_and_nothing_of_the_portals(
    sender: Page, portal: Portal
) -> None:
    traffic = Traffic(sender, portal)
    send(sender, BOTH, "+1 650 253 0102")
    fax = arrives(sender, portal, BOTH)
    for request in traffic.puts():
        headers = request.all_headers()
        assert headers["x-amz-meta-app-faxid"] == str(fax.id)
        assert {"cookie", "referer", "authorization"}.isdisjoint(headers)


def test_a_mistake_in_the_form_loses_no_file_in_the_browser(sender: Page, portal: Portal) -> None:
    fill_in(sender, BOTH, "letters")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("contains letters")
    expect(sender.locator("#chosen [data-name]")).to_have_text(["photo.jpg", "contract.pdf"])
    sender.get_by_label("Recipients").fill("+1 650 253 0103")
    sender.get_by_role("button", name="Send fax").click()
    arrives(sender, portal, BOTH)


def test_files_that_the_browser_cannot_carry_go_with_the_form(sender: Page, portal: Portal) -> None:
    numbers = "\n".join(f"+1 650 253 01{number}" for number in range(10, 16))
    traffic = Traffic(sender, portal)
    send(sender, [SMALL], numbers)  # two batches
    expect(sender.get_by_role("status")).to_have_text(HANDED_OVER)
    assert traffic.puts() == []


def test_no_file_of_a_scheduled_fax_stays_in_the_browser(sender: Page) -> None:
    fill_in(sender, BOTH, "+1 650 253 0104")
    stays = sender.get_by_text("is uploaded straight to VoipNow")
    expect(stays.first).to_be_visible()
    sender.get_by_text("Send later").click()
    sender.get_by_label("Send at").fill("2030-01-01T08:00")
    sender.get_by_label("Send at").blur()
    expect(stays.first).to_be_hidden()
    expect(sender.locator("#chosen [data-document]")).to_have_count(2)


def test_the_portal_relays_files_that_storage_refuses_from_the_browser(
    open_page: Open, portal: Portal, expected: Callable[[str], None]
) -> None:
    page = open_page()
    sign_in(page, "sender")  # a new session, because the portal stores in it that storage refused
    portal.simulator.configure(cors_origins=[])
    send(page, BOTH, "+1 650 253 0105")
    first = arrives(page, portal, BOTH)
    expected(CORS)
    traffic = Traffic(page, portal)
    send(page, [files.text("Next.\n")], "+1 650 253 0105")
    next_one = arrives(page, portal, [files.text("Next.\n")])
    assert (traffic.puts(), next_one.id) == ([], first.id + 1)  # no useless PUT


def test_a_file_refused_in_the_middle_is_uploaded_again_to_the_same_fax(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    portal.simulator.script(
        "upload", "answer", at="middle", file="photo.jpg", status=403, code="AccessDenied"
    )
    before = portal.simulator.faxes()[0].id
    send(sender, BOTH, "+1 650 253 0106")
    assert arrives(sender, portal, BOTH).id == before + 1
    expected(refused(403))


def test_a_file_whose_connection_breaks_is_uploaded_again(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    portal.simulator.script("upload", "drop", at="middle", file="photo.jpg")
    send(sender, BOTH, "+1 650 253 0107")
    arrives(sender, portal, BOTH)
    expected(OFFLINE)


def test_targets_that_expired_while_the_laptop_slept_are_renewed(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    portal.simulator.script("upload", "answer", file="photo.jpg", status=503, code="SlowDown")
    send_held(sender, portal, "+1 650 253 0108")
    first = fax_of(sender, portal)
    sender.context.set_offline(True)
    portal.simulator.release()
    expect(sender.get_by_text("The portal isn't responding. Your files")).to_be_visible()
    portal.simulator.expire_targets()
    sender.context.set_offline(False)
    second = arrives(sender, portal, BOTH)
    assert second.id > first.id
    assert not portal.simulator.fax(first.id).complete
    expected(OFFLINE)
    expected(refused(403))
    expected(refused(503))


def test_uploads_continue_when_the_network_is_back(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    portal.simulator.script("upload", "drop", at="received", file="photo.jpg")
    send_held(sender, portal, "+1 650 253 0109")
    first = fax_of(sender, portal)
    sender.context.set_offline(True)
    portal.simulator.release()
    expect(sender.get_by_text("The portal isn't responding. Your files")).to_be_visible()
    sender.context.set_offline(False)
    assert arrives(sender, portal, BOTH).id == first.id
    expect(sender.get_by_text("The portal isn't responding. Your files")).to_be_hidden()
    expected(OFFLINE)


def test_the_browser_warns_before_leaving_and_another_browser_finishes(
    open_page: Open, signed_in: SignedIn, portal: Portal, expected: Callable[[str], None]
) -> None:
    page = open_page(**signed_in("sender"))
    send_held(page, portal, "+1 650 253 0110")
    dialogs: list[str] = []

    def go(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.accept()

    page.on("dialog", go)
    page.reload()
    assert dialogs == ["beforeunload"]
    expect(page.get_by_text("0 of 2 files arrived. Nothing has been faxed yet.")).to_be_visible()
    address = page.url
    page.context.close()
    portal.simulator.forget_script()

    other = open_page(**signed_in("sender"))
    other.goto(address)
    expect(state_of(other, "contract.pdf")).to_have_text("Missing")
    expect(state_of(other, "photo.jpg")).to_have_text(re.compile("May have arrived|On its way"))
    bring(other, [LARGE, files.text("Another.\n")])
    expect(other.get_by_role("alert")).to_contain_text("“note.txt” is not one of the missing files")
    expect(other.get_by_text("1 of 2 files arrived. Nothing has been faxed yet.")).to_be_visible()
    bring(other, [{**SMALL, "name": "renamed.pdf"}])
    arrives(other, portal, BOTH)
    expected(OFFLINE)


def test_going_back_while_files_are_on_their_way_asks_first(sender: Page, portal: Portal) -> None:
    send_held(sender, portal, "+1 650 253 0116")
    address = sender.url
    with sender.expect_event("dialog") as asked:
        sender.evaluate("history.back()")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    assert sender.url == address
    portal.simulator.release()
    arrives(sender, portal, BOTH)


def test_going_back_afterwards_finds_a_form_that_works(sender: Page, portal: Portal) -> None:
    send(sender, [SMALL], "+1 650 253 0117")
    arrives(sender, portal, [SMALL])
    sender.go_back()
    send_again = [files.text("Another.\n")]
    expect(sender.get_by_role("heading", name="New fax")).to_be_visible()
    sender.get_by_label("Documents").set_input_files(send_again)
    expect(sender.get_by_text("is uploaded straight to VoipNow")).to_be_visible()
    sender.get_by_label("Recipients").fill("+1 650 253 0117")
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")
    arrives(sender, portal, send_again)


def test_two_tabs_of_one_fax_put_each_file_once(
    open_page: Open, signed_in: SignedIn, portal: Portal
) -> None:
    page = open_page(**signed_in("sender"))
    send_held(page, portal, "+1 650 253 0111")
    other = open_page(**signed_in("sender"))
    other.goto(page.url)
    expect(state_of(other, "photo.jpg")).to_have_text("On its way")
    bring(other, [SMALL])
    portal.simulator.release()
    fax = arrives(page, portal, BOTH)
    arrives(other, portal, BOTH)
    expect(other.locator("#direct")).to_be_hidden()
    assert [file.puts for file in fax.files] == [1, 1]


def test_cancelling_stops_an_upload_of_the_browser(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    send_held(sender, portal, "+1 650 253 0112")
    sender.get_by_role("button", name="Cancel fax").click()
    expect(sender.get_by_role("status")).to_have_text("Cancelled")
    expect(sender.locator("#direct")).to_have_count(0)
    portal.simulator.release()
    portal.simulator.wait_until_idle()
    assert not portal.simulator.faxes()[0].complete
    expected(OFFLINE)


def test_uploads_continue_after_signing_in_again_in_another_tab(
    sender: Page, portal: Portal, expected: Callable[[str], None]
) -> None:
    send_held(sender, portal, "+1 650 253 0113")
    sender.context.clear_cookies(name="sessionid")
    portal.simulator.release()
    expect(sender.get_by_text("You are signed out. Your files are still here.")).to_be_visible()
    sign_in(sender.context.new_page(), "sender")
    arrives(sender, portal, BOTH)


def test_without_a_script_the_missing_files_go_to_the_portal(
    open_page: Open, signed_in: SignedIn, portal: Portal, tmp_path: Path
) -> None:
    page = open_page(**signed_in("sender"))
    send_held(page, portal, "+1 650 253 0114")
    address = page.url
    page.context.close()
    portal.simulator.forget_script()
    plain = open_page(java_script_enabled=False, **signed_in("sender"))
    plain.goto(address)
    bring(plain, BOTH)
    plain.get_by_role("button", name="Upload these files").click()
    while plain.get_by_role("status").inner_text() != HANDED_OVER:
        plain.reload()
    arrives(plain, portal, BOTH)


def test_a_fax_under_way_and_one_that_lacks_files_fit_and_are_accessible(
    open_page: Open, signed_in: SignedIn, portal: Portal
) -> None:
    page = open_page(**signed_in("sender"))
    send_held(page, portal, "+1 650 254 0360")
    expect(page.get_by_text("Keep this page open")).to_be_visible()
    other = open_page(**signed_in("sender"))
    other.goto(page.url)
    expect(other.get_by_label("Missing files")).to_be_visible()
    for shown in (page, other):
        fits_and_keeps_nobody_out(shown)
    portal.simulator.release()
    arrives(page, portal, BOTH)
