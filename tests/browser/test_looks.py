"""Every page, in both schemes and at each width, fits and is accessible (WCAG 2.2 AA)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import (
    HEIGHT,
    WIDTHS,
    Open,
    counted_overview,
    fits_and_keeps_nobody_out,
    send_tomorrow,
)

SignedIn = Callable[[str], Mapping[str, Any]]


def mistakes(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Recipients").fill("letters")
    page.get_by_label("Documents").set_input_files(files.pdf())
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("alert")).to_be_visible()


def recipients(page: Page) -> None:
    page.goto("/")
    field = page.get_by_label("Recipients")
    field.fill("Dr Meyer <+49 30 1234567>, (650) 253-0000, +1 650 253 0000, 7778888, letters\n")
    page.get_by_label("Subject").focus()
    expect(page.get_by_role("row")).to_have_count(4)


def corrected_recipient(page: Page) -> None:
    recipients(page)
    page.get_by_text("contains letters").click()
    expect(page.get_by_label("Correct letters")).to_be_focused()


def recipients_file(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="From a file").click()
    dialog = page.get_by_role("dialog", name="Numbers from a file")
    dialog.get_by_label("CSV file").set_input_files(files.recipients())
    expect(dialog.get_by_label("Column with fax numbers")).to_be_visible()


def impossible_time(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Send later").click()
    page.get_by_label("Send at").fill("2020-01-01T08:00")
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_label("Send at")).to_be_visible()


def every_sort_of_row(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Documents").set_input_files([files.pdf(), files.tiff(), files.program()])
    expect(page.get_by_text("“invoice.pdf” was not attached")).to_be_visible()
    expect(page.locator("#chosen [data-document]")).to_have_count(2)
    page.locator("#documents").evaluate("field => { field.dataset.maxFiles = 2; }")
    page.get_by_label("Documents").set_input_files(files.text())
    expect(page.get_by_text("Remove another one to attach this one").last).to_be_visible()
    expect(page.get_by_text("per recipient")).to_be_visible()


def unsent_faxes(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Subject").fill("An offer that is not ready yet")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.goto("/drafts/")


def questions(page: Page) -> None:
    """The form asks for confirmation, because the fax is large and was sent before."""
    numbers = ", ".join(f"+1 650 253 {number:04}" for number in range(1000, 1025))
    for _time in range(2):
        page.goto("/")
        page.get_by_label("Recipients").fill(numbers)
        page.get_by_label("Documents").set_input_files(files.pdf("price list.pdf"))
        page.get_by_role("button", name="Send fax").click()
        expect(page.get_by_role("alert")).to_contain_text("This is a large fax")
        if page.get_by_text("Already sent?").count():
            return
        page.get_by_role("button", name="anyway").click()
        page.wait_for_url("**/faxes/*/")


def block_list(page: Page) -> None:
    """The block list with an entry of each kind, and a mistake in its form."""
    page.goto("/sending/block-list/")
    for number, beginning in (("+1 900", True), ("+1 212 555 0199", False), ("letters", False)):
        page.get_by_label("Number", exact=True).fill(number)
        page.get_by_label("Block all numbers that start with this").set_checked(beginning)
        page.get_by_label("Reason").fill("Costs several dollars a page")
        page.get_by_role("button", name="Block", exact=True).click()
        expect(page.get_by_label("Search")).to_be_visible()


def scheduled_fax(page: Page) -> None:
    send_tomorrow(page)
    expect(page.get_by_role("status")).to_have_text("Scheduled")


def one_fax(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Recipients").fill("+1 650 253 0020")
    page.get_by_label("Documents").set_input_files([files.pdf(), files.never_sent()])
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")


def overview(page: Page) -> None:
    one_fax(page)
    counted_overview(page)
    expect(page.get_by_role("img", name="Chart of faxes by day and status")).to_be_visible()


def fax_on_hold(page: Page) -> None:
    one_fax(page)
    page.get_by_label("Reason").fill("Letter of 3 May from the court")
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_role("button", name="Lift hold")).to_be_visible()


def columns(page: Page) -> None:
    page.goto("/review/")
    page.get_by_text("Columns", exact=True).click()
    expect(page.get_by_label("Columns of the export")).to_be_visible()


def template_saved(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Subject").fill("Weekly report")
    page.get_by_text("Save as a template").click()
    page.get_by_label("Template name").fill("Weekly report to the whole sales team in all regions")
    page.get_by_role("button", name="Save template").click()
    expect(page.get_by_text("The fax has not been sent yet.")).to_be_visible()


def templates(page: Page) -> None:
    template_saved(page)
    page.goto("/templates/")
    expect(page.get_by_role("button", name="New fax from").first).to_be_visible()


def open_keys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def preview(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Documents").set_input_files(files.tiff())
    page.get_by_role("button", name="Send fax").click()  # without a recipient the fax stays a draft
    page.get_by_role("link", name="Preview plan.tif").click()
    expect(page.get_by_role("img", name="Page 1 as a fax")).to_be_visible()


def contact_with_mistakes(page: Page) -> None:
    page.goto("/contacts/new/")
    page.get_by_label("Fax number").fill("call me")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def fax_with_cover(page: Page) -> None:
    page.goto("/")
    page.locator("#cover-page summary").click()
    page.get_by_label("Cover page").select_option("Letterhead")
    page.get_by_label("Message").fill("𒀀")
    page.get_by_role("button", name="Preview cover page").click()
    expect(page.get_by_role("alert")).to_be_visible()


def cover(page: Page) -> None:
    page.goto("/covers/new/")
    page.get_by_label("Name", exact=True).fill(f"Letterhead {uuid4()}")
    page.get_by_label("Office").fill("Meyer & Partners\nPhone +1 650 253 0000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name="The cover page as a fax")).to_be_visible()


def covers(page: Page) -> None:
    cover(page)
    page.get_by_role("link", name="All cover pages").click()
    expect(page.get_by_role("link", name="New cover page")).to_be_visible()


def cover_with_mistakes(page: Page) -> None:
    page.goto("/covers/new/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def shared_contact(page: Page) -> None:
    page.goto("/contacts/?search=county")
    page.get_by_role("link", name="Records").click()
    expect(page.get_by_text("This contact is shared.")).to_be_visible()


def removing_a_contact(page: Page) -> None:
    page.goto("/contacts/?search=county")
    page.get_by_role("link", name="Records").click()
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_text("it will be removed for everyone")).to_be_visible()


def shared_group(page: Page) -> None:
    page.goto("/contacts/groups/")
    page.get_by_role("link", name="Monthly report").click()
    expect(page.get_by_label("Search contacts")).to_be_visible()


def import_to_check(page: Page) -> None:
    page.goto("/contacts/import/")
    sheet = files.csv("Name,Fax,Group\nHarbor,+1 202 555 0143,Ports\nNobody,none,\n")
    page.get_by_label("CSV file").set_input_files(sheet)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="1 contact can be imported")).to_be_visible()


def duplicates(page: Page) -> None:
    page.goto("/contacts/duplicates/?shared")
    if page.get_by_role("heading", name="No duplicates").is_visible():
        page.goto("/contacts/new/")
        page.get_by_label("Name").fill("Harbor claims")
        page.get_by_label("Fax number").fill("(202) 555-0143")
        page.get_by_label("Share with everyone").check()
        page.get_by_role("button", name="Save").click()
        page.goto("/contacts/duplicates/?shared")
    expect(page.get_by_role("heading", name="Same number")).to_be_visible()


def open_menu(page: Page) -> None:
    page.goto("/accounts/time-zone/")  # a page where the menu hides no part of a button
    page.get_by_role("button", name="admin").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def at(address: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(address)

    return go


#: page → (who looks at it, a function that opens it)
PAGES: dict[str, tuple[str | None, Callable[[Page], None]]] = {
    "sign in": (None, at("/accounts/login/")),
    "new fax": ("admin", at("/")),
    "new fax with mistakes": ("admin", mistakes),
    "new fax with recipients": ("admin", recipients),
    "new fax with a recipient to correct": ("admin", corrected_recipient),
    "new fax with recipients from a file": ("admin", recipients_file),
    "recipients from a file": ("admin", at("/recipients/file/")),
    "new fax at an impossible time": ("admin", impossible_time),
    "new fax with questions": ("admin", questions),
    "new fax for a reviewer": ("reviewer", at("/")),
    "new fax with documents": ("admin", every_sort_of_row),
    "unsent faxes": ("admin", unsent_faxes),
    "one fax": ("admin", one_fax),
    "fax on hold": ("admin", fax_on_hold),
    "preview": ("admin", preview),
    "scheduled fax": ("admin", scheduled_fax),
    "my faxes": ("admin", at("/faxes/")),
    "no faxes": ("reviewer", at("/faxes/")),
    "nothing found": ("admin", at("/faxes/?search=nothing+like+it&since=yesterday")),
    "review": ("reviewer", at("/review/")),
    "columns of the export": ("reviewer", columns),
    "overview": ("admin", overview),
    "nothing to overview": ("reviewer", at("/overview/?since=2001-01-01&until=2001-01-01")),
    "decisions": ("sender", at("/faxes/decisions/")),
    "sending": ("admin", at("/sending/")),
    "new fax with a cover page": ("admin", fax_with_cover),
    "cover pages": ("admin", covers),
    "cover page": ("admin", cover),
    "cover page with mistakes": ("admin", cover_with_mistakes),
    "block list": ("admin", block_list),
    "audit": ("admin", at("/audit/")),
    "nothing in the audit": ("reviewer", at("/audit/?who=nobody&fax=none")),
    "No templates": ("sender", at("/templates/")),
    "new fax with a template": ("admin", template_saved),
    "templates": ("admin", templates),
    "contacts": ("admin", at("/contacts/")),
    "no contact fits": ("sender", at("/contacts/?search=nothing+like+it")),
    "new contact": ("admin", at("/contacts/new/")),
    "contact with mistakes": ("sender", contact_with_mistakes),
    "shared contact": ("sender", shared_contact),
    "removing a contact": ("admin", removing_a_contact),
    "groups": ("admin", at("/contacts/groups/")),
    "shared group": ("admin", shared_group),
    "import of contacts": ("admin", at("/contacts/import/")),
    "import to check": ("admin", import_to_check),
    "duplicates": ("admin", duplicates),
    "connection": ("admin", at("/connection/")),
    "time zone": ("admin", at("/accounts/time-zone/")),
    "change password": ("admin", at("/accounts/password/change/")),
    "account menu": ("admin", open_menu),
    "keyboard sheet": ("admin", open_keys),
}


@pytest.mark.matrix
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_is_accessible_in_light_and_dark(
    name: str, open_page: Open, signed_in: SignedIn
) -> None:
    who, get_there = PAGES[name]
    page = open_page(
        viewport={"width": WIDTHS[0], "height": HEIGHT}, **(signed_in(who) if who else {})
    )
    get_there(page)
    fits_and_keeps_nobody_out(page)


def test_the_keyboard_reaches_the_content_first(sender: Page) -> None:
    sender.keyboard.press("Tab")
    expect(sender.get_by_role("link", name="Skip to content")).to_be_focused()
    sender.keyboard.press("Enter")
    expect(sender.locator("#content")).to_be_focused()


def test_only_the_fields_of_the_chosen_way_are_shown(sender: Page) -> None:
    sender.goto("/connection/")
    sender.get_by_label("Sign in with").select_option("Access token")
    expect(sender.get_by_label("Access token", exact=True)).to_be_visible()
    expect(sender.get_by_label("App secret")).to_be_hidden()
    sender.get_by_label("Sign in with").select_option("Session cookie")
    expect(sender.get_by_label("XSRF token")).to_be_visible()
    expect(sender.get_by_label("Access token", exact=True)).to_be_hidden()
