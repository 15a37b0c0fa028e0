"""A cover page that senders may choose, and the text of a cover page that was drawn."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.documents.file_store import open_stored
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.submit_result import (
    SubmitResult,
    Submitted,
)
from faxportal.faxes.models import CoverTemplate, CoverUse, Fax
from tests.support import documents
from tests.support.submitting import expect, submit_form


@pytest.fixture
def template(db: None) -> CoverTemplate:
    return CoverTemplate.objects.create(
        name="Letterhead",
        use=CoverUse.OFFERED,
        office="Meyer & Partners\nPhone +1 650 253 0000",
        legal="Confidential.",
    )


def text_of(pdf: bytes) -> str:
    """The text of the page, with single spaces."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join("".join(pages).split())


@pytest.fixture
def content(template: CoverTemplate) -> DraftContent:
    cover = CoverContent(template=template.pk, attention="Dr. Weiß", message="Please call.")
    return DraftContent(extension="0003*210", recipients="7778888", subject="Offer", cover=cover)


def uploaded(name: str = "offer.pdf", content: bytes = b"") -> SimpleUploadedFile:
    """A file as a form posts it: without `content`, a PDF of two pages."""
    return SimpleUploadedFile(name, content or documents.pdf("", ""))


def count_stored(settings: Settings) -> int:
    """How many files the storage of documents has."""
    location = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return sum(path.is_file() for path in location.rglob("*"))


def submit_with_cover(
    by: User, content: DraftContent, key: uuid.UUID | None = None, **more: Any
) -> SubmitResult:
    """Submit a form, with a document of two pages unless `files` are given."""
    key = key or uuid.uuid4()
    own = documents.pdf(f"% {key}", "")  # two pages that no other fax has
    files = more.pop("files", [uploaded(content=own)])
    return submit_form(by, key=key, content=content, files=files, **more)


def send_with_cover(
    by: User, content: DraftContent, key: uuid.UUID | None = None, **more: Any
) -> Fax:
    """Call `submit_with_cover`, check that the fax is submitted, and return the fax."""
    return expect(Submitted, submit_with_cover(by, content, key, **more)).fax


def cover_text(fax: Fax) -> str:
    with open_stored(fax.documents.get(is_cover=True).stored_as) as file:
        return text_of(file.read())
