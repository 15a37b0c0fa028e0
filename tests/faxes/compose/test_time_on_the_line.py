"""How long documents occupy the line: a few pages of each document are measured, once."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import save_form
from faxportal.faxes.compose.time_on_the_line import (
    SAMPLE,
    measure_one,
    sample,
    time_on_the_line_of,
)
from faxportal.faxes.models import Document, Fax
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)


def draft_with(by: User, **contents: bytes) -> Fax:
    files = [SimpleUploadedFile(name, content) for name, content in contents.items()]
    return save_form(by, key=uuid.uuid4(), content=DraftContent(), files=files).draft


@pytest.mark.parametrize(
    ("pages", "expected"), [(1, [1]), (3, [1, 2, 3]), (4, [1, 3, 4]), (101, [1, 51, 101])]
)
def test_a_few_pages_are_measured_for_all(pages: int, expected: list[int]) -> None:
    assert list(sample(pages)) == expected
    assert len(sample(pages)) <= SAMPLE


def test_one_document_after_the_other_is_measured_and_added_up(sender: User) -> None:
    draft = draft_with(sender, one=documents.pdf(), three=documents.tiff(3))
    for left in (2, 1):
        time = time_on_the_line_of(draft)
        assert time
        assert time.is_waiting, left
        measure_one(draft)
        draft = Fax.objects.get()
    time = time_on_the_line_of(draft)
    assert time
    assert not time.is_waiting
    assert not time.is_partial
    assert 1 <= time.least <= time.most < 5
    one, three = draft.documents.all()
    assert one.line_seconds_max
    assert three.line_seconds_max
    assert one.line_seconds_max < three.line_seconds_max


def test_a_text_is_not_counted_and_makes_the_time_partial(sender: User) -> None:
    draft = draft_with(sender, note=b"a note")
    assert time_on_the_line_of(draft) is None
    both = draft_with(sender, note=b"another note", page=documents.pdf())
    measure_one(both)
    time = time_on_the_line_of(Fax.objects.get(pk=both.pk))
    assert time
    assert (time.is_partial, time.is_waiting) == (True, False)


def test_bytes_that_are_gone_are_not_asked_for_again(sender: User) -> None:
    draft = draft_with(sender, one=documents.pdf())
    Document.objects.update(stored_as="00/" + "0" * 32)
    measure_one(Fax.objects.get(pk=draft.pk))
    assert time_on_the_line_of(Fax.objects.get()) is None
