"""Sending with a cover page: the portal draws the page, which becomes the first document."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.documents.file_store import open_stored
from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.compose.confirmations.confirmation import LargeFax
from faxportal.faxes.compose.covers.draft_cover import cover_content_of
from faxportal.faxes.compose.covers.templates import remove_template
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.resend import draft_again, draft_to_forward
from faxportal.faxes.compose.submit_result import (
    AlreadySubmitted,
    NeedsConfirmation,
    NeedsCorrection,
    NeedsFiles,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import CoverTemplate, CoverUse, Document, Fax
from faxportal.simulator.control_client import Simulator
from tests.faxes.compose.covers.conftest import (
    count_stored,
    cover_text,
    send_with_cover,
    submit_with_cover,
    uploaded,
)
from tests.support import documents
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def test_the_cover_page_is_the_first_document_and_counts(
    sender: User, content: DraftContent
) -> None:
    fax = send_with_cover(sender, content)
    cover, offer = fax.documents.all()
    assert (cover.position, cover.is_cover, cover.name) == (1, True, "Cover page.pdf")
    assert (offer.position, offer.is_cover, offer.name) == (2, False, "offer.pdf")
    said = cover_text(fax)
    for words in ("Meyer & Partners", "Dr. Weiß 7778888", "Offer", "Pages 3", "Please call."):
        assert words in said
    submitted = fax.events.get(kind=Event.SUBMITTED).data["documents"]
    assert [document.get("cover") for document in submitted] == [True, None]


def test_voipnow_gets_the_cover_page_first(
    sender: User, content: DraftContent, deliver: Deliver, simulator: Simulator
) -> None:
    deliver(send_with_cover(sender, content))
    [received] = simulator.faxes()
    assert [file.name for file in received.files] == ["Cover page.pdf", "offer.pdf"]


def test_without_a_choice_there_is_no_cover_page(sender: User, content: DraftContent) -> None:
    fax = send_with_cover(sender, replace(content, cover=CoverContent(message="Not for the fax")))
    assert [document.name for document in fax.documents.all()] == ["offer.pdf"]


def test_the_prescribed_cover_page_begins_every_fax(
    sender: User, content: DraftContent, template: CoverTemplate
) -> None:
    CoverTemplate.objects.create(name="Other", use=CoverUse.PRESCRIBED, office="The whole office")
    for chosen in (content, replace(content, cover=CoverContent())):
        assert "The whole office" in cover_text(send_with_cover(sender, chosen))


def test_several_recipients_do_not_read_each_others_numbers(
    sender: User, content: DraftContent
) -> None:
    said = cover_text(send_with_cover(sender, replace(content, recipients="7778888, 7778889")))
    assert "777888" not in said
    assert "To Dr. Weiß From" in said or "To Dr. Weiß Date" in said


def test_the_recipients_name_is_shown_where_no_other_is_entered(
    sender: User, content: DraftContent
) -> None:
    named = replace(content, recipients="Dr. Meyer <7778888>")
    assert "To Dr. Weiß 7778888" in cover_text(send_with_cover(sender, named))
    nobody = replace(named, cover=replace(content.cover, attention=""))
    assert "To Dr. Meyer 7778888" in cover_text(send_with_cover(sender, nobody))


def test_a_cover_page_has_the_day_that_its_fax_is_due(sender: User, content: DraftContent) -> None:
    due_at = timezone.now() + timedelta(days=40)
    said = cover_text(send_with_cover(sender, replace(content, due_at=due_at)))
    assert f"{due_at.day} {due_at:%B %Y}" in said


def test_the_senders_own_name_is_shown_where_none_is_entered(
    sender: User, content: DraftContent
) -> None:
    sender.first_name, sender.last_name = "Maria", "Rossi"
    assert "From Maria Rossi" in cover_text(send_with_cover(sender, content))
    other = replace(content, cover=replace(content.cover, sender_name="Accounts"))
    assert "From Accounts" in cover_text(send_with_cover(sender, other))


def test_a_second_press_finds_the_first_fax_whatever_the_admin_did_meanwhile(
    sender: User, content: DraftContent, template: CoverTemplate, settings: Settings
) -> None:
    key = uuid.uuid4()
    first = send_with_cover(sender, content, key)
    template.office = "Moved"
    template.save()
    assert send_with_cover(sender, content, key) == first
    assert send_with_cover(sender, content, key, files=[]) == first
    template.delete()
    assert send_with_cover(sender, content, key) == first
    assert "Meyer & Partners" in cover_text(first)
    assert (Fax.objects.count(), count_stored(settings)) == (1, 2)


@pytest.mark.parametrize("changed", [{"message": "Other"}, {"attention": ""}, {"template": None}])
def test_the_same_key_with_another_cover_needs_a_decision(
    sender: User, content: DraftContent, changed: dict[str, object]
) -> None:
    key = uuid.uuid4()
    send_with_cover(sender, content, key)
    other = replace(content, cover=replace(content.cover, **changed))  # type: ignore[arg-type]
    question = expect(AlreadySubmitted, submit_with_cover(sender, other, key, files=[]))
    assert [document.name for document in question.draft.documents.all()] == ["offer.pdf"]
    assert cover_content_of(question.draft) == other.cover


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"message": "see 𒀀"}, "cover_message"),
        ({"attention": "𒀀"}, "cover_attention"),
        ({"sender_name": "𒀀"}, "cover_sender"),
    ],
)
def test_letters_that_no_font_has_are_reported_where_they_were_entered(
    sender: User, content: DraftContent, settings: Settings, part: dict[str, str], field: str
) -> None:
    wrong = replace(content, cover=replace(content.cover, **part))  # type: ignore[arg-type]  # only texts are given
    refused = expect(NeedsCorrection, submit_with_cover(sender, wrong))
    assert list(refused.problems) == [field]
    assert "these characters: 𒀀." in refused.problems[field][0]
    assert cover_content_of(refused.draft) == wrong.cover
    assert count_stored(settings) == 1


def test_letters_in_the_subject_are_checked_where_the_page_shows_it(
    sender: User, content: DraftContent, template: CoverTemplate
) -> None:
    refused = expect(NeedsCorrection, submit_with_cover(sender, replace(content, subject="𒀀")))
    assert list(refused.problems) == ["subject"]
    template.shown = ["to"]
    template.save()
    send_with_cover(sender, replace(content, subject="𒀀"))


@pytest.mark.parametrize("message", ["x " * 4000, "\n".join("x" * 200), "x" * 10_001])
def test_a_message_that_takes_more_than_two_pages_is_refused_and_kept(
    sender: User, content: DraftContent, settings: Settings, message: str
) -> None:
    refused = expect(
        NeedsCorrection,
        submit_with_cover(sender, replace(content, cover=replace(content.cover, message=message))),
    )
    [sentence] = refused.problems["cover_message"]
    assert "more than 2 pages" in sentence
    assert cover_content_of(refused.draft).message == message
    assert count_stored(settings) == 1


def test_all_problems_are_reported_at_once(sender: User, content: DraftContent) -> None:
    wrong = replace(content, recipients="letters", cover=replace(content.cover, message="𒀀"))
    refused = expect(NeedsCorrection, submit_with_cover(sender, wrong, files=[]))
    assert set(refused.problems) == {"recipients", "documents", "cover_message"}


def test_a_cover_page_counts_as_a_document(
    sender: User, content: DraftContent, settings: Settings
) -> None:
    settings.MAX_FILES = 2
    files = [uploaded(), uploaded("b.txt", b"b")]
    refused = expect(NeedsCorrection, submit_with_cover(sender, content, files=files))
    [sentence] = refused.problems["cover"]
    assert "the cover page counts as one" in sentence


def test_no_cover_page_is_kept_where_the_sender_has_to_confirm_first(
    sender: User, content: DraftContent, settings: Settings
) -> None:
    send_with_cover(sender, content, files=[uploaded()])
    expect(
        NeedsConfirmation,
        submit_with_cover(sender, replace(content, subject="Once more"), files=[uploaded()]),
    )
    assert count_stored(settings) == Document.objects.values("stored_as").distinct().count() == 3


def test_a_cover_page_counts_where_a_large_fax_has_to_be_confirmed(
    sender: User, content: DraftContent, settings: Settings
) -> None:
    settings.SUMMARY_PAGES = 2
    send_with_cover(sender, replace(content, cover=CoverContent()))
    first = expect(
        NeedsConfirmation, submit_with_cover(sender, replace(content, recipients="7778889"))
    )
    [summary] = first.request.concerns
    assert isinstance(summary, LargeFax)
    assert (summary.pages, summary.documents) == (3, 2)


def test_a_cover_page_that_is_no_longer_offered_is_reported(
    sender: User, content: DraftContent, template: CoverTemplate
) -> None:
    remove_template(template, by=sender)
    refused = expect(NeedsCorrection, submit_with_cover(sender, content))
    assert "no longer available" in refused.problems["cover"][0]


def test_a_cover_page_attached_as_a_document_is_reported(
    sender: User, content: DraftContent
) -> None:
    first = send_with_cover(sender, content)
    with open_stored(first.documents.get(is_cover=True).stored_as) as file:
        page = file.read()
    # Two pages follow the new cover page, as before. So both cover pages have the same bytes.
    refused = expect(
        NeedsCorrection,
        submit_with_cover(
            sender, content, files=[uploaded(content=documents.pdf("")), uploaded("page.pdf", page)]
        ),
    )
    assert "also attached as a document" in refused.problems["documents"][0]


def test_a_browser_carries_no_fax_with_a_cover_page(sender: User, content: DraftContent) -> None:
    head = documents.pdf()[:1000]
    large = ClientFile(name="large.pdf", size=30_000_000, sha256="a" * 64, head=head)
    expect(NeedsFiles, submit_with_cover(sender, content, files=[], client_files=[large]))


def test_sending_again_draws_a_new_cover_page(sender: User, content: DraftContent) -> None:
    fax = send_with_cover(sender, content)
    draft = draft_again(fax, by=sender)
    assert [(one.name, one.position) for one in draft.documents.all()] == [("offer.pdf", 1)]
    assert cover_content_of(draft) == content.cover


def test_forwarding_takes_the_choice_and_not_the_words(sender: User, content: DraftContent) -> None:
    draft = draft_to_forward(send_with_cover(sender, content), by=sender)
    assert [document.name for document in draft.documents.all()] == ["offer.pdf"]
    assert cover_content_of(draft) == CoverContent(template=content.cover.template)
