"""The page of one fax, which stays up to date, and its documents."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.locked_handover import lock_handover
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState, HandoverState
from tests.web.conftest import HTMX, PDF, Send, form, pdf


def text(client: Client, address: str, **query: str) -> str:
    return client.get(address, query).content.decode()


def test_the_faxs_page_shows_its_state_and_its_history(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender, subject="Contract")
    page = text(browser, f"/faxes/{fax.uuid}/")
    assert 'role="status"' in page
    assert "Waiting" in page
    assert "Submitted: 1 document to 1 recipient." in page
    assert "dialled as +16502530000" in page


def test_the_fragment_is_sent_only_when_something_changed(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    address = f"/faxes/{fax.uuid}/"
    shown = progress_of(Fax.objects.get()).version
    unchanged = browser.get(address, {"version": shown}, headers=HTMX)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    Fax.objects.update(state=FaxState.HANDING_OVER)
    changed = browser.get(address, {"version": shown}, headers=HTMX)
    assert changed.status_code == 200
    assert changed.content.decode().lstrip().startswith('<div id="fax">')


def test_the_number_of_queries_does_not_grow_with_recipients(
    browser: Client, sender: User, sent: Send
) -> None:
    def queries(fax: Fax) -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/faxes/{fax.uuid}/")
        return len(asked)

    with_one = queries(sent(sender))
    assert queries(sent(sender, recipients="0003*210, 0003*211, 0003*212")) == with_one


def test_a_page_is_never_empty_even_if_nothing_changed(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    shown = progress_of(Fax.objects.get()).version
    page = text(browser, f"/faxes/{fax.uuid}/", version=shown)
    assert "<html" in page


@pytest.mark.parametrize("is_settled", [False, True])
@pytest.mark.parametrize("state", [state for state in FaxState if state != FaxState.DRAFT])
def test_the_fragment_asks_again_only_while_something_may_happen(
    state: FaxState, is_settled: bool, browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    Fax.objects.update(state=state, settled_at=timezone.now() if is_settled else None)
    page = text(browser, f"/faxes/{fax.uuid}/")
    assert ('hx-trigger="every ' in page) == (not is_settled)
    assert str(state.label) in page


def test_a_doubtful_batch_is_decided_on_the_page_while_another_batch_is_tried(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender, recipients=",".join(f"+1 650 253 000{number}" for number in range(6)))
    first = fax.handovers.get(batch=1)
    with lock_handover(first.pk, fax.pk, Clock()) as locked:
        locked.move(HandoverState.UNCERTAIN)
    page = text(browser, f"/faxes/{fax.uuid}/")
    for words in ("Did it go out?", "Cancel fax", 'hx-trigger="every ', "Needs your decision"):
        assert words in page
    assert page.count("Did it go out?") == 1
    assert str(fax.uuid) in text(browser, "/faxes/", status="uncertain")


def test_a_session_that_ran_out_never_paints_a_sign_in_page_into_a_fragment(
    sender: User, sent: Send
) -> None:
    address = f"/faxes/{sent(sender).uuid}/"
    here = {"HX-Current-URL": f"http://testserver{address}"}
    response = Client().get(address, {"version": "1"}, headers=HTMX | here)
    assert response.status_code == 200
    assert response["HX-Redirect"] == f"/accounts/login/?next={address}"
    assert response.content == b""


def test_a_draft_opens_in_its_form(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, recipients="", documents=[pdf()]))
    response = browser.get(f"/faxes/{Fax.objects.get().uuid}/")
    assert response["Location"] == f"/?draft={key}"


def test_a_document_is_saved_and_never_shown(browser: Client, sender: User, sent: Send) -> None:
    fax = sent(sender, name="contract.pdf")
    response = browser.get(f"/faxes/{fax.uuid}/documents/{fax.documents.get().pk}/")
    assert b"".join(response) == PDF
    response.close()
    assert response["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_document_that_retention_removed_is_not_found(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    document = fax.documents.get()
    file_store.delete(document.stored_as)
    address = f"/faxes/{fax.uuid}/documents/{document.pk}/"
    assert browser.get(address).status_code == 404
    fax.documents.update(stored_as="")
    assert browser.get(address).status_code == 404


def test_a_document_is_found_in_its_own_fax_only(
    browser: Client, sender: User, colleague: User, sent: Send
) -> None:
    mine, theirs = sent(sender), sent(colleague)
    address = f"/faxes/{mine.uuid}/documents/{theirs.documents.get().pk}/"
    assert browser.get(address).status_code == 404
