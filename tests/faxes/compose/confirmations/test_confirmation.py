"""What counts as an answer: what was asked, about what is sent, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from faxportal.faxes.compose.confirmations.confirmation import Answer
from faxportal.faxes.compose.submit import AsksFirst, SubmittedDifferently
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.faxes.compose.confirmations.conftest import PHONE, MakeForm
from tests.faxes.conftest import HandClock
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)

MANY = ",".join(f"+1 650 253 00{number:02}" for number in range(21))


def test_what_is_asked_is_kept_and_nothing_is_sent(form: MakeForm) -> None:
    with pytest.raises(AsksFirst) as asks:
        form(to=MANY, subject="Offer").post()
    draft = Fax.objects.get()
    assert asks.value.draft == draft
    assert (draft.state, draft.subject, draft.recipients_typed) == (FaxState.DRAFT, "Offer", MANY)
    assert [document.name for document in draft.documents.all()] == ["offer.pdf"]


def test_the_answer_sends_it_and_the_record_has_both(form: MakeForm) -> None:
    large = form(to=MANY)
    fax = large.post(Answer(digest=large.asked().digest))
    assert fax.state == FaxState.WAITING
    submitted = fax.events.get(kind=Event.SUBMITTED)
    assert submitted.data["asked"] == ["summary"]
    assert "confirmed the size" in event_sentence(submitted)


def test_a_fax_about_which_nothing_was_asked_has_nothing_of_it_in_its_record(
    form: MakeForm,
) -> None:
    submitted = form().post().events.get(kind=Event.SUBMITTED)
    assert "asked" not in submitted.data


def test_an_answer_that_nobody_asked_for_answers_nothing(form: MakeForm) -> None:
    form(to=MANY).asked(Answer(digest="f" * 64))


@pytest.mark.parametrize(
    "changed",
    [
        {"to": f"{MANY}, +1 650 253 0099"},
        {"subject": "Another one"},
        {"files": {"offer.pdf": documents.pdf("other")}},
    ],
    ids=["a number", "the subject", "a document"],
)
def test_a_form_that_is_changed_after_its_question_is_asked_again(
    form: MakeForm, changed: dict[str, object]
) -> None:
    large = form(to=MANY)
    answer = Answer(digest=large.asked().digest)
    changed_form = form(**({"to": MANY, "key": large.key} | changed))
    assert changed_form.asked(answer).digest != answer.digest
    assert not Fax.objects.submitted().exists()


def test_what_there_is_more_to_ask_by_now_is_asked(form: MakeForm) -> None:
    large = form(to=MANY)
    answer = Answer(digest=large.asked().digest)
    form().send()  # to one of them, meanwhile
    assert [one.code for one in large.asked(answer).questions] == ["already_sent", "summary"]


def test_all_questions_are_asked_at_once(form: MakeForm, settings: Settings) -> None:
    settings.NEW_NUMBERS = "twice"
    form().send()
    asked = form(to=MANY).asked()
    assert [one.code for one in asked.questions] == ["already_sent", "new_numbers", "summary"]


def test_the_same_key_and_content_find_the_first_fax_however_it_was_answered(
    form: MakeForm,
) -> None:
    large = form(to=MANY)
    answer = Answer(digest=large.asked().digest)
    first = large.post(answer)
    assert large.post(answer) == large.post() == first
    assert Fax.objects.submitted().count() == 1


def test_another_fax_of_a_form_that_was_sent_is_asked_about_once(form: MakeForm) -> None:
    """Whoever is told that the form was sent before and sends it all the same, knows."""
    first = form(subject="Offer")
    first.post()
    with pytest.raises(SubmittedDifferently) as other:
        form(key=first.key, subject="Offer, once more").post()
    draft = other.value.draft
    second = form(key=draft.submission_key, subject="Offer, once more", files={}).post()
    assert second == draft


def test_an_answer_does_not_outlive_the_days_in_which_it_mattered(
    form: MakeForm, clock: HandClock
) -> None:
    form().post()
    again = form()
    answer = Answer(digest=again.asked().digest)
    clock.ahead += timedelta(days=8)
    assert again.post(answer).events.get(kind=Event.SUBMITTED).data.get("asked") is None


def test_a_mistake_is_told_before_anything_is_asked(form: MakeForm) -> None:
    with pytest.raises(Exception, match="has problems"):
        form(to=f"{MANY}, letters").post()


def test_numbers_are_in_no_record(form: MakeForm) -> None:
    form().post()
    data = form().send().events.get(kind=Event.SUBMITTED).data
    assert data["asked"] == ["already_sent"]
    assert PHONE[-4:] not in str(data["asked"])
