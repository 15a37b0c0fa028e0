"""A form that needs a confirmation keeps everything, and has one button that sends."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax
from tests.web.conftest import HTMX, Send, browser_of, form, pdf


def answer_in(page: str) -> str:
    """The value of the button that sends anyway."""
    found = re.search(r'name="answered"\s+value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_form_to_confirm_keeps_all_and_one_press_sends(
    browser: Client, sender: User, sent: Send, headers: dict[str, str]
) -> None:
    before = sent(sender)
    key = uuid4()
    filled = form(key, subject="Offer", note="call first")
    asked = browser.post("/", filled | {"documents": [pdf()]}, headers=headers)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert page.lstrip().startswith('<div id="compose"') == bool(headers)
    for kept in ("Offer", "call first", "contract.pdf", "+1 650 253 0000", f'value="{key}"'):
        assert kept in page
    assert f'href="/faxes/{before.uuid}/"' in page
    assert "Send anyway" in page
    assert Fax.objects.submitted().count() == 1

    browser.post("/", filled | {"answered": answer_in(page)}, headers=headers)
    assert Fax.objects.submitted().count() == 2


def test_pressing_send_fax_once_more_asks_once_more(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    key = uuid4()
    browser.post("/", form(key, documents=[pdf()]))
    assert browser.post("/", form(key)).status_code == 409


def test_the_confirmation_of_another_person_confirms_nothing(
    browser: Client, sender: User, colleague: User, sent: Send
) -> None:
    """The colleague has confirmed one duplicate, the sender's fax.

    For the sender, the colleague's fax is a second duplicate, which has to be confirmed as well.
    """
    sent(sender)
    theirs = browser_of(colleague)
    page = theirs.post("/", form(documents=[pdf()])).content.decode()
    theirs.post("/", form(documents=[pdf()], answered=answer_in(page)))
    mine = browser.post("/", form(documents=[pdf()], answered=answer_in(page)))
    assert mine.status_code == 409


def test_a_colleagues_fax_is_named_and_not_linked(
    browser: Client, colleague: User, sent: Send
) -> None:
    theirs = sent(colleague)
    page = browser.post("/", form(documents=[pdf()])).content.decode()
    assert "by colleague" in page
    assert str(theirs.uuid) not in page


def test_the_button_says_to_how_many_it_sends(browser: Client, settings: Settings) -> None:
    settings.SUMMARY_RECIPIENTS = 2
    numbers = "0003*211, 0003*212, 0003*213"
    page = browser.post("/", form(recipients=numbers, documents=[pdf()])).content.decode()
    assert "Send to 3 recipients anyway" in page
    assert "1 document to 3 recipients." in page
    assert "About 1 minute per recipient, estimated" in page


def test_where_pages_are_not_known_no_time_is_claimed(browser: Client, settings: Settings) -> None:
    settings.SUMMARY_RECIPIENTS = 1
    both = [pdf(), SimpleUploadedFile("note.txt", b"a note")]
    asked = browser.post("/", form(recipients="0003*211, 0003*212", documents=both))
    page = asked.content.decode()
    assert "Documents whose page count isn&#x27;t known" in page
    assert "per recipient" not in page


def test_a_new_number_is_entered_twice_in_a_field_of_its_own(
    browser: Client, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "twice"
    key = uuid4()
    page = browser.post("/", form(key, documents=[pdf()])).content.decode()
    assert 'name="numbers_again"' in page
    filled = form(key, answered=answer_in(page))
    wrong = browser.post("/", filled | {"numbers_again": "+1 650 253 0001"})
    assert wrong.status_code == 409
    assert 'value="+1 650 253 0001"' in wrong.content.decode()
    right = browser.post("/", filled | {"numbers_again": "(650) 253-0000"})
    assert right["Location"].startswith("/faxes/")


def test_a_first_time_number_gets_a_notice_on_the_faxs_page(browser: Client) -> None:
    response = browser.post("/", form(documents=[pdf()]), follow=True)
    assert "This office has never faxed" in response.content.decode()


def test_the_draft_is_offered_again_with_nothing_confirmed(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    key = uuid4()
    browser.post("/", form(key, documents=[pdf()]))
    page = browser.get(f"/?draft={key}").content.decode()
    assert "contract.pdf" in page
    assert "Send anyway" not in page
