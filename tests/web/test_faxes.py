"""Lists of faxes, one fax live, and its documents."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.documents import store
from faxportal.faxes.models import Fax
from faxportal.faxes.progress import progress_of
from faxportal.faxes.states import FaxState
from tests.web.conftest import HTMX, PDF, Send, browser_of, form, pdf


def text(client: Client, address: str, **query: str) -> str:
    return client.get(address, query).content.decode()


def test_an_empty_list_says_what_to_do_next(browser: Client) -> None:
    page = text(browser, "/faxes/")
    assert "You have not sent a fax yet" in page
    assert "Send your first fax" in page


def test_i_find_my_faxes_and_nobody_elses(
    browser: Client, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="Mine")
    sent(colleague, subject="Theirs")
    page = text(browser, "/faxes/")
    assert "Mine" in page
    assert "Theirs" not in page


@pytest.mark.parametrize("wanted", ["Contr", "650 253", "+1650253", "annex.pdf", "Lee", "contract"])
def test_search_finds_words_numbers_and_file_names(
    wanted: str, browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract", note="Ask Lee", name="annex.pdf")
    sent(sender, subject="Other", recipients="0003*211", name="letter.pdf")
    page = text(browser, "/faxes/", search=wanted)
    assert "Contract" in page
    assert "Other" not in page


def test_filters_combine(browser: Client, sender: User, sent: Send) -> None:
    failed = sent(sender, subject="Contract A")
    sent(sender, subject="Contract B")
    Fax.objects.filter(pk=failed.pk).update(state=FaxState.FAILED)
    page = text(browser, "/faxes/", search="contract", status="failed")
    assert "Contract A" in page
    assert "Contract B" not in page


def test_days_are_the_offices(
    browser: Client, sender: User, sent: Send, settings: Settings
) -> None:
    settings.TIME_ZONE = "America/New_York"
    fax = sent(sender, subject="Late")
    # 23:30 on the 1st in New York is the 2nd in Greenwich.
    at = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    Fax.objects.filter(pk=fax.pk).update(submitted_at=at)
    assert "Late" in text(browser, "/faxes/", since="2026-03-01", until="2026-03-01")
    assert "Late" not in text(browser, "/faxes/", since="2026-03-02")
    assert "1 Mar 2026, 23:30" in text(browser, "/faxes/")


def test_a_filter_that_cant_be_read_is_told_and_left_out(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Contract")
    page = text(browser, "/faxes/", since="yesterday", status="odd")
    assert "Enter a valid date." in page
    assert "Contract" in page


def test_no_match_says_so_and_offers_the_way_out(browser: Client, sender: User, sent: Send) -> None:
    sent(sender)
    page = text(browser, "/faxes/", search="nothing like it")
    assert "No fax fits these filters" in page
    assert "Clear all filters" in page


def test_pages_keep_the_filters(browser: Client, sender: User, sent: Send) -> None:
    oldest, *_ = [sent(sender, subject="Contract") for _ in range(26)]
    page = text(browser, "/faxes/", search="contract", status="")
    assert f"/faxes/?search=contract&amp;top={oldest.uuid}" in page
    assert text(browser, "/faxes/", search="contract", top=str(oldest.uuid)).count("row-link") == 1


def test_the_number_of_queries_does_not_grow_with_rows(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    with CaptureQueriesContext(connection) as with_one:
        browser.get("/faxes/")
    for _ in range(5):
        sent(sender)
    with CaptureQueriesContext(connection) as with_six:
        browser.get("/faxes/")
    assert len(with_six) == len(with_one)


def test_a_list_is_live_only_while_something_is_on_its_way(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    assert 'hx-trigger="every 5s"' in text(browser, "/faxes/")
    Fax.objects.update(state=FaxState.HANDED_OVER)
    assert "hx-trigger" not in text(browser, "/faxes/")


def test_htmx_gets_the_list_alone(browser: Client, sender: User, sent: Send) -> None:
    sent(sender, subject="Contract")
    page = browser.get("/faxes/", headers=HTMX).content.decode()
    assert "Contract" in page
    assert "<html" not in page


def test_review_shows_everyones_with_their_sender(
    admin: User, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="One")
    sent(colleague, subject="Two")
    browser_of(sender).post("/", form(recipients="", subject="Draft", documents=[pdf()]))
    page = text(browser_of(admin), "/review/")
    assert "One" in page
    assert "Two" in page
    assert "Draft" not in page.replace("Drafts are", "")


@pytest.mark.parametrize("query", [{"sender": "coll"}, {"extension": "0003*2", "search": "two"}])
def test_review_filters_by_sender_and_extension(
    query: dict[str, str], admin: User, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="One")
    sent(colleague, subject="Two")
    page = text(browser_of(admin), "/review/", **query)
    assert "Two" in page
    assert "One" not in page


def test_the_faxs_page_says_its_state_and_its_record(
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


def test_a_page_is_never_empty_even_if_nothing_changed(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    shown = progress_of(Fax.objects.get()).version
    page = text(browser, f"/faxes/{fax.uuid}/", version=shown)
    assert "<html" in page


@pytest.mark.parametrize("state", [state for state in FaxState if state != FaxState.DRAFT])
def test_the_fragment_asks_again_only_while_something_may_happen(
    state: FaxState, browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    Fax.objects.update(state=state)
    fax.refresh_from_db()
    page = text(browser, f"/faxes/{fax.uuid}/")
    assert ('hx-trigger="every ' in page) == (not fax.is_resting)
    assert str(state.label) in page


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
    store.forget(document.stored_as)
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
