"""Drafts: saved while people write, changed by one form at a time, and found again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.drafts import (
    NotADraft,
    discard_draft,
    draft_content_of,
    draft_of,
    latest_draft,
    save_texts,
)
from faxportal.faxes.compose.submit_result import Conflict
from faxportal.faxes.maintenance import retention
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.faxes.compose.conftest import READY, BrowserForm, subject_of
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support.submitting import expect, send_form, submit_form

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_typed_makes_no_draft(sender: User, key: uuid.UUID) -> None:
    assert (
        save_texts(sender, key=key, content=DraftContent(extension="0003*210"), version=None)
        is None
    )
    assert not Fax.objects.exists()


def test_a_text_is_saved_also_when_it_was_emptied(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    page.type("Offer")
    assert subject_of(sender, key) == "Offer"
    page.type("")
    assert subject_of(sender, key) == ""


def test_a_pages_own_changes_never_make_it_outdated(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    for subject in ("O", "Of", "Offer"):
        assert page.type(subject).changed_elsewhere_at is None
    page.attach("offer.pdf", PDF)
    assert page.type("Offer 2").changed_elsewhere_at is None


def test_an_outdated_page_overwrites_nothing(sender: User, key: uuid.UUID) -> None:
    BrowserForm(sender, key).type("Draft")
    here, there = BrowserForm(sender, key), BrowserForm(sender, key)
    there.type("There")
    refused = here.type("Here")
    draft = draft_of(sender, key)
    assert draft
    assert refused.changed_elsewhere_at == draft.changed_at
    assert draft.subject == "There"
    assert there.type("There again").changed_elsewhere_at is None


def test_a_person_can_keep_their_version_and_then_the_other_page_is_outdated(
    sender: User, key: uuid.UUID
) -> None:
    BrowserForm(sender, key).type("Draft")
    here, there = BrowserForm(sender, key), BrowserForm(sender, key)
    there.type("There")
    here.type("Here", overwrites=True)
    assert here.type("Here again").changed_elsewhere_at is None
    assert there.type("There again").changed_elsewhere_at is not None
    assert subject_of(sender, key) == "Here again"


def test_a_file_of_an_outdated_page_is_attached_and_outdates_the_other_page(
    sender: User, key: uuid.UUID
) -> None:
    BrowserForm(sender, key).type("Draft")
    here, there = BrowserForm(sender, key), BrowserForm(sender, key)
    there.type("There")
    assert here.attach("offer.pdf", PDF).draft.documents.count() == 1
    assert subject_of(sender, key) == "There"
    assert there.type("There again").changed_elsewhere_at is not None


def test_a_draft_that_was_discarded_elsewhere_comes_back_with_what_is_typed_here(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    discard_draft(page.type("Offer").draft)
    assert page.type("Offer 2").changed_elsewhere_at is None
    assert page.type("Offer 3").changed_elsewhere_at is None


def test_an_outdated_page_sends_nothing_unseen(sender: User, key: uuid.UUID) -> None:
    here = BrowserForm(sender, key)
    here.attach("offer.pdf", PDF)
    there = BrowserForm(sender, key)
    there.attach("note.txt", b"for somebody else")
    question = expect(
        Conflict, submit_form(sender, key=key, content=READY, files=[], version=here.version)
    )
    assert question.draft.documents.count() == 2
    assert not Fax.objects.submitted().exists()
    # The page that shows the conflict has the draft's new version.
    fax = send_form(
        sender, key=key, content=READY, files=[], version=BrowserForm(sender, key).version
    ).fax
    assert fax.state == FaxState.WAITING


def test_files_posted_by_an_outdated_page_are_kept(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    page.type("Offer")
    BrowserForm(sender, key).type("Offer 2")
    file = SimpleUploadedFile("offer.pdf", PDF)
    question = expect(
        Conflict, submit_form(sender, key=key, content=READY, files=[file], version=page.version)
    )
    assert question.draft.documents.count() == 1
    assert question.draft.subject == "Offer 2"


def test_a_file_that_an_outdated_page_could_not_attach_is_reported(
    sender: User, key: uuid.UUID
) -> None:
    page = BrowserForm(sender, key)
    page.type("Offer")
    BrowserForm(sender, key).type("Offer 2")
    file = SimpleUploadedFile("empty.pdf", b"")
    question = expect(
        Conflict, submit_form(sender, key=key, content=READY, files=[file], version=page.version)
    )
    assert "“empty.pdf” was not attached because it is empty" in question.problems["documents"][0]


def test_saving_between_two_presses_finds_the_first_fax(sender: User, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    page.attach("offer.pdf", PDF)
    first = send_form(sender, key=key, content=READY, files=[], version=page.version).fax
    with pytest.raises(NotADraft):
        page.type("Late")
    second = send_form(sender, key=key, content=READY, files=[], version=page.version).fax
    assert (first, first.subject) == (second, "")


def test_unsent_faxes_are_the_persons_own_with_something_in_them(
    sender: User, submit: Submit
) -> None:
    other = User.objects.create_user("paul")
    give_role(other, Role.SENDER)
    BrowserForm(other, uuid.uuid4()).type("Not mine")
    submit()
    empty = BrowserForm(sender, uuid.uuid4())
    empty.type("x")
    empty.type("")
    older, newer = uuid.uuid4(), uuid.uuid4()
    for key, subject in ((newer, "Newer"), (older, "Older")):
        BrowserForm(sender, key).type(subject)
    BrowserForm(sender, newer).type("Newest")
    unsent = Fax.objects.drafts_with_content_by(sender)
    assert [draft.subject for draft in unsent] == ["Newest", "Older"]
    assert latest_draft(sender) == unsent[0]


def test_an_empty_draft_goes_after_a_day(sender: User, clock: HandClock, key: uuid.UUID) -> None:
    page = BrowserForm(sender, key)
    page.type("x")
    page.type("")
    BrowserForm(sender, uuid.uuid4()).type("Offer")
    retention.remove_due(clock, at_most=10)
    assert Fax.objects.count() == 2
    clock.ahead += timedelta(hours=25)
    retention.remove_due(clock, at_most=10)
    assert [draft.subject for draft in Fax.objects.all()] == ["Offer"]


def test_what_is_typed_for_a_cover_page_alone_is_no_empty_draft(
    sender: User, clock: HandClock, key: uuid.UUID
) -> None:
    content = DraftContent(cover=CoverContent(message="We confirm the appointment."))
    save_texts(sender, key=key, content=content, version=None)
    clock.ahead += timedelta(hours=25)
    retention.remove_due(clock, at_most=10)
    assert [draft_content_of(draft) for draft in Fax.objects.drafts_with_content_by(sender)] == [
        content
    ]
