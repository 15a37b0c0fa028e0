"""Deciding about many faxes at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from django.test import Client

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState
from tests.web.conftest import Send, browser_of

PAGE = "/faxes/decisions/"


@pytest.fixture
def uncertain(sender: User, sent: Send) -> Sequence[Fax]:
    """Three faxes of the sender that a restored backup says nothing about."""
    faxes = [sent(sender) for _ in range(3)]
    Handover.objects.update(state=HandoverState.UNCERTAIN, reason="restored")
    Fax.objects.update(state=FaxState.UNCERTAIN)
    return faxes


def boxes(page: str) -> list[str]:
    return re.findall(r'name="batch" id="[^"]*" value="([^"]*)"', page)


def states(faxes: Sequence[Fax]) -> list[str]:
    for fax in faxes:
        fax.refresh_from_db()
    return [fax.state for fax in faxes]


def test_a_person_decides_about_the_chosen_faxes(browser: Client, uncertain: Sequence[Fax]) -> None:
    chosen = boxes(browser.get(PAGE).content.decode())
    assert [value.split("/")[0] for value in chosen] == [str(fax.uuid) for fax in uncertain]
    form = {"batch": chosen[:2], "decision": "went_out"}
    page = browser.post(PAGE, form, follow=True).content.decode()
    assert "Decided about 2 faxes." in page
    assert len(boxes(page)) == 1
    assert states(uncertain) == [FaxState.CONFIRMED, FaxState.CONFIRMED, FaxState.UNCERTAIN]


def test_all_are_chosen_without_a_script(browser: Client, uncertain: Sequence[Fax]) -> None:
    assert browser.get(PAGE).content.decode().count(" checked") == 0
    assert browser.get(PAGE, {"all": ""}).content.decode().count(" checked") == 3


def test_what_changed_since_the_page_was_opened_is_not_decided(
    browser: Client, uncertain: Sequence[Fax]
) -> None:
    chosen = boxes(browser.get(PAGE).content.decode())
    Handover.objects.filter(fax=uncertain[0]).update(counter=7)
    form = {"batch": chosen, "decision": "send_again"}
    page = browser.post(PAGE, form, follow=True).content.decode()
    assert "Nothing was done about 1 fax" in page
    assert "Decided about 2 faxes." in page
    assert states(uncertain) == [FaxState.UNCERTAIN, FaxState.WAITING, FaxState.WAITING]


def test_a_press_without_a_choice_says_so(browser: Client, uncertain: Sequence[Fax]) -> None:
    page = browser.post(PAGE, {"decision": "went_out"}, follow=True).content.decode()
    assert "Choose the faxes that you want to decide about." in page


@pytest.mark.parametrize("value", ["", "x", "x/1/y", "00000000-0000-0000-0000-000000000000/1/y"])
def test_a_form_that_names_no_batch_is_refused(browser: Client, value: str) -> None:
    form = {"batch": value, "decision": "went_out"}
    assert browser.post(PAGE, form).status_code == 400


def test_only_the_sender_and_admins_see_and_decide(
    reviewer: User, admin: User, browser: Client, uncertain: Sequence[Fax]
) -> None:
    chosen = boxes(browser.get(PAGE).content.decode())
    reviewing = browser_of(reviewer)
    assert not boxes(reviewing.get(PAGE).content.decode())
    page = reviewing.post(PAGE, {"batch": chosen, "decision": "went_out"}, follow=True)
    assert "Nothing was done about 3 faxes" in page.content.decode()
    assert set(states(uncertain)) == {FaxState.UNCERTAIN}
    assert len(boxes(browser_of(admin).get(PAGE).content.decode())) == 3
