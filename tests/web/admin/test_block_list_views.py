"""The page of the block list."""

from __future__ import annotations

import pytest
from django.test import Client

from faxportal.accounts.models import User
from faxportal.faxes.actions.block_list import block_number
from faxportal.faxes.models import BlockedNumber
from tests.web.conftest import browser_of, form, pdf

PHONE = "+1 650 253 0000"


@pytest.fixture
def office(admin: User) -> Client:
    """The admin's browser."""
    return browser_of(admin)


def add(browser: Client, **fields: str) -> str:
    filled = {"number": PHONE, "reason": "A telephone", **fields}
    return browser.post("/sending/block-list/", filled, follow=True).content.decode()


def test_a_number_is_blocked_with_its_reason(office: Client) -> None:
    page = add(office)
    for shown in ("+16502530000", "A telephone", "by admin", f"Blocked {PHONE}."):
        assert shown in page


def test_a_prefix_blocks_all_numbers_that_start_with_it(office: Client) -> None:
    assert "+1900… all numbers that start with this" in add(office, number="+1 900", is_prefix="on")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": "letters"}, "contains letters"),
        ({"reason": ""}, "This field is required"),
        ({"number": "900", "is_prefix": "on"}, "Start with + and the country code"),
    ],
)
def test_a_mistake_keeps_what_was_typed(office: Client, fields: dict[str, str], words: str) -> None:
    page = add(office, **fields)
    assert words in page
    assert f'value="{fields.get("number", PHONE)}"' in page
    assert not BlockedNumber.objects.exists()


def test_an_entry_is_taken_off(office: Client, admin: User) -> None:
    blocked = block_number(PHONE, reason="A telephone", by=admin)
    page = office.post(f"/sending/block-list/{blocked.pk}/", follow=True).content.decode()
    assert "Unblocked " in page
    assert "No numbers are blocked." in page


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("650-253", True), ("telephone", True), ("TELE", True), ("7", False), ("\0", True)],
)
def test_the_list_is_searched_by_number_and_reason(
    office: Client, admin: User, text: str, is_found: bool
) -> None:
    block_number(PHONE, reason="A telephone", by=admin)
    page = office.get("/sending/block-list/", {"search": text}).content.decode()
    assert ("A telephone" in page) == is_found


def test_a_sender_reads_that_the_number_is_blocked(browser: Client, admin: User) -> None:
    block_number(PHONE, reason="A telephone", by=admin)
    response = browser.post("/", form(documents=[pdf()]))
    page = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_recipients">“+1 650 253 0000” is on this office&#x27;s block list' in page
    assert "contract.pdf" in page


def test_the_number_of_queries_does_not_grow_with_rows(
    office: Client, admin: User, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        block_number(f"+1 650 253 00{number:02}", reason="A telephone", by=admin)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture
        office.get("/sending/block-list/")
