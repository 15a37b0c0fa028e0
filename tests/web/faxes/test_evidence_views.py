"""Saving the evidence sheet from a fax's page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from faxportal.accounts.models import User
from faxportal.audit import record_keys, signatures
from faxportal.audit.models import AuditEntry
from faxportal.documents import typesetting
from faxportal.faxes.models import Fax
from tests.web.conftest import Send, browser_of, form


@pytest.fixture
def fax(sender: User, sent: Send) -> Fax:
    return sent(sender, subject="Offer")


@pytest.mark.parametrize(("form", "begin"), [("pdf", b"%PDF-"), ("json", b"{")])
def test_who_may_see_the_fax_saves_its_sheet(
    form: str, begin: bytes, fax: Fax, reviewer: User
) -> None:
    response = browser_of(reviewer).get(f"/faxes/{fax.uuid}/evidence.{form}")
    assert response.content.startswith(begin)
    assert response["Content-Disposition"] == f'attachment; filename="evidence-{fax.uuid}.{form}"'
    entry = AuditEntry.objects.newest_first()[0]
    assert (entry.action, entry.actor, entry.fax) == ("evidence_made", reviewer, fax.uuid)
    assert entry.data == {"form": form.upper()}


def test_the_json_names_who_asked_for_it(fax: Fax, browser: Client) -> None:
    said = json.loads(browser.get(f"/faxes/{fax.uuid}/evidence.json").content)
    assert (said["made_for"], said["fax"]["subject"]) == ("sender", "Offer")


def test_a_draft_has_no_evidence(browser: Client) -> None:
    browser.post("/", form(recipients=""))
    assert browser.get(f"/faxes/{Fax.objects.get().uuid}/evidence.json").status_code == 404


def test_a_sheet_that_cannot_be_made_now_is_reported_on_the_faxs_page(
    fax: Fax, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "TIMEOUT", 0.0)
    response = browser.get(f"/faxes/{fax.uuid}/evidence.pdf", follow=True)
    assert "could not be created" in response.content.decode()
    assert not AuditEntry.objects.filter(action="evidence_made").exists()


def test_the_faxs_page_links_it(fax: Fax, browser: Client) -> None:
    page = browser.get(f"/faxes/{fax.uuid}/").content.decode()
    assert f'href="/faxes/{fax.uuid}/evidence.pdf"' in page
    assert f'href="/faxes/{fax.uuid}/evidence.json"' in page


def test_the_json_is_signed(fax: Fax, browser: Client) -> None:
    content = browser.get(f"/faxes/{fax.uuid}/evidence.json").content
    public_key, data = signatures.verify(content)
    assert public_key == signatures.public_key_of(record_keys.demand_newest().signing_seed)
    assert data["fax"]["id"] == str(fax.uuid)
