"""Deciding about many faxes at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_after_restore
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState
from tests.web.conftest import Send, browser_of

PAGE = "/faxes/decisions/"


@pytest.fixture
def uncertain(sender: User, sent: Send) -> Sequence[Fax]:
    """Three faxes of the sender that are uncertain, as after a backup was restored."""
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


@pytest.fixture
def scheduled(sender: User, sent: Send) -> Sequence[Fax]:
    """Two faxes of the sender that were scheduled before a restore."""
    faxes = [sent(sender) for _ in range(2)]
    due_at = timezone.now() + timedelta(days=1)
    for fax in faxes:
        Fax.objects.filter(pk=fax.pk).update(state=FaxState.SCHEDULED, due_at=due_at)
    Handover.objects.update(due_at=due_at)
    secure_after_restore(Clock())
    return faxes


def test_scheduled_faxes_are_confirmed_or_cancelled_together(
    browser: Client, scheduled: Sequence[Fax]
) -> None:
    page = browser.get(PAGE).content.decode()
    one, other = scheduled
    assert page.count('name="scheduled"') == 2
    browser.post(PAGE, {"scheduled": [one.uuid], "scheduled_action": "confirm"})
    browser.post(PAGE, {"scheduled": [other.uuid], "scheduled_action": "cancel"})
    assert states(scheduled) == [FaxState.SCHEDULED, FaxState.CANCELLED]
    assert [fax.suspended_because for fax in scheduled] == ["", ""]
    assert 'name="scheduled"' not in browser.get(PAGE).content.decode()


def test_a_scheduled_fax_is_confirmed_on_its_page(
    browser: Client, scheduled: Sequence[Fax]
) -> None:
    address = f"/faxes/{scheduled[0].uuid}/"
    page = browser.get(address).content.decode()
    assert "until somebody confirms that it is still wanted" in page
    browser.post(f"{address}confirm/")
    page = browser.get(address).content.decode()
    assert "Will be sent on" in page
    assert "It was confirmed that the fax is still wanted." in page


def test_a_reviewer_confirms_no_scheduled_fax(reviewer: User, scheduled: Sequence[Fax]) -> None:
    form = {"scheduled": [scheduled[0].uuid], "scheduled_action": "confirm"}
    page = browser_of(reviewer).post(PAGE, form, follow=True).content.decode()
    assert "Only its sender or an administrator can do this." in page
    scheduled[0].refresh_from_db()
    assert scheduled[0].suspended_because == "restored"


@pytest.mark.parametrize(
    "form", [{"scheduled": "x", "scheduled_action": "cancel"}, {"scheduled_action": "x"}]
)
def test_a_form_that_names_no_scheduled_fax_is_refused(
    browser: Client, form: dict[str, str]
) -> None:
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
