"""The form of a new fax loses nothing, and sends nothing twice or by accident."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from tests.support import documents
from tests.web.conftest import HTMX, PDF, browser_of, form, pdf


def test_the_form_offers_my_extensions_and_says_the_limits_first(browser: Client) -> None:
    page = browser.get("/").content.decode()
    assert '<option value="0003*210">0003*210 · Front desk</option>' in page
    assert "At most 5, up to 50 MB each." in page


def test_without_an_extension_the_form_says_where_to_get_one(admin: User) -> None:
    page = browser_of(admin).get("/").content.decode()
    assert 'href="/connection/"' in page
    assert "Fax must be enabled for the extension in VoipNow." in page


def test_who_may_not_send_gets_a_sentence_instead_of_the_form(reviewer: User) -> None:
    page = browser_of(reviewer).get("/").content.decode()
    assert "Your role lets you read faxes but not send them." in page
    assert 'id="compose-form"' not in page


def test_a_sent_form_leads_to_its_fax(browser: Client) -> None:
    response = browser.post("/", form(documents=[pdf()]))
    fax = Fax.objects.get()
    assert (fax.state, response.status_code) == (FaxState.WAITING, 302)
    assert response["Location"] == f"/faxes/{fax.uuid}/"


def test_htmx_is_sent_to_the_fax_as_a_whole_page(browser: Client) -> None:
    response = browser.post("/", form(documents=[pdf()]), headers=HTMX)
    assert response["HX-Redirect"] == f"/faxes/{Fax.objects.get().uuid}/"


def test_a_form_sent_twice_finds_the_first_fax(browser: Client) -> None:
    key = uuid4()
    answers = {browser.post("/", form(key, documents=[pdf()]))["Location"] for _ in range(2)}
    assert len(answers) == Fax.objects.count() == 1


def test_a_number_written_twice_is_reported_on_the_faxs_page(browser: Client) -> None:
    numbers = "+1 650 253 0000, +16502530000"
    response = browser.post("/", form(recipients=numbers, documents=[pdf()]), follow=True)
    assert "dialled once" in response.content.decode()


def test_a_mistake_keeps_all_that_was_typed_and_attached(browser: Client) -> None:
    filled = form(recipients="0721abc", subject="Contract", note="Ask Lee", documents=[pdf()])
    response = browser.post("/", filled)
    page = response.content.decode()
    assert response.status_code == 422
    for kept in ("0721abc", "Contract", "Ask Lee", "contract.pdf", str(filled["key"])):
        assert kept in page
    assert not Fax.objects.submitted().exists()


def test_each_problem_is_a_link_to_its_field_and_described_by_it(browser: Client) -> None:
    page = browser.post("/", form(recipients="0721abc")).content.decode()
    assert '<a href="#id_recipients">“0721abc” contains letters.' in page
    assert 'id="id_recipients_error"' in page
    assert 'aria-describedby="id_recipients_helptext id_recipients_error"' in page
    assert '<a href="#id_documents">Attach at least one document.</a>' in page


def test_htmx_gets_the_form_alone_with_its_mistakes(browser: Client) -> None:
    response = browser.post("/", form(), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.strip().startswith('<div id="compose">')
    assert "<html" not in page


def test_documents_of_a_refused_submit_go_with_the_next_one(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, recipients="", documents=[pdf()]))
    browser.post("/", form(key))
    assert Fax.objects.submitted().get().documents.get().name == "contract.pdf"


def test_removing_a_document_keeps_the_rest(browser: Client) -> None:
    key = uuid4()
    both = [pdf(), SimpleUploadedFile("note.txt", b"hello")]
    browser.post("/", form(key, recipients="", documents=both))
    first = Document.objects.get(name="contract.pdf")
    response = browser.post("/", form(key, recipients="0003*211", remove=first.pk))
    page = response.content.decode()
    assert response.status_code == 200
    assert "note.txt" in page
    assert "contract.pdf" not in page
    assert "0003*211" in page


def test_removing_what_is_somebody_elses_does_nothing(browser: Client, colleague: User) -> None:
    browser_of(colleague).post("/", form(recipients="", documents=[pdf()]))
    theirs = Document.objects.get()
    browser.post("/", form(remove=theirs.pk))
    assert Document.objects.get() == theirs


def test_removing_from_a_fax_that_is_sent_leads_to_it(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, documents=[pdf()]))
    document = Document.objects.get()
    response = browser.post("/", form(key, remove=document.pk))
    assert response["Location"] == f"/faxes/{Fax.objects.get().uuid}/"
    assert Document.objects.get() == document


def test_the_same_form_with_other_content_needs_a_decision(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, documents=[pdf()]))
    first = Fax.objects.get()
    response = browser.post("/", form(key, recipients="0003*211", documents=[pdf()]))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Is this another fax?" in page
    assert f"/faxes/{first.uuid}/" in page
    assert "0003*211" in page
    assert Fax.objects.submitted().get() == first


def test_an_unsent_fax_is_offered_and_can_be_continued(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, recipients="", subject="Contract", documents=[pdf()]))
    page = browser.get("/").content.decode()
    assert "You have a draft from" in page
    assert "with 1 document." in page
    continued = browser.get(f"/?draft={key}").content.decode()
    assert "contract.pdf" in continued
    assert str(key) in continued
    assert "You have a draft" not in continued


def test_an_unsent_fax_can_be_discarded(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, recipients="", documents=[pdf()]))
    response = browser.post("/", {"key": key, "discard": ""}, follow=True)
    assert "Discarded the draft." in response.content.decode()
    assert not Fax.objects.exists()


def test_somebody_elses_draft_is_neither_offered_nor_opened(
    browser: Client, colleague: User
) -> None:
    key = uuid4()
    browser_of(colleague).post("/", form(key, recipients="", subject="Secret", documents=[pdf()]))
    browser.post("/", {"key": key, "discard": ""})
    assert "Secret" not in browser.get(f"/?draft={key}").content.decode()
    assert Fax.objects.filter(sender=colleague).exists()


@pytest.mark.parametrize("key", ["", "no-uuid", "\0"])
def test_an_invalid_key_is_refused(key: str, browser: Client) -> None:
    assert browser.post("/", form() | {"key": key}).status_code == 400
    assert browser.get("/", {"draft": key}).status_code == 400


def test_a_nul_in_a_text_harms_nobody(browser: Client) -> None:
    browser.post("/", form(subject="a\0b", documents=[pdf()]))
    assert Fax.objects.get().subject == "ab"


def test_more_files_than_a_form_may_carry_are_reported(browser: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1
    response = browser.post("/", form(documents=[pdf(), pdf("b.pdf")]))
    assert response.status_code == 413
    assert "This upload is too large" in response.content.decode()


def test_a_form_of_another_site_is_refused_with_a_sentence(sender: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sender)
    response = client.post("/", form(documents=[pdf()]))
    assert response.status_code == 403
    assert "No fax was sent." in response.content.decode()


def test_bytes_arrive_as_they_were(browser: Client, tmp_path: Path) -> None:
    browser.post("/", form(documents=[pdf()]))
    stored_as = Document.objects.get().stored_as
    assert (tmp_path / "documents" / stored_as).read_bytes() == PDF


@pytest.mark.parametrize(
    ("more", "sentence"),
    [([], "5 pages in total."), ([pdf("a.txt", b"a note")], "5 pages, plus documents")],
)
def test_the_pages_of_all_documents_are_added_up(
    browser: Client, more: list[SimpleUploadedFile], sentence: str
) -> None:
    files = [pdf("two.pdf", documents.pdf("", "")), pdf("three.tif", documents.tiff(3)), *more]
    answer = browser.post("/", form(recipients="", documents=files))
    assert sentence in answer.content.decode()


def test_a_note_as_long_as_the_form_lets_it_be_is_kept_to_its_last_line(browser: Client) -> None:
    """A browser counts a line end as one character, but posts two characters."""
    lines = ["a line of twenty-four ch"] * 80
    browser.post("/", form(documents=[pdf()], note="\r\n".join(lines)))
    assert Fax.objects.get().note == "\n".join(lines)
