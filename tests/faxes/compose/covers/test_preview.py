"""The previewed cover page is the page that is sent. The next edit removes the preview."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.covers.draft_cover import cover_content_of
from faxportal.faxes.compose.covers.preview import NoPreview, preview_cover
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.drafts import save_form
from faxportal.faxes.models import Document
from tests.faxes.compose.covers.conftest import (
    count_stored,
    send_with_cover,
    uploaded,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_sent_is_what_the_preview_showed(
    sender: User, content: DraftContent, settings: Settings
) -> None:
    key = uuid.uuid4()
    draft = save_form(sender, key=key, content=content, files=[uploaded()]).draft
    seen = preview_cover(draft, content)
    assert draft.documents.first() == seen

    fax = send_with_cover(sender, content, key, files=[])

    assert fax == draft
    cover, _offer = fax.documents.all()
    assert cover.sha256 == seen.sha256
    assert count_stored(settings) == 2


def test_the_next_edit_removes_the_preview_from_the_draft(
    sender: User, content: DraftContent, settings: Settings
) -> None:
    key = uuid.uuid4()
    draft = save_form(sender, key=key, content=content, files=[uploaded()]).draft
    preview_cover(draft, content)
    preview_cover(draft, content)
    assert Document.objects.filter(is_cover=True).count() == 1
    save_form(sender, key=key, content=replace(content, cover=CoverContent()), files=[])
    assert not Document.objects.filter(is_cover=True).exists()
    assert count_stored(settings) == 1
    assert not cover_content_of(draft)


def test_a_page_that_cannot_be_drawn_is_reported_instead_of_shown(
    sender: User, content: DraftContent
) -> None:
    wrong = replace(content, cover=replace(content.cover, message="𒀀"))
    draft = save_form(sender, key=uuid.uuid4(), content=wrong, files=[]).draft
    with pytest.raises(NoPreview) as refused:
        preview_cover(draft, wrong)
    assert list(refused.value.problems) == ["cover_message"]


def test_a_fax_that_was_sent_meanwhile_gets_no_second_page(
    sender: User, content: DraftContent
) -> None:
    fax = send_with_cover(sender, content)
    with pytest.raises(NoPreview):
        preview_cover(fax, content)
    assert fax.documents.count() == 2
