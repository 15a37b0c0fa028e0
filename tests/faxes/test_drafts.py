"""Drafts: kept as they are typed, by one page at a time, and found again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes import retention
from faxportal.faxes.drafts import (
    AlreadySubmitted,
    Kept,
    Typed,
    discard_draft,
    draft_of,
    keep_draft,
    latest_draft,
    save_texts,
)
from faxportal.faxes.form_copies import FormCopy
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.faxes.submit import ChangedElsewhere, submit_fax
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

READY = Typed(extension="0003*210", recipients="7778888")


class Page:
    """A page with a form in it, as it was when it was opened."""

    def __init__(self, by: User, key: uuid.UUID) -> None:
        draft = draft_of(by, key)
        self.by, self.key = by, key
        self.copy = FormCopy(id=uuid.uuid4(), version=draft.version if draft else 0)

    def type(self, subject: str, *, prevails: bool = False) -> Kept:
        copy = FormCopy(id=self.copy.id, version=self.copy.version, prevails=prevails)
        kept = save_texts(self.by, key=self.key, typed=Typed(subject=subject), copy=copy)
        assert kept
        return kept

    def attach(self, name: str, content: bytes) -> Kept:
        file = SimpleUploadedFile(name, content)
        return keep_draft(self.by, key=self.key, typed=Typed(), files=[file], copy=self.copy)


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


def subject_of(by: User, key: uuid.UUID) -> str:
    draft = draft_of(by, key)
    assert draft
    return draft.subject


def test_nothing_typed_makes_no_draft(sender: User, key: uuid.UUID) -> None:
    assert save_texts(sender, key=key, typed=Typed(extension="0003*210"), copy=None) is None
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
    unsent = Fax.objects.unsent_by(sender)
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
