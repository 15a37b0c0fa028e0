"""A form in a browser, for tests of drafts."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.draft_versions import DraftVersion
from faxportal.faxes.compose.drafts import (
    SavedDraft,
    draft_of,
    save_form,
    save_texts,
)

READY = DraftContent(extension="0003*210", recipients="7778888")


class BrowserForm:
    """A form in a browser, with the version of the draft that it was opened with."""

    def __init__(self, by: User, key: uuid.UUID) -> None:
        draft = draft_of(by, key)
        self.by, self.key = by, key
        self.version = DraftVersion(form_id=uuid.uuid4(), number=draft.version if draft else 0)

    def type(self, subject: str, *, overwrites: bool = False) -> SavedDraft:
        """Save the texts of the form, as the page does while a person types."""
        version = replace(self.version, overwrites=overwrites)
        content = DraftContent(subject=subject)
        saved = save_texts(self.by, key=self.key, content=content, version=version)
        assert saved
        return saved

    def attach(self, name: str, content: bytes) -> SavedDraft:
        """Save the form with this file, and without texts."""
        file = SimpleUploadedFile(name, content)
        return save_form(
            self.by, key=self.key, content=DraftContent(), files=[file], version=self.version
        )


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


def subject_of(by: User, key: uuid.UUID) -> str:
    draft = draft_of(by, key)
    assert draft
    return draft.subject
