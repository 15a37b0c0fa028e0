"""The address book in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files


def test_contacts_found_while_typing_stay_selected_and_get_a_fax(sender: Page) -> None:
    sender.goto("/contacts/")
    search = sender.get_by_label("Search")
    search.press_sequentially("county")
    expect(sender.get_by_role("status")).to_have_text("1 contact")
    expect(search).to_be_focused()
    sender.get_by_label("Select Records").check()
    search.fill("ada mey")
    expect(sender.get_by_role("link", name="Dr. Ada Meyer")).to_be_visible()
    expect(sender.get_by_label("Records")).to_be_checked()
    sender.get_by_label("Select Dr. Ada Meyer").check()
    search.fill("no such contact")
    expect(sender.get_by_role("heading", name="No contacts match")).to_be_visible()
    search.fill("")
    expect(sender.get_by_label("Select Records")).to_be_checked()
    sender.get_by_role("button", name="Fax selected contacts").click()
    sender.wait_for_url("**/?draft=*")
    addressed = "Dr. Ada Meyer <+1 202 555 0151>\nRecords <+1 202 555 0142>"
    expect(sender.get_by_label("Recipients")).to_have_value(addressed)


def test_a_contact_is_kept_and_removed_with_the_keyboard(sender: Page) -> None:
    sender.goto("/contacts/new/")
    sender.get_by_label("Name").fill("Tax office")
    sender.get_by_label("Fax number").fill("call me")
    sender.keyboard.press("Enter")
    expect(sender.get_by_role("alert")).to_be_focused()
    sender.get_by_label("Fax number").fill("+1 202 555 0161")
    sender.keyboard.press("Enter")
    expect(sender.get_by_text("Added Tax office.")).to_be_visible()
    sender.get_by_role("link", name="Tax office").press("Enter")
    sender.get_by_role("link", name="Remove").press("Enter")
    expect(sender.get_by_role("heading", name="Remove Tax office?")).to_be_visible()
    sender.get_by_role("button", name="Remove contact").press("Enter")
    expect(sender.get_by_text("Removed Tax office.")).to_be_visible()
    expect(sender.get_by_role("link", name="Tax office")).to_have_count(0)


def test_a_groups_members_are_found_added_and_taken_out_without_losing_the_focus(
    sender: Page,
) -> None:
    sender.goto("/contacts/groups/")
    sender.get_by_label("Group name").fill("Clinics")
    sender.get_by_role("button", name="Create group").click()
    search = sender.get_by_label("Search contacts")
    search.press_sequentially("clinic")
    sender.get_by_role("button", name="Add Claims").wait_for(state="detached")
    expect(search).to_be_focused()
    sender.get_by_role("button", name="Add Front office").press("Enter")
    expect(sender.get_by_role("status")).to_have_text("1 contact")
    expect(sender.get_by_role("button", name="Remove Front office")).to_be_focused()
    expect(sender.locator(".htmx-added")).to_have_count(0)  # htmx submits the forms from now on
    sender.keyboard.press("Enter")
    expect(sender.get_by_role("status")).to_have_text("0 contacts")
    expect(sender.get_by_role("button", name="Add Front office")).to_be_focused()


def test_an_import_is_previewed_with_other_columns_and_made(sender: Page) -> None:
    sender.goto("/contacts/import/")
    content = "Fax;Room;Who\n+1 202 555 0171;+1 202 555 0172;Harbor master\nnone;;Nobody\n"
    sender.get_by_label("CSV file").set_input_files(files.csv(content))
    sender.get_by_role("button", name="Continue").click()
    expect(sender.get_by_role("heading", name="1 contact can be imported")).to_be_visible()
    expect(sender.get_by_text("Line 3")).to_be_visible()
    sender.get_by_label("Name", exact=True).select_option("2")
    expect(sender.get_by_role("rowheader", name="Harbor master")).to_be_visible()
    expect(sender.get_by_text("Line 3: Nobody")).to_be_visible()
    sender.get_by_role("button", name="Import").click()
    expect(sender.get_by_text("Added 1 contact.")).to_be_visible()
    expect(sender.get_by_role("link", name="Harbor master")).to_be_visible()


def test_a_number_is_saved_on_the_faxs_page_and_not_offered_again(sender: Page) -> None:
    sender.get_by_label("Recipients").fill("+1 650 253 0081, +1 650 253 0082")
    sender.get_by_label("Documents").set_input_files(files.never_sent())
    sender.get_by_role("button", name="Send fax").click()
    sender.get_by_label("Name for +1 650 253 0081").fill("Harbor")
    sender.keyboard.press("Enter")
    expect(sender.get_by_text("Added Harbor to your contacts.")).to_be_focused()
    expect(sender.get_by_label("Name for +1 650 253 0081")).to_have_count(0)
    sender.get_by_role("button", name="Not now").click()
    expect(sender.get_by_label("Name for +1 650 253 0082")).to_have_count(0)
    sender.reload()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    expect(sender.get_by_label("Name for +1 650 253 0082")).to_have_count(0)
