"""What the recipients' field requests from the portal: lines that are read, and suggestions."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.actions.block_list import block_number
from faxportal.web.compose.recipient_views import MAX_LINES
from tests.contacts.conftest import own_contact
from tests.web.conftest import browser_of, form, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(sender: User) -> Client:
    return browser_of(sender)


def test_each_line_is_read_part_by_part(browser: Client, sender: User) -> None:
    own_contact(sender, "Dr Meyer", "+49 30 1234567")
    answer = browser.post("/recipients/read/", {"lines": "650 253 0000; letters\n\ndr meyer"})
    first, blank, named = answer.json()["lines"]
    assert [part["text"] for part in first] == ["650 253 0000", "letters"]
    assert first[0]["found"] == [
        {
            "text": "650 253 0000",
            "name": "",
            "dialled": "6502530000",
            "canonical": "+16502530000",
            "region": "US",
            "warning": "",
            "note": "Never faxed before",
        }
    ]
    assert "contains letters" in first[1]["found"][0]["wrong"]
    assert blank == []
    assert named[0]["found"][0]["text"] == "Dr Meyer <+49 30 1234567>"
    assert named[0]["found"][0]["region"] == "DE"


def test_a_part_says_which_name_was_looked_up(browser: Client, sender: User) -> None:
    own_contact(sender, "Dr Meyer", "+49 30 1234567")
    answer = browser.post("/recipients/read/", {"lines": "dr meyer, Dr Meyer <210>"}).json()
    assert [part["looked_up"] for part in answer["lines"][0]] == ["Dr Meyer", ""]


def test_a_form_whose_page_showed_another_number_is_sent_after_a_second_check(
    browser: Client, sender: User
) -> None:
    own_contact(sender, "Dr Meyer", "+49 30 1234567")
    key = uuid4()
    filled = form(key, recipients="Dr Meyer", documents=[pdf()])
    seen_first, seen_then = {"Dr Meyer": ["+49301"]}, {"Dr Meyer": ["+49301234567"]}
    refused = browser.post("/", filled | {"shown_names": json.dumps(seen_first)})
    assert refused.status_code == 422
    assert "The number of “Dr Meyer” has changed" in refused.content.decode()
    assert 'name="shown_names" id="id_shown_names"' in refused.content.decode()
    again = form(key, recipients="Dr Meyer", shown_names=json.dumps(seen_then))
    assert browser.post("/", again).status_code == 302


@pytest.mark.parametrize("shown", ["{", "[]", '"Lee"', '{"Lee": 1}'])
def test_malformed_shown_names_are_refused(browser: Client, shown: str) -> None:
    assert browser.post("/", form(shown_names=shown)).status_code == 400


def test_a_number_that_looks_invalid_comes_with_a_warning(browser: Client) -> None:
    answer = browser.post("/recipients/read/", {"lines": "7778888"}).json()
    assert "Check it" in answer["lines"][0][0]["found"][0]["warning"]


def test_a_blocked_number_is_wrong_with_the_reason(browser: Client, admin: User) -> None:
    block_number("+1 900", is_prefix=True, reason="Dear", by=admin)
    answer = browser.post("/recipients/read/", {"lines": "900 555 0100, 0003*211"}).json()
    blocked, other = answer["lines"][0]
    assert "block list: Dear." in blocked["found"][0]["wrong"]
    assert "wrong" not in other["found"][0]


def test_where_contacts_only_are_faxed_another_number_is_wrong(
    browser: Client, sender: User, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "contacts"
    own_contact(sender, "Meyer, Hans", "650 253 0000")
    answer = browser.post("/recipients/read/", {"lines": "+1 650 253 0000, 0003*211"}).json()
    known, other = answer["lines"][0]
    assert known["found"][0]["note"] == "Never faxed before"
    assert "not in your contacts" in other["found"][0]["wrong"]


def test_too_many_lines_are_refused(browser: Client) -> None:
    answer = browser.post("/recipients/read/", {"lines": "210\n" * (MAX_LINES + 1)})
    assert answer.status_code == 400


def test_suggestions_say_what_to_write(browser: Client, sender: User) -> None:
    own_contact(sender, "Meyer, Hans", "210")
    answer = browser.post("/recipients/suggestions/", {"typed": "hans"})
    assert answer.json()["suggestions"] == [
        {
            "kind": "contact",
            "name": "Meyer, Hans",
            "number": "210",
            "text": '"Meyer, Hans" <210>',
            "members": "",
        }
    ]


def test_the_field_has_the_operators_limit_of_recipients(
    browser: Client, settings: Settings
) -> None:
    settings.MAX_RECIPIENTS = 3
    assert 'data-allowed="3"' in browser.get("/").content.decode()
