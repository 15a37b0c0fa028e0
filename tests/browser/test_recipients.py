"""The recipients' field: typed, pasted, suggested, corrected in place and removed by keyboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import files
from tests.browser.conftest import Portal, keeps_nobody_out

MANY = 5000


def field(page: Page) -> Locator:
    return page.get_by_label("Recipients")


def tokens(page: Page) -> Locator:
    return page.get_by_role("row")


def count(page: Page) -> Locator:
    return page.locator("#tokens [data-count]")


def paste(page: Page, text: str) -> None:
    """Paste a text from the clipboard, as a person does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field(page).focus()
    page.keyboard.press("ControlOrMeta+V")


def send(page: Page) -> None:
    page.get_by_label("Documents").set_input_files(files.text("To some recipients.\n"))
    page.get_by_role("button", name="Send fax").click()
    expect(page.get_by_role("status")).to_have_text("Handed to VoipNow")


def test_each_recipient_becomes_a_token_and_a_wrong_one_is_corrected_in_place(
    sender: Page, portal: Portal
) -> None:
    paste(sender, "Dr Meyer <+49 30 1234567>\n(650) 253-0101; 0003*210\n0721 CALL ME\n7778888\n")
    expect(count(sender)).to_have_text("5 recipients, 1 can't be dialled")
    expect(tokens(sender).nth(0)).to_contain_text("Dr Meyer +49301234567 Germany")
    expect(tokens(sender).nth(1)).to_contain_text("6502530101 United States")
    expect(tokens(sender).nth(2)).to_contain_text("0003*210 Extension")
    expect(tokens(sender).nth(3)).to_contain_text("contains letters")
    expect(tokens(sender).nth(4)).to_contain_text("Check it")

    tokens(sender).nth(0).focus()
    sender.keyboard.press("ArrowRight")
    sender.keyboard.press("End")
    sender.keyboard.press("ArrowLeft")
    sender.keyboard.press("Enter")
    expect(sender.get_by_label("Correct 0721 CALL ME")).to_be_focused()
    sender.keyboard.type("Lee <+1 650 253 0102>")
    sender.keyboard.press("Enter")
    expect(count(sender)).to_have_text("5 recipients")
    expect(tokens(sender).nth(3)).to_be_focused()
    expect(tokens(sender).nth(3)).to_contain_text("Lee +16502530102")

    send(sender)
    expect(sender.get_by_text("Dr Meyer")).to_be_visible()
    expected = ("+49301234567", "6502530101", "0003*210", "+16502530102", "7778888")
    assert portal.simulator.faxes()[0].recipients == expected


def test_escape_leaves_a_token_as_it_was(sender: Page) -> None:
    paste(sender, "210, 211")
    tokens(sender).nth(1).click()
    sender.keyboard.type("999")
    sender.keyboard.press("Escape")
    expect(tokens(sender).nth(1)).to_be_focused()
    expect(field(sender)).to_have_value("210, 211")


def test_a_token_that_is_removed_goes_with_all_its_spellings_and_comes_back(sender: Page) -> None:
    text = "+1 650 253 0103, 210\n650-253-0103\n"
    paste(sender, text)
    expect(sender.locator("[data-merged]")).to_contain_text(
        "650-253-0103 is the same as +1 650 253 0103"
    )
    tokens(sender).first.focus()
    sender.keyboard.press("Delete")
    expect(field(sender)).to_have_value("210\n")
    expect(tokens(sender)).to_have_count(1)
    expect(tokens(sender).first).to_be_focused()
    sender.keyboard.press("Backspace")
    expect(field(sender)).to_be_focused()
    expect(sender.locator("#recipients-said")).to_have_text("Removed 210.")
    sender.get_by_role("button", name="Undo").click()
    expect(field(sender)).to_have_value("210\n")
    expect(tokens(sender)).to_have_count(1)


def test_what_is_still_typed_is_no_token_until_it_is_left(sender: Page) -> None:
    field(sender).press_sequentially("210, 21")
    expect(tokens(sender)).to_have_count(1)
    sender.keyboard.press("Tab")
    expect(tokens(sender)).to_have_count(2)


def test_recent_numbers_are_suggested_and_chosen_by_keyboard(sender: Page) -> None:
    field(sender).fill("Zoë Quist <+1 650 253 0104>")
    send(sender)
    sender.goto("/")
    field(sender).click()
    suggestions = sender.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(suggestions.first).to_have_text("Zoë Quist +1 650 253 0104 recent")
    sender.keyboard.press("Escape")
    expect(suggestions).to_have_count(0)
    field(sender).press_sequentially("210, zoe")
    expect(suggestions).to_have_count(1)
    keeps_nobody_out(sender)
    sender.keyboard.press("ArrowDown")
    expect(suggestions.first).to_have_attribute("aria-selected", "true")
    expect(field(sender)).to_have_attribute("aria-activedescendant", "suggestions-0")
    sender.keyboard.press("Enter")
    expect(field(sender)).to_have_value("210, Zoë Quist <+1 650 253 0104>\n")
    expect(count(sender)).to_have_text("2 recipients")
    sender.keyboard.press("ControlOrMeta+Z")
    expect(field(sender)).to_have_value("210, zoe")


