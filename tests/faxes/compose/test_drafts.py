"""Drafts: kept as they are typed, by one page at a time, and found again."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.compose.attachments import Changes
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.draft_versions import FormCopy
from faxportal.faxes.compose.drafts import (
    AlreadySubmitted,
    Kept,
    NotAttached,
    attach_file,
    change_documents,
    discard_draft,
    draft_of,
    keep_draft,
    latest_draft,
    save_texts,
    typed_in,
)
from faxportal.faxes.compose.submit import (
    ChangedElsewhere,
    NotSubmitted,
    SubmittedDifferently,
    submit_fax,
)
from faxportal.faxes.maintenance import retention
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

READY = DraftContent(extension="0003*210", recipients="7778888")


class Page:
    """A page with a form in it, as it was when it was opened."""

    def __init__(self, by: User, key: uuid.UUID) -> None:
        draft = draft_of(by, key)
        self.by, self.key = by, key
        self.copy = FormCopy(id=uuid.uuid4(), version=draft.version if draft else 0)

    def type(self, subject: str, *, prevails: bool = False) -> Kept:
        copy = FormCopy(id=self.copy.id, version=self.copy.version, prevails=prevails)
        kept = save_texts(self.by, key=self.key, typed=DraftContent(subject=subject), copy=copy)
        assert kept
        return kept

    def attach(self, name: str, content: bytes) -> Kept:
        file = SimpleUploadedFile(name, content)
        return keep_draft(self.by, key=self.key, typed=DraftContent(), files=[file], copy=self.copy)


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


def subject_of(by: User, key: uuid.UUID) -> str:
    draft = draft_of(by, key)
    assert draft
    return draft.subject


def test_nothing_typed_makes_no_draft(sender: User, key: uuid.UUID) -> None:
    assert save_texts(sender, key=key, typed=DraftContent(extension="0003*210"), copy=None) is None
    assert not Fax.objects.exists()


def test_what_is_typed_is_kept_also_when_it_is_taken_out_again(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    page.type("Offer")
    assert subject_of(sender, key) == "Offer"
    page.type("")
    assert subject_of(sender, key) == ""


def test_a_page_goes_on_after_its_own_changes_whether_it_read_so_or_not(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    for subject in ("O", "Of", "Offer"):
        assert page.type(subject).changed_elsewhere_at is None
    page.attach("offer.pdf", PDF)
    assert page.type("Offer 2").changed_elsewhere_at is None


def test_of_two_pages_the_one_that_knows_nothing_of_the_other_overwrites_nothing(
    sender: User, key: uuid.UUID
) -> None:
    Page(sender, key).type("Draft")
    here, there = Page(sender, key), Page(sender, key)
    there.type("There")
    refused = here.type("Here")
    draft = draft_of(sender, key)
    assert draft
    assert refused.changed_elsewhere_at == draft.changed_at
    assert draft.subject == "There"
    assert there.type("There again").changed_elsewhere_at is None


def test_a_person_can_keep_theirs_and_then_the_other_page_is_outdated(
    sender: User, key: uuid.UUID
) -> None:
    Page(sender, key).type("Draft")
    here, there = Page(sender, key), Page(sender, key)
    there.type("There")
    here.type("Here", prevails=True)
    assert here.type("Here again").changed_elsewhere_at is None
    assert there.type("There again").changed_elsewhere_at is not None
    assert subject_of(sender, key) == "Here again"


def test_a_file_of_an_outdated_page_is_attached_and_told_to_both(
    sender: User, key: uuid.UUID
) -> None:
    Page(sender, key).type("Draft")
    here, there = Page(sender, key), Page(sender, key)
    there.type("There")
    assert here.attach("offer.pdf", PDF).draft.documents.count() == 1
    assert subject_of(sender, key) == "There"
    assert there.type("There again").changed_elsewhere_at is not None


def test_a_draft_that_was_discarded_elsewhere_comes_back_with_what_is_typed_here(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    discard_draft(page.type("Offer").draft)
    assert page.type("Offer 2").changed_elsewhere_at is None
    assert page.type("Offer 3").changed_elsewhere_at is None


def test_an_outdated_page_sends_nothing_unseen(sender: User, key: uuid.UUID) -> None:
    here = Page(sender, key)
    here.attach("offer.pdf", PDF)
    there = Page(sender, key)
    there.attach("note.txt", b"for somebody else")
    with pytest.raises(ChangedElsewhere) as question:
        submit_fax(sender, key=key, typed=READY, files=[], copy=here.copy)
    assert question.value.draft.documents.count() == 2
    assert not Fax.objects.submitted().exists()
    # Asked once, the page is a new one and knows.
    fax = submit_fax(sender, key=key, typed=READY, files=[], copy=Page(sender, key).copy).fax
    assert fax.state == FaxState.WAITING


def test_files_posted_by_an_outdated_page_are_kept(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)
    page.type("Offer")
    Page(sender, key).type("Offer 2")
    file = SimpleUploadedFile("offer.pdf", PDF)
    with pytest.raises(ChangedElsewhere) as question:
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy)
    assert question.value.draft.documents.count() == 1
    assert question.value.draft.subject == "Offer 2"


def test_saving_between_two_presses_finds_the_first_fax(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)
    page.attach("offer.pdf", PDF)
    first = submit_fax(sender, key=key, typed=READY, files=[], copy=page.copy).fax
    with pytest.raises(AlreadySubmitted):
        page.type("Late")
    second = submit_fax(sender, key=key, typed=READY, files=[], copy=page.copy).fax
    assert (first, first.subject) == (second, "")


def test_unsent_faxes_are_the_persons_own_with_something_in_them(
    sender: User, submit: Submit
) -> None:
    other = User.objects.create_user("paul")
    give_role(other, Role.SENDER)
    Page(other, uuid.uuid4()).type("Not mine")
    submit()
    empty = Page(sender, uuid.uuid4())
    empty.type("x")
    empty.type("")
    older, newer = uuid.uuid4(), uuid.uuid4()
    for key, subject in ((newer, "Newer"), (older, "Older")):
        Page(sender, key).type(subject)
    Page(sender, newer).type("Newest")
    unsent = Fax.objects.drafts_with_content_by(sender)
    assert [draft.subject for draft in unsent] == ["Newest", "Older"]
    assert latest_draft(sender) == unsent[0]


def test_an_empty_draft_goes_after_a_day(sender: User, clock: HandClock, key: uuid.UUID) -> None:
    page = Page(sender, key)
    page.type("x")
    page.type("")
    Page(sender, uuid.uuid4()).type("Offer")
    retention.remove_due(clock, at_most=10)
    assert Fax.objects.count() == 2
    clock.ahead += timedelta(hours=25)
    retention.remove_due(clock, at_most=10)
    assert [draft.subject for draft in Fax.objects.all()] == ["Offer"]


def test_what_is_typed_for_a_cover_page_alone_is_no_empty_draft(
    sender: User, clock: HandClock, key: uuid.UUID
) -> None:
    typed = DraftContent(cover=CoverContent(message="We confirm the appointment."))
    save_texts(sender, key=key, typed=typed, copy=None)
    clock.ahead += timedelta(hours=25)
    retention.remove_due(clock, at_most=10)
    assert [typed_in(draft) for draft in Fax.objects.drafts_with_content_by(sender)] == [typed]


def attach(page: Page, name: str, content: bytes = PDF, *, replace: int | None = None) -> Document:
    """What a page does as soon as a file is chosen."""
    kept = attach_file(
        page.by,
        key=page.key,
        file=SimpleUploadedFile(name, content),
        changes=Changes(replace=replace),
        copy=page.copy,
    )
    return kept.documents[0]


def names(by: User, key: uuid.UUID) -> list[str]:
    draft = draft_of(by, key)
    assert draft
    assert [one.position for one in draft.documents.all()] == sorted(
        one.position for one in draft.documents.all()
    )
    return [document.name for document in draft.documents.all()]


@pytest.fixture
def three(sender: User, key: uuid.UUID) -> tuple[Page, list[int]]:
    """A page with three documents: a.txt, b.txt and c.txt."""
    page = Page(sender, key)
    return page, [attach(page, f"{name}.txt", name.encode()).pk for name in "abc"]


def test_a_file_is_attached_beside_what_is_typed(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)
    page.type("Offer")
    attach(page, "offer.pdf")
    assert (subject_of(sender, key), names(sender, key)) == ("Offer", ["offer.pdf"])
    assert page.type("Offer 2").changed_elsewhere_at is None


def test_a_file_that_is_not_taken_makes_no_draft_and_says_why(sender: User, key: uuid.UUID) -> None:
    with pytest.raises(NotAttached, match="is empty"):
        attach(Page(sender, key), "offer.pdf", b"")
    assert not Fax.objects.exists()


def test_one_file_too_many_is_not_taken_and_leaves_no_bytes(
    three: tuple[Page, list[int]], settings: Settings
) -> None:
    settings.MAX_FILES = 3
    with pytest.raises(NotAttached, match="at most 3 documents"):
        attach(three[0], "d.txt", b"d")
    assert Document.objects.count() == len(stored_files(settings)) == 3


def test_the_same_content_is_one_document(three: tuple[Page, list[int]]) -> None:
    page, ids = three
    assert attach(page, "again.txt", b"b").pk == ids[1]
    assert names(page.by, page.key) == ["a.txt", "b.txt", "c.txt"]


def test_a_file_that_comes_too_late_joins_no_fax(
    sender: User, key: uuid.UUID, settings: Settings
) -> None:
    page = Page(sender, key)
    attach(page, "offer.pdf")
    fax = submit_fax(sender, key=key, typed=READY, files=[], copy=page.copy).fax
    with pytest.raises(AlreadySubmitted):
        attach(page, "late.txt", b"late")
    with pytest.raises(AlreadySubmitted):
        change_documents(sender, key=key, changes=Changes(remove=[1]), copy=page.copy)
    assert fax.documents.count() == len(stored_files(settings)) == 1


def test_documents_are_brought_into_an_order(three: tuple[Page, list[int]]) -> None:
    page, (a, b, c) = three
    for order, expected in (
        ([c, a, b], ["c.txt", "a.txt", "b.txt"]),
        ([a, 0, c, a], ["a.txt", "c.txt", "b.txt"]),  # b is not named, and stays the third
    ):
        change_documents(page.by, key=page.key, changes=Changes(order=order), copy=page.copy)
        assert names(page.by, page.key) == expected


@pytest.mark.parametrize(
    ("at", "by", "expected"),
    [(1, -1, "bac"), (1, 1, "acb"), (0, -1, "abc"), (2, 1, "abc")],
)
def test_a_document_moves_by_a_place_and_not_past_the_ends(
    three: tuple[Page, list[int]], at: int, by: int, expected: str
) -> None:
    page, ids = three
    changes = Changes(move=(ids[at], by))
    change_documents(page.by, key=page.key, changes=changes, copy=page.copy)
    assert names(page.by, page.key) == [f"{name}.txt" for name in expected]


def test_a_removed_document_leaves_a_gap_that_harms_no_order(
    three: tuple[Page, list[int]],
) -> None:
    page, (a, b, c) = three
    change_documents(page.by, key=page.key, changes=Changes(remove=[b]), copy=page.copy)
    attach(page, "d.txt", b"d")
    change_documents(page.by, key=page.key, changes=Changes(order=[c, a]), copy=page.copy)
    assert names(page.by, page.key) == ["c.txt", "a.txt", "d.txt"]


def test_a_document_is_replaced_in_its_place(
    three: tuple[Page, list[int]], settings: Settings
) -> None:
    settings.MAX_FILES = 3
    page, ids = three
    attach(page, "new.txt", b"new", replace=ids[1])
    assert names(page.by, page.key) == ["a.txt", "new.txt", "c.txt"]
    assert len(stored_files(settings)) == 3


def test_what_cannot_replace_a_document_leaves_it(three: tuple[Page, list[int]]) -> None:
    page, ids = three
    with pytest.raises(NotAttached):
        attach(page, "bad.pdf", b"MZ\0\1", replace=ids[1])
    attach(page, "again.txt", b"c", replace=ids[1])
    assert names(page.by, page.key) == ["a.txt", "b.txt", "c.txt"]


def test_two_files_at_once_are_both_attached(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)

    def one(name: str) -> None:
        attach(page, f"{name}.txt", name.encode())
        connection.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(one, "abcd"))
    assert sorted(names(sender, key)) == [f"{name}.txt" for name in "abcd"]
    assert page.type("Offer").changed_elsewhere_at is None


def test_a_file_that_was_not_attached_is_told_before_sending(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)
    attach(page, "offer.pdf")
    with pytest.raises(NotSubmitted) as refused:
        submit_fax(sender, key=key, typed=READY, files=[], unattached=["plan.dwg"])
    assert "“plan.dwg” was not attached" in refused.value.problems["documents"][0]
    assert submit_fax(sender, key=key, typed=READY, files=[]).fax.documents.count() == 1


def test_another_fax_from_a_sent_form_has_what_the_form_lists(
    three: tuple[Page, list[int]],
) -> None:
    page, (a, _b, c) = three
    submit_fax(page.by, key=page.key, typed=READY, files=[], copy=page.copy)
    late = SimpleUploadedFile("late.txt", b"late")
    with pytest.raises(SubmittedDifferently) as question:
        submit_fax(page.by, key=page.key, typed=READY, files=[late], shown=[a, c])
    documents = question.value.draft.documents.all()
    assert [document.name for document in documents] == ["a.txt", "c.txt", "late.txt"]


def stored_files(settings: Settings) -> list[Path]:
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return [path for path in folder.rglob("*") if path.is_file()]


def test_documents_that_the_page_does_not_list_are_not_sent(sender: User, key: uuid.UUID) -> None:
    """A file that was taken back, though its answer alone was lost, or a page come back to."""
    page = Page(sender, key)
    unseen = attach(page, "unseen.txt", b"unseen").pk
    file = SimpleUploadedFile("offer.pdf", PDF)
    with pytest.raises(NotSubmitted) as refused:
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy, shown=[])
    assert "Check them" in refused.value.problems["documents"][0]
    offer = refused.value.draft.documents.exclude(pk=unseen).get()
    fax = submit_fax(
        sender, key=key, typed=READY, files=[], copy=page.copy, shown=[unseen, offer.pk]
    ).fax
    assert fax.documents.count() == 2


def test_a_page_whose_draft_was_discarded_sends_no_part_of_what_it_lists(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    listed = attach(page, "offer.pdf")
    discard_draft(listed.fax)
    file = SimpleUploadedFile("more.txt", b"more")
    with pytest.raises(NotSubmitted):
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy, shown=[listed.pk])


def test_a_form_with_its_file_that_comes_again_is_no_other(sender: User, key: uuid.UUID) -> None:
    page = Page(sender, key)
    page.attach("offer.pdf", PDF)
    file = SimpleUploadedFile("offer.pdf", PDF)
    fax = submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy, shown=[]).fax
    assert fax.documents.count() == 1


def test_a_file_that_an_outdated_page_could_not_attach_is_told(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    page.type("Offer")
    Page(sender, key).type("Offer 2")
    file = SimpleUploadedFile("empty.pdf", b"")
    with pytest.raises(ChangedElsewhere) as question:
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy)
    assert "“empty.pdf” is empty" in question.value.problems["documents"][0]


def test_a_file_that_is_not_taken_does_not_pass_as_part_of_the_first_fax(
    sender: User, key: uuid.UUID
) -> None:
    page = Page(sender, key)
    page.attach("offer.pdf", PDF)
    submit_fax(sender, key=key, typed=READY, files=[], copy=page.copy)
    file = SimpleUploadedFile("empty.pdf", b"")
    with pytest.raises(SubmittedDifferently) as question:
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy)
    assert "“empty.pdf” is empty" in question.value.problems["documents"][0]


def test_one_document_too_many_for_another_fax_is_told(
    sender: User, key: uuid.UUID, settings: Settings
) -> None:
    settings.MAX_FILES = 1
    page = Page(sender, key)
    page.attach("offer.pdf", PDF)
    fax = submit_fax(sender, key=key, typed=READY, files=[], copy=page.copy).fax
    listed = [document.pk for document in fax.documents.all()]
    file = SimpleUploadedFile("more.txt", b"more")
    with pytest.raises(SubmittedDifferently) as question:
        submit_fax(sender, key=key, typed=READY, files=[file], copy=page.copy, shown=listed)
    assert "“more.txt” was not attached" in question.value.problems["documents"][0]
