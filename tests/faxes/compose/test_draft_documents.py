"""The documents of drafts: attached, ordered, replaced, and sent as the form lists them."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.attachments import DocumentChanges
from faxportal.faxes.compose.drafts import (
    NotADraft,
    NotAttached,
    attach_file,
    change_documents,
    discard_draft,
    draft_of,
)
from faxportal.faxes.compose.submit_result import AlreadySubmitted, NeedsCorrection
from faxportal.faxes.models import Document, Fax
from tests.faxes.compose.conftest import READY, BrowserForm, subject_of
from tests.faxes.conftest import PDF
from tests.support.submitting import expect, send_form, submit_form

pytestmark = pytest.mark.django_db(transaction=True)


def attach(
    page: BrowserForm, name: str, content: bytes = PDF, *, replace: int | None = None
) -> Document:
    """Attach a file, as a page does as soon as the file is chosen."""
    saved = attach_file(
        page.by,
        key=page.key,
        file=SimpleUploadedFile(name, content),
        changes=DocumentChanges(replace=replace),
        version=page.version,
    )
    return saved.documents[0]


def names(by: User, key: uuid.UUID) -> list[str]:
    draft = draft_of(by, key)
    assert draft
    assert [one.position for one in draft.documents.all()] == sorted(
        one.position for one in draft.documents.all()
    )
    return [document.name for document in draft.documents.all()]


@pytest.fixture
def three(sender: User, key: uuid.UUID) -> tuple[BrowserForm, list[int]]:
    """A page with three documents: a.txt, b.txt and c.txt."""
    page = BrowserForm(sender, key)
    return page, [attach(page, f"{name}.txt", name.encode()).pk for name in "abc"]


def test_a_file_is_attached_beside_what_is_typed(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    page.type("Offer")
    attach(page, "offer.pdf")
    assert (subject_of(sender, key), names(sender, key)) == ("Offer", ["offer.pdf"])
    assert page.type("Offer 2").changed_elsewhere_at is None


def test_a_file_that_is_not_taken_makes_no_draft_and_says_why(sender: User, key: uuid.UUID) -> None:
    with pytest.raises(NotAttached, match="is empty"):
        attach(BrowserForm(sender, key), "offer.pdf", b"")
    assert not Fax.objects.exists()


def test_one_file_too_many_is_not_taken_and_leaves_no_bytes(
    three: tuple[BrowserForm, list[int]], settings: Settings
) -> None:
    settings.MAX_FILES = 3
    with pytest.raises(NotAttached, match="at most 3 documents"):
        attach(three[0], "d.txt", b"d")
    assert Document.objects.count() == len(stored_files(settings)) == 3


def test_the_same_content_is_one_document(three: tuple[BrowserForm, list[int]]) -> None:
    page, ids = three
    assert attach(page, "again.txt", b"b").pk == ids[1]
    assert names(page.by, page.key) == ["a.txt", "b.txt", "c.txt"]


def test_a_file_that_comes_too_late_joins_no_fax(
    sender: User, key: uuid.UUID, settings: Settings
) -> None:
    page = BrowserForm(sender, key)
    attach(page, "offer.pdf")
    fax = send_form(sender, key=key, content=READY, files=[], version=page.version).fax
    with pytest.raises(NotADraft):
        attach(page, "late.txt", b"late")
    with pytest.raises(NotADraft):
        change_documents(sender, key=key, changes=DocumentChanges(remove=[1]), version=page.version)
    assert fax.documents.count() == len(stored_files(settings)) == 1


def test_documents_are_brought_into_an_order(three: tuple[BrowserForm, list[int]]) -> None:
    page, (a, b, c) = three
    for order, expected in (
        ([c, a, b], ["c.txt", "a.txt", "b.txt"]),
        ([a, 0, c, a], ["a.txt", "c.txt", "b.txt"]),  # b is not in the order, and stays third
    ):
        change_documents(
            page.by, key=page.key, changes=DocumentChanges(order=order), version=page.version
        )
        assert names(page.by, page.key) == expected


@pytest.mark.parametrize(
    ("at", "by", "expected"),
    [(1, -1, "bac"), (1, 1, "acb"), (0, -1, "abc"), (2, 1, "abc")],
)
def test_a_document_moves_by_a_place_and_not_past_the_ends(
    three: tuple[BrowserForm, list[int]], at: int, by: int, expected: str
) -> None:
    page, ids = three
    changes = DocumentChanges(move=(ids[at], by))
    change_documents(page.by, key=page.key, changes=changes, version=page.version)
    assert names(page.by, page.key) == [f"{name}.txt" for name in expected]


def test_a_removed_document_leaves_a_gap_that_harms_no_order(
    three: tuple[BrowserForm, list[int]],
) -> None:
    page, (a, b, c) = three
    change_documents(
        page.by, key=page.key, changes=DocumentChanges(remove=[b]), version=page.version
    )
    attach(page, "d.txt", b"d")
    change_documents(
        page.by, key=page.key, changes=DocumentChanges(order=[c, a]), version=page.version
    )
    assert names(page.by, page.key) == ["c.txt", "a.txt", "d.txt"]


def test_a_document_is_replaced_in_its_place(
    three: tuple[BrowserForm, list[int]], settings: Settings
) -> None:
    settings.MAX_FILES = 3
    page, ids = three
    attach(page, "new.txt", b"new", replace=ids[1])
    assert names(page.by, page.key) == ["a.txt", "new.txt", "c.txt"]
    assert len(stored_files(settings)) == 3


def test_what_cannot_replace_a_document_leaves_it(three: tuple[BrowserForm, list[int]]) -> None:
    page, ids = three
    with pytest.raises(NotAttached):
        attach(page, "bad.pdf", b"MZ\0\1", replace=ids[1])
    attach(page, "again.txt", b"c", replace=ids[1])
    assert names(page.by, page.key) == ["a.txt", "b.txt", "c.txt"]


def test_two_files_at_once_are_both_attached(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)

    def one(name: str) -> None:
        attach(page, f"{name}.txt", name.encode())
        connection.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(one, "abcd"))
    assert sorted(names(sender, key)) == [f"{name}.txt" for name in "abcd"]
    assert page.type("Offer").changed_elsewhere_at is None


def test_a_file_that_was_not_attached_is_reported_before_sending(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    attach(page, "offer.pdf")
    refused = expect(
        NeedsCorrection,
        submit_form(sender, key=key, content=READY, files=[], failed_files=["plan.dwg"]),
    )
    assert "“plan.dwg” was not attached" in refused.problems["documents"][0]
    assert send_form(sender, key=key, content=READY, files=[]).fax.documents.count() == 1


def test_another_fax_from_a_sent_form_has_what_the_form_lists(
    three: tuple[BrowserForm, list[int]],
) -> None:
    page, (a, _b, c) = three
    send_form(page.by, key=page.key, content=READY, files=[], version=page.version)
    late = SimpleUploadedFile("late.txt", b"late")
    question = expect(
        AlreadySubmitted,
        submit_form(page.by, key=page.key, content=READY, files=[late], listed_documents=[a, c]),
    )
    documents = question.draft.documents.all()
    assert [document.name for document in documents] == ["a.txt", "c.txt", "late.txt"]


def stored_files(settings: Settings) -> list[Path]:
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return [path for path in folder.rglob("*") if path.is_file()]


def test_documents_that_the_page_does_not_list_are_not_sent(sender: User, key: uuid.UUID) -> None:
    """For example, the upload was cancelled too late, or the browser restored an older page."""
    page = BrowserForm(sender, key)
    unseen = attach(page, "unseen.txt", b"unseen").pk
    file = SimpleUploadedFile("offer.pdf", PDF)
    refused = expect(
        NeedsCorrection,
        submit_form(
            sender, key=key, content=READY, files=[file], version=page.version, listed_documents=[]
        ),
    )
    assert "Check them" in refused.problems["documents"][0]
    offer = refused.draft.documents.exclude(pk=unseen).get()
    fax = send_form(
        sender,
        key=key,
        content=READY,
        files=[],
        version=page.version,
        listed_documents=[unseen, offer.pk],
    ).fax
    assert fax.documents.count() == 2


def test_a_page_whose_draft_was_discarded_sends_no_part_of_what_it_lists(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    listed = attach(page, "offer.pdf")
    discard_draft(listed.fax)
    file = SimpleUploadedFile("more.txt", b"more")
    expect(
        NeedsCorrection,
        submit_form(
            sender,
            key=key,
            content=READY,
            files=[file],
            version=page.version,
            listed_documents=[listed.pk],
        ),
    )


def test_a_file_that_is_posted_again_with_the_form_is_one_document(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    page.attach("offer.pdf", PDF)
    file = SimpleUploadedFile("offer.pdf", PDF)
    fax = send_form(
        sender, key=key, content=READY, files=[file], version=page.version, listed_documents=[]
    ).fax
    assert fax.documents.count() == 1


def test_a_file_that_is_not_taken_does_not_pass_as_part_of_the_first_fax(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    page.attach("offer.pdf", PDF)
    send_form(sender, key=key, content=READY, files=[], version=page.version)
    file = SimpleUploadedFile("empty.pdf", b"")
    question = expect(
        AlreadySubmitted,
        submit_form(sender, key=key, content=READY, files=[file], version=page.version),
    )
    assert "“empty.pdf” was not attached because it is empty" in question.problems["documents"][0]


def test_one_document_too_many_for_another_fax_is_reported(
    sender: User, key: uuid.UUID, settings: Settings
) -> None:
    settings.MAX_FILES = 1
    page = BrowserForm(sender, key)
    page.attach("offer.pdf", PDF)
    fax = send_form(sender, key=key, content=READY, files=[], version=page.version).fax
    listed = [document.pk for document in fax.documents.all()]
    file = SimpleUploadedFile("more.txt", b"more")
    question = expect(
        AlreadySubmitted,
        submit_form(
            sender,
            key=key,
            content=READY,
            files=[file],
            version=page.version,
            listed_documents=listed,
        ),
    )
    assert "“more.txt” was not attached" in question.problems["documents"][0]
