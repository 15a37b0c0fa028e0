"""Submitting: each form becomes one fax. A form that can't be sent yet keeps its input."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.attachments import DocumentChanges
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import discard_draft, latest_draft, save_form
from faxportal.faxes.compose.resend import draft_again
from faxportal.faxes.compose.submit_result import AlreadySubmitted, NeedsCorrection
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.filters import FaxFilter, find_matches
from faxportal.faxes.history.pagination import page_from
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.models.fax import StillADraft
from faxportal.faxes.states import FaxState
from tests.faxes.conftest import PDF, Submit
from tests.support import documents, odd_documents
from tests.support.submitting import expect, send_form, submit_form

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = DraftContent(extension="0003*210", recipients="7778888", subject="Offer", note="")


def _file(name: str = "offer.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _content(**fields: str) -> DraftContent:
    content = {"extension": "0003*210", "recipients": "7778888", **fields}
    return replace(DraftContent(), **content)  # type: ignore[arg-type]  # only texts are given


def _stored_files(settings: Settings) -> list[Path]:
    location = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    return [path for path in location.rglob("*") if path.is_file()]


def test_a_second_submit_finds_the_first_fax(sender: User, settings: Settings) -> None:
    key = uuid.uuid4()
    first = send_form(sender, key=key, content=CONTENT, files=[_file()]).fax
    second = send_form(sender, key=key, content=CONTENT, files=[_file()]).fax

    assert first == second
    assert Fax.objects.count() == 1
    assert len(_stored_files(settings)) == 1


def test_a_draft_has_no_times_until_it_is_submitted(sender: User, submit: Submit) -> None:
    draft = save_form(sender, key=uuid.uuid4(), content=CONTENT, files=[]).draft
    with pytest.raises(StillADraft):
        _ = draft.times
    fax = submit()
    times = (fax.times.submitted_at, fax.times.due_at, fax.times.deadline_at)
    assert times == (fax.submitted_at, fax.due_at, fax.deadline_at)


def test_the_same_key_from_another_person_is_another_fax(sender: User, submit: Submit) -> None:
    key = uuid.uuid4()
    other = User.objects.create_user("otto")
    first = submit(key=key)
    refused = expect(NeedsCorrection, submit_form(other, key=key, content=CONTENT, files=[_file()]))
    assert refused.draft != first
    assert refused.draft.sender == other


@pytest.mark.parametrize(
    "changed",
    [
        {"recipients": "7778889"},
        {"subject": "Another offer"},
        {"note": "urgent"},
        {"extension": "0003*211"},
    ],
)
def test_the_same_key_with_other_content_needs_a_decision(
    sender: User, changed: dict[str, str]
) -> None:
    key = uuid.uuid4()
    first = send_form(sender, key=key, content=_content(), files=[_file()]).fax

    question = expect(
        AlreadySubmitted, submit_form(sender, key=key, content=_content(**changed), files=[])
    )

    assert question.first == first
    draft = question.draft
    assert draft.state == FaxState.DRAFT
    assert draft.submission_key != key
    assert [d.name for d in draft.documents.all()] == ["offer.pdf"]
    first.refresh_from_db()
    assert first.state == FaxState.WAITING


def test_another_file_under_the_same_key_needs_a_decision(sender: User) -> None:
    key = uuid.uuid4()
    send_form(sender, key=key, content=CONTENT, files=[_file()])
    question = expect(
        AlreadySubmitted,
        submit_form(sender, key=key, content=CONTENT, files=[_file("new.txt", b"new")]),
    )
    assert [d.name for d in question.draft.documents.all()] == ["new.txt"]


def test_discarding_a_draft_keeps_the_bytes_that_a_fax_shares(
    sender: User, settings: Settings
) -> None:
    key = uuid.uuid4()
    send_form(sender, key=key, content=CONTENT, files=[_file()])
    question = expect(
        AlreadySubmitted,
        submit_form(sender, key=key, content=_content(recipients="1234567890"), files=[]),
    )
    discard_draft(question.draft)
    assert len(_stored_files(settings)) == 1


def test_a_refused_submit_keeps_what_was_typed_and_attached(sender: User) -> None:
    key = uuid.uuid4()
    content = _content(recipients="555-FAX", subject="Offer", note="call first")
    refused = expect(
        NeedsCorrection, submit_form(sender, key=key, content=content, files=[_file()])
    )

    assert list(refused.problems) == ["recipients"]
    draft = latest_draft(sender)
    assert draft is not None
    assert (draft.recipients_typed, draft.subject, draft.note) == ("555-FAX", "Offer", "call first")
    assert [d.name for d in draft.documents.all()] == ["offer.pdf"]

    fax = send_form(sender, key=key, content=CONTENT, files=[]).fax
    assert fax == draft
    assert fax.documents.count() == 1


def test_all_problems_are_reported_at_once(sender: User) -> None:
    refused = expect(
        NeedsCorrection, submit_form(sender, key=uuid.uuid4(), content=DraftContent(), files=[])
    )
    assert set(refused.problems) == {"extension", "recipients", "documents"}


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.pdf", b"", "empty"),
        ("large.pdf", PDF + b" " * 1024 * 1024, "is larger than"),
        ("program.pdf", b"MZ\x90\0\3\0\0\0", "not a PDF, JPEG, TIFF"),
        ("half.pdf", PDF[:200], "damaged or incomplete"),
        ("locked.pdf", odd_documents.locked_pdf(), "a password"),
        ("long.pdf", odd_documents.many_pages(501), "more than 500 pages"),
        ("huge.tif", odd_documents.huge_tiff(), "too much time or memory"),
        ("picture.jpg", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "damaged"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_the_reason(
    sender: User, settings: Settings, name: str, content: bytes, word: str
) -> None:
    settings.MAX_FILE_BYTES = 1024 * 1024
    refused = expect(
        NeedsCorrection,
        submit_form(
            sender, key=uuid.uuid4(), content=CONTENT, files=[_file(), _file(name, content)]
        ),
    )

    [sentence] = refused.problems["documents"]
    assert name in sentence
    assert word in sentence
    assert [d.name for d in refused.draft.documents.all()] == ["offer.pdf"]
    assert len(_stored_files(settings)) == 1


def test_a_picture_is_sent_as_a_pdf_that_says_what_it_was(sender: User) -> None:
    files = [
        _file("plan.png", documents.picture("PNG")),
        _file("cat.gif", odd_documents.animated_gif()),
    ]
    submitted = send_form(sender, key=uuid.uuid4(), content=CONTENT, files=files)

    plan, cat = submitted.fax.documents.all()
    assert (plan.name, plan.content_type) == ("plan.png.pdf", "application/pdf")
    assert (plan.converted_from, cat.converted_from) == ("image/png", "image/gif")
    notice, *_about_the_number = submitted.notices
    assert "cat.gif.pdf" in notice
    assert "first picture" in notice


def test_the_same_picture_posted_twice_is_one_document(sender: User) -> None:
    key = uuid.uuid4()
    first = send_form(
        sender, key=key, content=CONTENT, files=[_file("a.png", documents.picture("PNG"))]
    )
    again = send_form(
        sender, key=key, content=CONTENT, files=[_file("a.png", documents.picture("PNG"))]
    )
    assert first.fax == again.fax
    assert first.fax.documents.count() == 1


def test_the_pages_of_each_document_are_counted_and_recorded(submit: Submit) -> None:
    fax = submit(
        {"offer.pdf": documents.pdf("", ""), "plan.tif": documents.tiff(3), "note.txt": b"a note"}
    )
    assert [document.pages for document in fax.documents.all()] == [2, 3, None]
    submitted = fax.events.get(kind=Event.SUBMITTED)
    assert [document["pages"] for document in submitted.data["documents"]] == [2, 3, None]


def test_a_file_too_many_is_named(sender: User, settings: Settings) -> None:
    settings.MAX_FILES = 2
    files = [_file(f"{number}.txt", b"%d" % number) for number in range(3)]
    refused = expect(
        NeedsCorrection, submit_form(sender, key=uuid.uuid4(), content=CONTENT, files=files)
    )
    [sentence] = refused.problems["documents"]
    assert "2.txt" in sentence


def test_a_number_written_twice_is_dialled_once_and_reported(sender: User) -> None:
    content = _content(recipients="7778888, 777-8888")
    submitted = send_form(sender, key=uuid.uuid4(), content=content, files=[_file()])
    assert submitted.fax.recipients.count() == 1
    notice, *_about_the_number = submitted.notices
    assert "777-8888" in notice


def test_the_same_content_under_two_names_is_one_document_and_reported(sender: User) -> None:
    files = [_file("a.pdf"), _file("b.pdf")]
    submitted = send_form(sender, key=uuid.uuid4(), content=CONTENT, files=files)
    assert [d.name for d in submitted.fax.documents.all()] == ["a.pdf"]
    notice, *_about_the_number = submitted.notices
    assert "a.pdf" in notice
    assert "b.pdf" in notice


def test_more_recipients_than_voipnow_takes_go_in_batches(sender: User, submit: Submit) -> None:
    fax = submit(to=",".join(f"21255501{number:02}" for number in range(12)))
    assert [h.batch for h in fax.handovers.all()] == [1, 2, 3]
    sizes = [fax.recipients.filter(batch=number).count() for number in (1, 2, 3)]
    assert sizes == [5, 5, 2]


def test_a_broadcast_does_not_delay_somebody_elses_fax(sender: User, submit: Submit) -> None:
    broadcast = submit(to=",".join(f"21255501{number:02}" for number in range(50)))
    otto = User.objects.create_user("otto")
    Fax.objects.filter(pk=broadcast.pk).update(sender=otto)
    page = submit()
    before_the_page = broadcast.handovers.filter(
        queue_position__lt=page.handovers.get().queue_position
    ).count()
    assert before_the_page <= 1


def test_a_person_without_a_connection_is_asked_to_connect(db: None) -> None:
    user = User.objects.create_user("nina")
    refused = expect(
        NeedsCorrection, submit_form(user, key=uuid.uuid4(), content=CONTENT, files=[_file()])
    )
    [sentence] = refused.problems["extension"]
    assert "connect" in sentence


def test_removing_a_document_removes_its_bytes(sender: User, settings: Settings) -> None:
    key = uuid.uuid4()
    kept = save_form(sender, key=key, content=CONTENT, files=[_file()])
    [document] = kept.draft.documents.all()
    save_form(
        sender, key=key, content=CONTENT, files=[], changes=DocumentChanges(remove=[document.pk])
    )
    assert not Document.objects.exists()
    assert not _stored_files(settings)


def test_a_recipients_name_is_kept_and_found(submit: Submit, sender: User) -> None:
    fax = submit(to="Dr José Meyer <+1 650 253 0000>\n210")
    names = fax.recipients.values_list("name", "typed", "dialled")
    assert list(names) == [("Dr José Meyer", "+1 650 253 0000", "+16502530000"), ("", "210", "210")]
    found = find_matches(Fax.objects.submitted(), FaxFilter(search="jose meyer"))
    assert list(page_from(found, None).faxes) == [fax]
    assert draft_again(fax, by=sender).recipients_typed == "Dr José Meyer <+1 650 253 0000>\n210"
