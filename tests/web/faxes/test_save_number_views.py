"""“Save this number?” on a fax's page, and names beside numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.contacts.conftest import own_contact, shared_contact
from tests.web.conftest import HTMX, Send, browser_of

NUMBER = "+1 650 253 0000"


@pytest.fixture
def fax(sender: User, sent: Send) -> Fax:
    return handed_over(sent(sender, recipients=f"{NUMBER}, 210"))


def handed_over(fax: Fax, *, days_ago: int = 0) -> Fax:
    at = timezone.now() - timedelta(days=days_ago)
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.HANDED_OVER, settled_at=at)
    return fax


def asks_in(client: Client, fax: Fax) -> list[str]:
    page = client.get(f"/faxes/{fax.uuid}/").content.decode()
    return [
        number for number in (NUMBER, "210") if f'Name for <span class="number">{number}' in page
    ]


def test_the_sender_is_asked_about_numbers_that_nobody_they_know_has(
    fax: Fax, browser: Client, sender: User, colleague: User, admin: User
) -> None:
    own_contact(colleague, "Theirs", NUMBER)
    assert asks_in(browser, fax) == [NUMBER, "210"]
    shared_contact(admin, "Common", "210")
    assert asks_in(browser, fax) == [NUMBER]
    assert asks_in(browser_of(admin), fax) == []
    handed_over(fax, days_ago=2)
    assert asks_in(browser, fax) == []


def test_nobody_is_asked_to_save_a_number_that_did_not_prove_right(
    fax: Fax, browser: Client
) -> None:
    for state in set(FaxState) - {FaxState.DRAFT, FaxState.HANDED_OVER, FaxState.CONFIRMED}:
        Fax.objects.update(state=state)
        assert asks_in(browser, fax) == [], state


def test_a_number_is_saved_once_as_ones_own(fax: Fax, browser: Client, sender: User) -> None:
    address = f"/faxes/{fax.uuid}/save-number/"
    posted = {"recipient": "1", "name": " Dr.  Meyer "}
    answer = browser.post(address, posted, headers=HTMX).content.decode()
    assert "<html" not in answer
    assert "Added Dr. Meyer" in answer
    assert (NUMBER in answer, "210" in answer) == (False, True)
    browser.post(address, posted)
    contact = Contact.objects.get()
    assert (contact.name, contact.number, contact.owner) == ("Dr. Meyer", NUMBER, sender)


def test_without_htmx_saving_leads_back_to_the_fax(fax: Fax, browser: Client) -> None:
    address = f"/faxes/{fax.uuid}/"
    response = browser.post(f"{address}save-number/", {"recipient": "2", "name": "Desk"})
    assert response["Location"] == address
    assert Contact.objects.get().name == "Desk"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_missing_name_is_reported_at_its_number(
    headers: dict[str, str], fax: Fax, browser: Client
) -> None:
    address = f"/faxes/{fax.uuid}/save-number/"
    response = browser.post(address, {"recipient": "1", "name": " "}, headers=headers)
    assert response.status_code == 422
    assert "Enter a name for this number." in response.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("recipient", ["", "x", "7", "9" * 30])
def test_a_number_that_is_not_the_faxs_is_not_saved(
    recipient: str, fax: Fax, browser: Client
) -> None:
    address = f"/faxes/{fax.uuid}/save-number/"
    posted = {"recipient": recipient, "name": "Meyer"}
    assert browser.post(address, posted).status_code == 404


def test_the_offer_to_save_numbers_can_be_dismissed(fax: Fax, browser: Client) -> None:
    answer = browser.post(f"/faxes/{fax.uuid}/save-number/", {"put_away": ""}, headers=HTMX)
    assert "Save these numbers?" not in answer.content.decode()
    assert asks_in(browser, fax) == []


def test_nobody_saves_a_number_of_another_persons_fax(fax: Fax, admin: User) -> None:
    address = f"/faxes/{fax.uuid}/save-number/"
    posted = {"recipient": "1", "name": "Meyer"}
    assert browser_of(admin).post(address, posted).status_code == 404
    assert not Contact.objects.exists()


def test_submitting_a_fax_notes_when_its_contacts_were_used_last(sender: User, sent: Send) -> None:
    used, other = own_contact(sender, "Used", NUMBER), own_contact(sender, "Other", "211")
    fax = sent(sender, recipients="(650) 253-0000")
    used.refresh_from_db()
    other.refresh_from_db()
    assert (used.last_used_at, other.last_used_at) == (fax.submitted_at, None)
