"""What scripts add to the form of a new fax."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser import files
from tests.browser.conftest import Portal


def test_a_file_dropped_anywhere_is_attached(sender: Page, portal: Portal) -> None:
    sender.evaluate(files.DROP, ["dropped.txt", "text/plain", "Dropped.\n"])
    expect(sender.locator("#chosen [data-name]")).to_have_text("dropped.txt")
    sender.get_by_label("Recipients").fill("+1 650 253 0010")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("status")).to_have_text("Handed to VoipNow")
    assert portal.simulator.faxes()[0].files[0].name == "dropped.txt"


def test_enter_in_a_field_sends_nothing(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf())
    sender.get_by_label("Recipients").fill("+1 650 253 0011")
    sender.get_by_label("Subject").press("Enter")
    sender.get_by_label("Subject").fill("Still here")
    expect(sender.get_by_role("heading", name="New fax")).to_be_visible()
    expect(sender.locator("#chosen [data-name]")).to_have_text("contract.pdf")


def test_a_session_that_ran_out_leads_to_signing_in(sender: Page) -> None:
    sender.context.clear_cookies(name="sessionid")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_unsent_fax_is_offered_and_continued(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf("latest_draft.pdf"))
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_be_visible()
    sender.goto("/")
    expect(sender.get_by_text("You have a draft from")).to_be_visible()
    sender.get_by_role("link", name="Continue").click()
    expect(sender.get_by_text("latest_draft.pdf", exact=True)).to_be_visible()


def test_a_form_sent_before_its_scripts_have_loaded_has_its_documents(
    sender: Page, portal: Portal
) -> None:
    held: list[Route] = []
    sender.route("**/js/compose/submit*.js", lambda route: held.append(route))
    sender.goto("/", wait_until="commit")
    sender.get_by_label("Documents").set_input_files(files.text("Sent early.\n"))
    sender.get_by_label("Recipients").fill("+1 650 253 0078")
    while not held:
        sender.wait_for_timeout(10)
    sender.get_by_role("button", name="Send fax").click()
    sender.wait_for_url("**/faxes/*/")
    expect(sender.get_by_role("status").first).to_have_text("Handed to VoipNow")
    assert [fax.complete for fax in portal.simulator.faxes()][:1] == [True]


#: Chooses no column of names in the moment in which the columns are put on the page.
AT_ONCE = """() => document.addEventListener("htmx:afterSwap", () => queueMicrotask(() => {
  const field = document.querySelector("#recipients-columns select[name=name]");
  if (!field || field.value === "") return;
  field.value = "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
}))"""


def test_a_choice_in_what_is_new_on_the_page_counts_at_once(sender: Page) -> None:
    sender.get_by_role("link", name="From a file").click()
    dialog = sender.get_by_role("dialog", name="Numbers from a file")
    sender.evaluate(AT_ONCE)
    dialog.get_by_label("CSV file").set_input_files(files.recipients())
    expect(dialog.get_by_role("listitem")).to_have_text(["+1 650 253 0107", "+1 650 253 0108"])
