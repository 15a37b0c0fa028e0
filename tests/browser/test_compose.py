"""What scripts add to the form of a new fax."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import files
from tests.browser.conftest import Portal

DROP = """([name, type, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type }));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}"""


def chosen_names(page: Page) -> list[str]:
    return page.locator("#chosen [data-name]").all_inner_texts()


def test_chosen_files_are_listed_with_their_sizes_and_can_be_taken_back(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files([files.pdf(), files.jpeg(2 * files.MB)])
    rows = sender.get_by_role("list", name="Chosen files").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("2\u00a0MB")
    sender.get_by_role("button", name="Remove photo.jpg").click()
    expect(rows).to_have_count(1)
    assert sender.get_by_label("Documents").evaluate("input => input.files.length") == 1


def test_a_file_over_the_limit_is_told_before_it_travels(sender: Page) -> None:
    sender.locator("#chosen").evaluate("list => { list.dataset.maxMb = 1; }")
    sender.get_by_label("Documents").set_input_files([files.pdf(), files.jpeg(2 * files.MB)])
    rows = sender.get_by_role("list", name="Chosen files").get_by_role("listitem")
    expect(rows.nth(0).get_by_text("it will not be attached")).to_be_hidden()
    expect(rows.nth(1).get_by_text("it will not be attached")).to_be_visible()


def test_files_chosen_later_join_those_chosen_before(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf())
    sender.get_by_label("Documents").set_input_files(files.text())
    assert chosen_names(sender) == ["contract.pdf", "note.txt"]


def test_a_file_dropped_anywhere_is_attached(sender: Page, portal: Portal) -> None:
    sender.evaluate(DROP, ["dropped.txt", "text/plain", "Dropped.\n"])
    assert chosen_names(sender) == ["dropped.txt"]
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
    assert chosen_names(sender) == ["contract.pdf"]


def test_progress_is_shown_while_files_travel(sender: Page) -> None:
    shown: list[str] = []
    sender.expose_function("seen", lambda words: shown.append(words))
    sender.evaluate(
        """new MutationObserver(([{ target }]) => seen(target.textContent))
             .observe(document.getElementById("sent-words"), { childList: true })"""
    )
    sender.get_by_label("Documents").set_input_files(files.jpeg(5 * files.MB))
    sender.get_by_label("Recipients").fill("letters")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_contain_text("has letters in it")
    assert shown[-1] == "100 %"
    expect(sender.get_by_role("button", name="Send fax")).to_be_enabled()
    assert chosen_names(sender) == []  # attached to the draft by now


def test_a_session_that_ran_out_leads_to_signing_in(sender: Page) -> None:
    sender.context.clear_cookies(name="sessionid")
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_unsent_fax_is_offered_and_continued(sender: Page) -> None:
    sender.get_by_label("Documents").set_input_files(files.pdf("unsent.pdf"))
    sender.get_by_role("button", name="Send fax").click()
    expect(sender.get_by_role("alert")).to_be_visible()
    sender.goto("/")
    expect(sender.get_by_text("You have an unsent fax from")).to_be_visible()
    sender.get_by_role("link", name="Continue").click()
    expect(sender.get_by_text("unsent.pdf", exact=True)).to_be_visible()
