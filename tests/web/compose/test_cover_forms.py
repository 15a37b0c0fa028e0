"""The cover page in the form of a new fax."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.faxes.models import CoverTemplate, CoverUse, Document, Fax, FaxTemplate
from tests.support import documents
from tests.web.conftest import HTMX, form, pdf


@pytest.fixture
def template(db: None) -> CoverTemplate:
    return CoverTemplate.objects.create(name="Letterhead", use=CoverUse.OFFERED, office="Meyer")


def with_cover(template: CoverTemplate, **fields: object) -> dict[str, object]:
    entered = {"cover": template.pk, "cover_attention": "Dr. Weiß", "cover_message": "Call me"}
    return form() | {"documents": pdf()} | entered | fields


def test_without_any_cover_page_the_form_does_not_speak_of_one(browser: Client) -> None:
    CoverTemplate.objects.create(name="Not ready")
    page = browser.get("/").content.decode()
    assert "Cover page" not in page
    assert "cover page" not in page.lower()
    assert "It isn&#x27;t faxed." in page


def test_a_cover_page_can_be_chosen_and_the_form_says_whether_it_shows_the_subject(
    browser: Client, template: CoverTemplate
) -> None:
    page = browser.get("/").content.decode()
    assert f'<option value="{template.pk}">Letterhead</option>' in page
    assert "No cover page" in page
    assert "Only faxed on a cover page that shows it: Letterhead." in page
    assert "A cover page counts as one." in page
    CoverTemplate.objects.update(shown=["to"])
    assert "It isn&#x27;t faxed." in browser.get("/").content.decode().split('id="id_note"')[0]


def test_a_fax_is_sent_with_its_cover_page(browser: Client, template: CoverTemplate) -> None:
    browser.post("/", with_cover(template))
    fax = Fax.objects.submitted().get()
    assert [document.is_cover for document in fax.documents.all()] == [True, False]
    page = browser.get(f"/faxes/{fax.uuid}/").content.decode()
    assert "Preview Cover page.pdf" in page


def test_where_one_is_prescribed_there_is_no_choice(
    browser: Client, template: CoverTemplate
) -> None:
    CoverTemplate.objects.update(use=CoverUse.PRESCRIBED)
    page = browser.get("/").content.decode()
    assert 'name="cover"' not in page
    assert "Your administrator requires this cover page" in page
    assert "Faxed on the cover page." in page
    assert 'data-delivery="relay"' in page
    browser.post("/", form(documents=pdf(), cover="12345"))
    assert Fax.objects.submitted().get().documents.filter(is_cover=True).exists()


def test_a_preview_keeps_the_form_and_sends_nothing(
    browser: Client, template: CoverTemplate
) -> None:
    key = uuid4()
    response = browser.post("/", with_cover(template, key=key, show_cover="", recipients="x"))
    cover = Document.objects.get(is_cover=True)
    draft = cover.fax
    assert response["Location"] == f"/faxes/{draft.uuid}/documents/{cover.pk}/preview/"
    assert not Fax.objects.submitted().exists()

    preview = browser.get(response["Location"]).content.decode()
    assert f"/?draft={key}" in preview
    assert "Page 1 as a fax" in preview

    page = browser.get(f"/?draft={key}").content.decode()
    assert f'<option value="{template.pk}" selected>Letterhead</option>' in page
    assert "Dr. Weiß" in page
    assert "Call me" in page
    assert "contract.pdf" in page
    assert "Cover page.pdf" not in page  # the page is not listed as a document that can be removed


def test_htmx_is_redirected_to_the_preview(browser: Client, template: CoverTemplate) -> None:
    response = browser.post("/", with_cover(template, show_cover=""), headers=HTMX)
    assert response["HX-Redirect"].endswith("/preview/")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cover": ""}, "Choose a cover page to preview."),
        ({"cover": "99999"}, "no longer available"),
        ({"cover": "9" * 30}, "Choose a cover page to preview."),
        ({"cover_message": "𒀀"}, "these characters: 𒀀."),
        ({"cover_message": "x\n" * 200}, "more than 2 pages"),
    ],
)
def test_an_impossible_preview_is_reported_and_the_form_is_kept(
    browser: Client, template: CoverTemplate, fields: dict[str, object], sentence: str
) -> None:
    response = browser.post("/", with_cover(template, show_cover="", **fields))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = response.content.decode()
    assert sentence in page
    assert "Dr. Weiß" in page
    assert '<details class="later cover-part" id="cover-page" open>' in page


def test_a_text_is_sent_with_a_cover_page(browser: Client, template: CoverTemplate) -> None:
    browser.post("/", with_cover(template, documents=pdf("note.txt", b"a note")))
    assert Fax.objects.submitted().get().documents.count() == 2


def test_one_document_too_many_with_a_cover_page_is_reported(
    browser: Client, template: CoverTemplate, settings: Settings
) -> None:
    settings.MAX_FILES = 1
    page = browser.post("/", with_cover(template)).content.decode()
    assert "A fax can have at most 1 document, and the cover page counts as one." in page


def test_sending_again_fills_in_the_cover_page(browser: Client, template: CoverTemplate) -> None:
    browser.post("/", with_cover(template, documents=pdf("plan.pdf", documents.pdf("", ""))))
    fax = Fax.objects.submitted().get()
    page = browser.post(f"/faxes/{fax.uuid}/again/", follow=True).content.decode()
    assert f'<option value="{template.pk}" selected>Letterhead</option>' in page
    assert "Dr. Weiß" in page


def test_a_template_remembers_the_choice_and_not_the_words(
    browser: Client, template: CoverTemplate
) -> None:
    browser.post("/", with_cover(template, save_template="", save_as="Weekly"))
    weekly = FaxTemplate.objects.get()
    browser.post(f"/templates/{weekly.pk}/use/")
    draft = Fax.objects.latest("id")
    assert (draft.cover.template, draft.cover.message) == (template, "")
    template.delete()
    browser.post(f"/templates/{weekly.pk}/use/")
    assert not hasattr(Fax.objects.latest("id"), "cover")