def test_thousands_are_pasted_without_a_stall(sender: Page) -> None:
    sender.evaluate(
        """() => {
            window.tasks = [];
            const seen = (list) => list.getEntries().forEach((one) => tasks.push(one.duration));
            new PerformanceObserver(seen).observe({ type: "longtask" });
            window.began = performance.now();
        }"""
    )
    numbers = [f"+1 650 {200 + one // 1000} {one % 1000:04}" for one in range(MANY - 3)]
    paste(sender, "\n".join([*numbers, "one", "two", "three"]))
    expect(count(sender)).to_have_text("5,000 recipients, 3 can't be dialled")
    expect(sender.get_by_text("At most 500 in one fax. Remove 4,497")).to_be_visible()
    # No task kept the page busy for half of the time, and only visible tokens were drawn.
    longest = sender.evaluate("Math.max(0, ...tasks) / (performance.now() - began)")
    assert longest < 1 / 2
    assert tokens(sender).count() < 100
    expect(tokens(sender).first).to_contain_text("“one” contains letters")
    drawn = tokens(sender).count()
    sender.get_by_role("button", name="more").click()
    expect(tokens(sender).nth(drawn)).to_be_focused()


def test_thousands_that_a_program_types_are_taken_at_once(sender: Page) -> None:
    field(sender).fill("\n".join(str(650_253_0000 + one) for one in range(MANY)))
    expect(count(sender)).to_have_text("5,000 recipients")


def test_without_an_answer_the_form_goes_on_working(
    sender: Page, portal: Portal, complaints: list[str]
) -> None:
    sender.route("**/recipients/**", lambda route: route.abort())
    field(sender).fill("+1 650 253 0105, +1 650 253 0106")
    expect(sender.get_by_text("The recipients could not be checked just now")).to_be_visible()
    send(sender)
    assert portal.simulator.faxes()[0].recipients == ("+16502530105", "+16502530106")
    complaints.clear()  # the errors about requests without an answer


def test_recipients_come_from_a_column_of_a_file(sender: Page) -> None:
    field(sender).fill("210")
    sender.get_by_role("link", name="From a file").click()
    dialog = sender.get_by_role("dialog", name="Numbers from a file")
    dialog.get_by_label("CSV file").set_input_files(files.recipients())
    expect(dialog.get_by_label("Column with fax numbers")).to_have_value("2")
    expect(dialog).to_contain_text("1 row without a number will be skipped: line 4")
    dialog.get_by_label("Column with names").select_option("No column")
    rows = dialog.get_by_role("listitem")
    expect(rows).to_have_text(["+1 650 253 0107", "+1 650 253 0108"])
    dialog.get_by_label("Column with names").select_option(index=1)
    expect(rows.first).to_have_text("Zoë Quist <+1 650 253 0107>")
    dialog.get_by_role("button", name="Add to fax").click()
    expect(dialog).to_be_hidden()
    expect(field(sender)).to_be_focused()
    expect(field(sender)).to_have_value(
        '210\nZoë Quist <+1 650 253 0107>\n"Lee, Ann" <+1 650 253 0108>\n'
    )
    expect(tokens(sender)).to_have_count(3)

    sender.get_by_role("link", name="From a file").click()
    dialog.get_by_label("CSV file").set_input_files(files.recipients())
    dialog.get_by_role("link", name="Choose another file").click()
    expect(dialog.get_by_label("CSV file")).to_be_visible()


def test_a_token_that_is_being_corrected_goes_with_the_form(sender: Page, portal: Portal) -> None:
    paste(sender, "+1 650 253 0109")
    sender.get_by_label("Documents").set_input_files(files.text("Corrected at the last moment.\n"))
    tokens(sender).first.click()
    sender.keyboard.type("+1 650 253 0110")
    sender.keyboard.press("ControlOrMeta+Enter")
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    assert portal.simulator.faxes()[0].recipients == ("+16502530110",)


def test_a_suggested_group_becomes_its_members_and_each_can_be_removed(
    sender: Page,
) -> None:
    field(sender).press_sequentially("@mon")
    suggestions = sender.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(suggestions).to_have_text("Monthly report 3 recipients group")
    sender.keyboard.press("ArrowDown")
    sender.keyboard.press("Enter")
    expect(field(sender)).to_have_value("@Monthly report\n")
    expect(tokens(sender)).to_have_count(3)
    expect(tokens(sender).first).to_contain_text("Claims +12025550143 United States")
    expect(tokens(sender).first).to_contain_text("from Monthly report")
    tokens(sender).first.get_by_role("button", name="Remove Claims").click()
    rest = "Front office <+1 202 555 0141>\nRecords <+1 202 555 0142>\n"
    expect(field(sender)).to_have_value(rest)
    expect(tokens(sender)).to_have_count(2)


def test_a_group_that_changes_between_looking_and_sending_is_shown_again_first(
    sender: Page, portal: Portal
) -> None:
    sender.goto("/contacts/groups/")
    sender.get_by_label("Group name").fill("Night shift")
    sender.get_by_role("button", name="Create group").click()
    sender.get_by_role("button", name="Add Front office").click()
    expect(sender.get_by_role("status")).to_have_text("1 contact")
    colleague = sender.context.new_page()
    colleague.goto(sender.url)

    before = len(portal.simulator.faxes())
    sender.goto("/")
    field(sender).fill("@Night shift, 210")
    expect(count(sender)).to_have_text("2 recipients")
    colleague.get_by_role("button", name="Add Claims").click()
    expect(colleague.get_by_role("status")).to_have_text("2 contacts")
    sender.get_by_label("Documents").set_input_files(files.text("For the night shift.\n"))
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("The members of “Night shift” have changed")
    expect(field(sender)).to_have_value("@Night shift, 210")
    expect(count(sender)).to_have_text("3 recipients")
    expect(tokens(sender).filter(has_text="Claims")).to_be_visible()
    assert len(portal.simulator.faxes()) == before

    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    assert portal.simulator.faxes()[0].recipients == ("+12025550143", "+12025550141", "210")
