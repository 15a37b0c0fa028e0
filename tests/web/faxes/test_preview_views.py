"""The preview: pages as a fax carries them, for people who may open the document."""

from __future__ import annotations

import io
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.documents import file_store
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import save_form
from faxportal.faxes.models import Document
from tests.support import documents
from tests.web.conftest import Send, browser_of, pdf

GREY = "BT /F 12 Tf 0.75 g 14 TL 60 780 Td " + "(This is too light for a fax) Tj T* " * 9 + "ET"


@pytest.fixture
def document(sender: User) -> Document:
    """A document of three pages, the second in light grey, in the sender's draft."""
    content = documents.pdf("", GREY, "")
    kept = save_form(sender, key=uuid4(), content=DraftContent(), files=[pdf("plan.pdf", content)])
    return kept.draft.documents.get()


def address(document: Document) -> str:
    return reverse("preview", kwargs={"uuid": document.fax.uuid, "pk": document.pk})


def image(document: Document, page: int = 1) -> str:
    where = {"uuid": document.fax.uuid, "pk": document.pk, "number": page}
    return reverse("page_image", kwargs=where)


def test_a_page_is_shown_with_what_a_fax_does_to_it(browser: Client, document: Document) -> None:
    response = browser.get(address(document), {"page": 2})
    assert response.status_code == HTTPStatus.OK
    text = response.content.decode()
    assert "Page 2 of 3" in text
    assert "Light grey text" in text
    assert "seconds to send" in text
    assert "Light grey text" not in browser.get(address(document)).content.decode()


def test_a_page_past_the_end_is_the_last_one(browser: Client, document: Document) -> None:
    assert "Page 3 of 3" in browser.get(address(document), {"page": 99}).content.decode()


@pytest.mark.parametrize(
    ("look", "size", "mode"),
    [
        ("fine", (1728, 2292), "1"),
        ("standard", (1728, 2292), "1"),
        ("original", (1000, 1415), "RGB"),
        ("small", (120, 170), "RGB"),
        ("anything", (1728, 2292), "1"),
    ],
)
def test_a_picture_of_a_page_is_a_private_png(
    browser: Client, document: Document, look: str, size: tuple[int, int], mode: str
) -> None:
    response = browser.get(image(document), {"as": look})
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.size, picture.mode) == (size, mode)


@pytest.mark.parametrize("page", [0, 4])
def test_there_is_no_picture_of_a_page_that_is_not_there(
    browser: Client, document: Document, page: int
) -> None:
    assert browser.get(image(document, page)).status_code == HTTPStatus.NOT_FOUND


def test_somebody_elses_draft_is_not_there(reviewer: User, document: Document) -> None:
    for where in (address(document), image(document)):
        assert browser_of(reviewer).get(where).status_code == HTTPStatus.NOT_FOUND


def test_looking_at_somebody_elses_page_is_audited(
    browser: Client, reviewer: User, sender: User, sent: Send
) -> None:
    theirs = sent(sender).documents.get()
    looked = AuditEntry.objects.filter(action=Action.DOCUMENT_PREVIEWED)
    browser.get(image(theirs))
    browser_of(reviewer).get(image(theirs), {"as": "small"})
    assert not looked.exists()
    browser_of(reviewer).get(image(theirs), {"as": "original"})
    entry = looked.get()
    assert (entry.actor, entry.fax) == (reviewer, theirs.fax.uuid)
    assert entry.data == {"document": 1, "page": 1}


def test_a_document_that_was_removed_is_not_there(browser: Client, document: Document) -> None:
    file_store.delete(document.stored_as)
    for where in (address(document), image(document)):
        assert browser.get(where).status_code == HTTPStatus.NOT_FOUND


def test_a_text_has_no_pages_to_show(browser: Client, sender: User) -> None:
    kept = save_form(
        sender, key=uuid4(), content=DraftContent(), files=[pdf("note.txt", b"a note")]
    )
    assert browser.get(address(kept.draft.documents.get())).status_code == HTTPStatus.NOT_FOUND


def test_the_form_and_the_fax_lead_to_the_preview_and_back(
    browser: Client, document: Document, sent: Send, sender: User
) -> None:
    draft = f"/?draft={document.fax.submission_key}"
    assert address(document) in browser.get(draft).content.decode()
    assert draft in browser.get(address(document)).content.decode()
    fax = sent(sender)
    there = address(fax.documents.get())
    of_fax = reverse("fax", kwargs={"uuid": fax.uuid})
    assert there in browser.get(of_fax).content.decode()
    assert of_fax in browser.get(there).content.decode()


def test_a_page_that_cannot_be_drawn_says_so(browser: Client, document: Document) -> None:
    Path(default_storage.path(document.stored_as)).write_bytes(b"%PDF-1.7\n")
    response = browser.get(address(document))
    assert response.status_code == HTTPStatus.OK
    assert "This page can't be shown" in response.content.decode()
    assert browser.get(image(document)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
