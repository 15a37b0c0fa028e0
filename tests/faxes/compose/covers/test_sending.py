"""Faxes with cover pages: drawn once for what was entered, first, and never in the way of a key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.documents.file_store import open_stored
from faxportal.faxes.compose.client_files import DeclaredFile
from faxportal.faxes.compose.confirmations.confirmation import Summary
from faxportal.faxes.compose.covers.cover_content import typed_of
from faxportal.faxes.compose.covers.preview import NotDrawn, show_cover
from faxportal.faxes.compose.covers.templates import remove_template
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.drafts import keep_draft
from faxportal.faxes.compose.resend import draft_again, draft_to_forward
from faxportal.faxes.compose.submit import (
    AsksFirst,
    FilesWanted,
    NotSubmitted,
    SubmittedDifferently,
    submit_fax,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import CoverTemplate, CoverUse, Document, Fax
from faxportal.simulator.handle import Simulator
from tests.faxes.compose.covers.conftest import text_of
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def typed(template: CoverTemplate) -> DraftContent:
    cover = CoverContent(template=template.pk, attention="Dr. Weiß", message="Please call.")
    return DraftContent(extension="0003*210", recipients="7778888", subject="Offer", cover=cover)


def _file(name: str = "offer.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or documents.pdf("", ""))


def _stored(settings: Settings) -> int:
    location = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return sum(path.is_file() for path in location.rglob("*"))


def _submit(by: User, typed: DraftContent, key: uuid.UUID | None = None, **more: object) -> Fax:
    key = key or uuid.uuid4()
    own = documents.pdf(f"% {key}", "")  # of two pages, like no other fax's
    files = more.pop("files", [_file(content=own)])
    return submit_fax(by, key=key, typed=typed, files=files, **more).fax  # type: ignore[arg-type]


def _cover(fax: Fax) -> str:
    with open_stored(fax.documents.get(is_cover=True).stored_as) as file:
        return text_of(file.read())


def test_the_cover_page_is_the_first_document_and_counts(sender: User, typed: DraftContent) -> None:
    fax = _submit(sender, typed)
    cover, offer = fax.documents.all()
    assert (cover.position, cover.is_cover, cover.name) == (1, True, "Cover page.pdf")
    assert (offer.position, offer.is_cover, offer.name) == (2, False, "offer.pdf")
    said = _cover(fax)
    for words in ("Meyer & Partners", "Dr. Weiß 7778888", "Offer", "Pages 3", "Please call."):
        assert words in said
    submitted = fax.events.get(kind=Event.SUBMITTED).data["documents"]
    assert [document.get("cover") for document in submitted] == [True, None]


def test_voipnow_gets_it_first(
    sender: User, typed: DraftContent, deliver: Deliver, simulator: Simulator
) -> None:
    deliver(_submit(sender, typed))
    [received] = simulator.faxes()
    assert [file.name for file in received.files] == ["Cover page.pdf", "offer.pdf"]


def test_without_a_choice_there_is_none(sender: User, typed: DraftContent) -> None:
    fax = _submit(sender, replace(typed, cover=CoverContent(message="Not for the fax")))
    assert [document.name for document in fax.documents.all()] == ["offer.pdf"]


def test_the_prescribed_one_begins_every_fax(
    sender: User, typed: DraftContent, template: CoverTemplate
) -> None:
    CoverTemplate.objects.create(name="Other", use=CoverUse.PRESCRIBED, office="The whole office")
    for chosen in (typed, replace(typed, cover=CoverContent())):
        assert "The whole office" in _cover(_submit(sender, chosen))


def test_several_recipients_do_not_read_each_other_s_numbers(
    sender: User, typed: DraftContent
) -> None:
    said = _cover(_submit(sender, replace(typed, recipients="7778888, 7778889")))
    assert "777888" not in said
    assert "To Dr. Weiß From" in said or "To Dr. Weiß Date" in said


def test_a_recipient_s_name_stands_where_no_other_is_entered(
    sender: User, typed: DraftContent
) -> None:
    named = replace(typed, recipients="Dr. Meyer <7778888>")
    assert "To Dr. Weiß 7778888" in _cover(_submit(sender, named))
    nobody = replace(named, cover=replace(typed.cover, attention=""))
    assert "To Dr. Meyer 7778888" in _cover(_submit(sender, nobody))


def test_it_has_the_day_that_the_fax_is_due(sender: User, typed: DraftContent) -> None:
    due_at = timezone.now() + timedelta(days=40)
    said = _cover(_submit(sender, replace(typed, due_at=due_at)))
    assert f"{due_at.day} {due_at:%B %Y}" in said


def test_the_sender_s_own_name_stands_where_none_is_entered(
    sender: User, typed: DraftContent
) -> None:
    sender.first_name, sender.last_name = "Maria", "Rossi"
    assert "From Maria Rossi" in _cover(_submit(sender, typed))
    other = replace(typed, cover=replace(typed.cover, sender_name="Accounts"))
    assert "From Accounts" in _cover(_submit(sender, other))


def test_a_second_press_finds_the_first_fax_whatever_the_admin_did_meanwhile(
    sender: User, typed: DraftContent, template: CoverTemplate, settings: Settings
) -> None:
    key = uuid.uuid4()
    first = _submit(sender, typed, key)
    template.office = "Moved"
    template.save()
    assert _submit(sender, typed, key) == first
    assert _submit(sender, typed, key, files=[]) == first
    template.delete()
    assert _submit(sender, typed, key) == first
    assert "Meyer & Partners" in _cover(first)
    assert (Fax.objects.count(), _stored(settings)) == (1, 2)


@pytest.mark.parametrize("changed", [{"message": "Other"}, {"attention": ""}, {"template": None}])
def test_the_same_key_with_another_cover_is_a_question(
    sender: User, typed: DraftContent, changed: dict[str, object]
) -> None:
    key = uuid.uuid4()
    _submit(sender, typed, key)
    other = replace(typed, cover=replace(typed.cover, **changed))  # type: ignore[arg-type]
    with pytest.raises(SubmittedDifferently) as question:
        _submit(sender, other, key, files=[])
    assert [document.name for document in question.value.draft.documents.all()] == ["offer.pdf"]
    assert typed_of(question.value.draft) == other.cover


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"message": "see 𒀀"}, "cover_message"),
        ({"attention": "𒀀"}, "cover_attention"),
        ({"sender_name": "𒀀"}, "cover_sender"),
    ],
)
def test_letters_that_no_font_has_are_told_where_they_were_entered(
    sender: User, typed: DraftContent, settings: Settings, part: dict[str, str], field: str
) -> None:
    wrong = replace(typed, cover=replace(typed.cover, **part))  # type: ignore[arg-type]  # only texts are given
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, wrong)
    assert list(refused.value.problems) == [field]
    assert "these letters: 𒀀." in refused.value.problems[field][0]
    assert typed_of(refused.value.draft) == wrong.cover
    assert _stored(settings) == 1


def test_letters_in_the_subject_count_where_the_page_shows_it(
    sender: User, typed: DraftContent, template: CoverTemplate
) -> None:
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, replace(typed, subject="𒀀"))
    assert list(refused.value.problems) == ["subject"]
    template.shown = ["to"]
    template.save()
    _submit(sender, replace(typed, subject="𒀀"))


@pytest.mark.parametrize("message", ["x " * 4000, "\n".join("x" * 200), "x" * 10_001])
def test_a_message_that_takes_more_than_two_pages_is_refused_and_kept(
    sender: User, typed: DraftContent, settings: Settings, message: str
) -> None:
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, replace(typed, cover=replace(typed.cover, message=message)))
    [sentence] = refused.value.problems["cover_message"]
    assert "more than 2 pages" in sentence
    assert typed_of(refused.value.draft).message == message
    assert _stored(settings) == 1


def test_all_problems_are_told_at_once(sender: User, typed: DraftContent) -> None:
    wrong = replace(typed, recipients="letters", cover=replace(typed.cover, message="𒀀"))
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, wrong, files=[])
    assert set(refused.value.problems) == {"recipients", "documents", "cover_message"}


def test_a_cover_page_takes_the_place_of_a_document(
    sender: User, typed: DraftContent, settings: Settings
) -> None:
    settings.MAX_FILES = 2
    files = [_file(), _file("b.txt", b"b")]
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, typed, files=files)
    [sentence] = refused.value.problems["cover"]
    assert "the cover page counts as one" in sentence


def test_nothing_is_left_of_it_where_the_sender_is_asked_first(
    sender: User, typed: DraftContent, settings: Settings
) -> None:
    _submit(sender, typed, files=[_file()])
    with pytest.raises(AsksFirst):
        _submit(sender, replace(typed, subject="Enter again"), files=[_file()])
    assert _stored(settings) == Document.objects.values("stored_as").distinct().count() == 3


def test_its_pages_count_where_a_large_fax_is_asked_about(
    sender: User, typed: DraftContent, settings: Settings
) -> None:
    settings.SUMMARY_PAGES = 2
    _submit(sender, replace(typed, cover=CoverContent()))
    with pytest.raises(AsksFirst) as first:
        _submit(sender, replace(typed, recipients="7778889"))
    [summary] = first.value.asked.questions
    assert isinstance(summary, Summary)
    assert (summary.pages, summary.documents) == (3, 2)


def test_one_that_is_not_offered_any_more_is_told(
    sender: User, typed: DraftContent, template: CoverTemplate
) -> None:
    remove_template(template, by=sender)
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, typed)
    assert "no longer available" in refused.value.problems["cover"][0]


def test_the_page_itself_attached_again_is_told(sender: User, typed: DraftContent) -> None:
    first = _submit(sender, typed)
    with open_stored(first.documents.get(is_cover=True).stored_as) as file:
        page = file.read()
    # What it says of its pages is true again: three follow.
    with pytest.raises(NotSubmitted) as refused:
        _submit(sender, typed, files=[_file(content=documents.pdf("")), _file("page.pdf", page)])
    assert "also attached as a document" in refused.value.problems["documents"][0]


def test_a_browser_carries_no_fax_with_a_cover_page(sender: User, typed: DraftContent) -> None:
    head = documents.pdf()[:1000]
    large = DeclaredFile(name="large.pdf", size=30_000_000, sha256="a" * 64, head=head)
    with pytest.raises(FilesWanted):
        _submit(sender, typed, files=[], declared=[large])


def test_sending_again_draws_it_anew(sender: User, typed: DraftContent) -> None:
    fax = _submit(sender, typed)
    draft = draft_again(fax, by=sender)
    assert [(one.name, one.position) for one in draft.documents.all()] == [("offer.pdf", 1)]
    assert typed_of(draft) == typed.cover


def test_forwarding_takes_the_choice_and_not_the_words(sender: User, typed: DraftContent) -> None:
    draft = draft_to_forward(_submit(sender, typed), by=sender)
    assert [document.name for document in draft.documents.all()] == ["offer.pdf"]
    assert typed_of(draft) == CoverContent(template=typed.cover.template)


def test_what_is_sent_is_what_was_looked_at(
    sender: User, typed: DraftContent, settings: Settings
) -> None:
    key = uuid.uuid4()
    draft = keep_draft(sender, key=key, typed=typed, files=[_file()]).draft
    seen = show_cover(draft, typed)
    assert draft.documents.first() == seen

    fax = _submit(sender, typed, key, files=[])

    assert fax == draft
    cover, _offer = fax.documents.all()
    assert cover.sha256 == seen.sha256
    assert _stored(settings) == 2


def test_what_is_posted_after_looking_takes_the_page_off_the_draft(
    sender: User, typed: DraftContent, settings: Settings
) -> None:
    key = uuid.uuid4()
    draft = keep_draft(sender, key=key, typed=typed, files=[_file()]).draft
    show_cover(draft, typed)
    show_cover(draft, typed)
    assert Document.objects.filter(is_cover=True).count() == 1
    keep_draft(sender, key=key, typed=replace(typed, cover=CoverContent()), files=[])
    assert not Document.objects.filter(is_cover=True).exists()
    assert _stored(settings) == 1
    assert not typed_of(draft)


def test_a_page_that_can_not_be_drawn_is_told_instead_of_shown(
    sender: User, typed: DraftContent
) -> None:
    wrong = replace(typed, cover=replace(typed.cover, message="𒀀"))
    draft = keep_draft(sender, key=uuid.uuid4(), typed=wrong, files=[]).draft
    with pytest.raises(NotDrawn) as refused:
        show_cover(draft, wrong)
    assert list(refused.value.problems) == ["cover_message"]


def test_a_fax_that_was_sent_meanwhile_gets_no_second_page(
    sender: User, typed: DraftContent
) -> None:
    fax = _submit(sender, typed)
    with pytest.raises(NotDrawn):
        show_cover(fax, typed)
    assert fax.documents.count() == 2
