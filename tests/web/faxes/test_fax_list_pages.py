"""The pages of a list of faxes: the links between them, and how they stay up to date."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.history import pagination
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.web.conftest import HTMX, Send, browser_of
from tests.web.faxes.list_page import asked_again, link, subjects, text


@pytest.fixture
def three(sender: User, sent: Send, monkeypatch: pytest.MonkeyPatch) -> list[Fax]:
    """Three faxes of the sender, oldest first. A page shows one fax."""
    monkeypatch.setattr(pagination, "PAGE_SIZE", 1)
    return [sent(sender, subject=name) for name in ("One", "Two", "Three")]


@pytest.mark.usefixtures("three")
def test_links_lead_from_page_to_page_and_back(browser: Client) -> None:
    page = text(browser, "/faxes/?search=contract")
    assert subjects(page) == ["Three"]
    assert "newer" not in page
    seen = []
    for name in ("older", "older", "newer", "newest"):
        page = text(browser, link(page, name))
        seen += subjects(page)
        assert 'value="contract"' in page
    assert seen == ["Two", "One", "Two", "Three"]


@pytest.mark.usefixtures("three")
def test_an_unknown_fax_in_the_address_leads_to_the_first_page(
    browser: Client, colleague: User, sent: Send
) -> None:
    theirs = sent(colleague).uuid
    for address in (f"top={theirs}", f"above={theirs}", f"seen={theirs}", "top=odd", "above="):
        assert subjects(text(browser, f"/faxes/?{address}")) == ["Three"]


def test_the_number_of_faxes_is_shown_as_far_as_it_is_known(
    browser: Client, sender: User, three: list[Fax], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "3 faxes" in text(browser, "/faxes/")
    assert "1 fax<" in re.sub(r"\s+<", "<", text(browser, "/faxes/", search="two"))
    monkeypatch.setattr(pagination, "MAX_COUNTED", 2)
    assert "More than 2 faxes" in text(browser, "/faxes/")
    page = text(browser, "/faxes/", top=str(three[1].uuid))
    assert "and before" in page
    assert "faxes</p>" not in re.sub(r"\s+<", "<", page)


@pytest.mark.parametrize("address", ["/faxes/", "/review/", "/review/?search=contract"])
def test_the_number_of_queries_does_not_grow_with_rows(
    address: str, sender: User, admin: User, sent: Send
) -> None:
    browser = browser_of(admin if "review" in address else sender)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        return len(asked)

    sent(sender)
    with_one = queries()
    for number in range(5):
        sent(sender, recipients=", ".join(f"+1 650 253 0{number}0{last}" for last in range(5)))
    assert queries() == with_one


def test_a_list_is_live_only_while_something_is_on_its_way(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    assert 'hx-trigger="every 5s"' in text(browser, "/faxes/")
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=timezone.now())
    assert "hx-trigger" not in text(browser, "/faxes/")


def test_review_goes_on_looking_for_what_others_send(admin: User, three: list[Fax]) -> None:
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=timezone.now())
    browser = browser_of(admin)
    assert 'hx-trigger="every 30s"' in text(browser, "/review/")
    assert "hx-trigger" not in text(browser, "/review/", top=str(three[0].uuid))


def test_rows_that_did_not_change_are_not_sent_again(browser: Client, three: list[Fax]) -> None:
    again = asked_again(text(browser, "/faxes/?status=waiting"))
    unchanged = browser.get(again, headers=HTMX)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert "<html" in text(browser, again)
    Fax.objects.filter(pk=three[-1].pk).update(state=FaxState.FAILED)
    changed = browser.get(again, headers=HTMX)
    assert changed.status_code == 200
    assert subjects(changed.content.decode()) == ["Two"]


def test_new_faxes_are_announced_and_wait_to_be_shown(
    browser: Client, sender: User, sent: Send, three: list[Fax]
) -> None:
    again = asked_again(text(browser, "/faxes/?search=contract"))
    sent(sender, subject="Four")
    sent(sender, subject="Five", name="other.pdf")
    page = browser.get(again, headers=HTMX).content.decode()
    assert subjects(page) == ["Three"]
    assert "1 new fax" in page
    assert link(page, "Show") == "/faxes/?search=contract"
    assert asked_again(page) != again
    assert browser.get(asked_again(page), headers=HTMX).status_code == 204
    assert subjects(text(browser, link(page, "Show"))) == ["Four"]


def test_a_page_further_back_stays_live_in_its_place(
    browser: Client, sender: User, sent: Send, three: list[Fax]
) -> None:
    again = asked_again(text(browser, "/faxes/", top=str(three[0].uuid)))
    sent(sender)
    assert browser.get(again, headers=HTMX).status_code == 204
    Fax.objects.filter(pk=three[0].pk).update(state=FaxState.HANDING_OVER)
    page = browser.get(again, headers=HTMX).content.decode()
    assert subjects(page) == ["One"]
    assert "new fax" not in page


def test_going_back_gets_the_page_and_not_its_fragment(browser: Client) -> None:
    assert '"historyRestoreAsHxRequest":false' in text(browser, "/faxes/")
