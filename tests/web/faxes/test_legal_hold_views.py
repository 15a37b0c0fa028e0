"""Legal hold, and what a fax's page says about how long the fax is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.faxes.maintenance.retention import remove_documents
from faxportal.faxes.models import Fax, LegalHold
from faxportal.faxes.states import FaxState
from tests.web.conftest import Send, browser_of


def settled(fax: Fax, *, days: int) -> Fax:
    """Change a fax as if it had been handed over `days` days ago, and return the fax."""
    at = timezone.now() - timedelta(days=days)
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.HANDED_OVER, settled_at=at)
    return fax


def page_of(fax: Fax, client: Client) -> str:
    return " ".join(client.get(f"/faxes/{fax.uuid}/").content.decode().split())


@pytest.fixture
def fax(sender: User, sent: Send) -> Fax:
    return sent(sender)


def test_an_admin_puts_a_fax_on_legal_hold_and_its_page_says_so(
    fax: Fax, admin: User, browser: Client
) -> None:
    address = f"/faxes/{fax.uuid}/hold/"
    response = browser_of(admin).post(address, {"reason": " Letter  of 3 May "})
    assert response["Location"] == f"/faxes/{fax.uuid}/"
    assert LegalHold.objects.get().reason == "Letter of 3 May"
    page = page_of(fax, browser)
    assert "by admin: Letter of 3 May" in page
    assert "Kept: on legal hold" in page
    assert "Lift hold" not in page
    assert "Lift hold" in page_of(fax, browser_of(admin))


def test_a_legal_hold_without_a_reason_is_refused_with_a_sentence(fax: Fax, admin: User) -> None:
    client = browser_of(admin)
    client.post(f"/faxes/{fax.uuid}/hold/", {"reason": "  "})
    assert not LegalHold.objects.exists()
    assert "Enter a reason for the legal hold" in page_of(fax, client)


def test_lifting_a_legal_hold_twice_lifts_it_once(fax: Fax, admin: User) -> None:
    client = browser_of(admin)
    client.post(f"/faxes/{fax.uuid}/hold/", {"reason": "Letter"})
    for _time in range(2):
        client.post(f"/faxes/{fax.uuid}/hold/lift/")
    assert not LegalHold.objects.exists()
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == [Action.HOLD_PLACED, Action.HOLD_LIFTED]
    assert AuditEntry.objects.last().address == "127.0.0.1"  # type: ignore[union-attr]


def test_a_draft_is_not_found(admin: User, fax: Fax) -> None:
    Fax.objects.update(state=FaxState.DRAFT, submitted_at=None, list_key=None, sender=admin)
    assert browser_of(admin).post(f"/faxes/{fax.uuid}/hold/").status_code == 404


def test_the_page_says_until_when_documents_are_kept(fax: Fax, browser: Client) -> None:
    assert "Kept until the fax is finished" in page_of(fax, browser)
    assert "Kept until <time" in page_of(settled(fax, days=3), browser)


def test_the_page_claims_nothing_of_documents_that_were_never_here(
    fax: Fax, browser: Client
) -> None:
    fax.documents.update(carrier="browser", stored_as="")
    Fax.objects.update(documents_removed_at=timezone.now())
    page = page_of(fax, browser)
    assert "Not kept here because the browser uploaded them" in page
    assert "Removed <time" not in page


def test_the_page_says_until_when_the_fax_is_kept(
    fax: Fax, browser: Client, settings: Settings
) -> None:
    settings.RECORD_DAYS = 365
    assert page_of(settled(fax, days=3), browser).count("Kept until <time") == 2


def test_a_fax_without_its_documents_offers_neither_download_nor_sending_again(
    fax: Fax, browser: Client, settings: Settings
) -> None:
    settled(fax, days=31)
    assert remove_documents(fax, now=timezone.now())
    page = page_of(fax, browser)
    assert "Removed <time" in page
    assert "Download" not in page
    assert "The documents were removed after 30 days." in page
    assert "It can&#x27;t be sent again because its documents are no longer kept." in page
    browser.post(f"/faxes/{fax.uuid}/again/")
    assert Fax.objects.count() == 1
