"""A confirmation counts for the request that the sender saw, and for nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from faxportal.faxes.compose.confirmations.confirmation import Confirmation
from faxportal.faxes.compose.submit_result import (
    AlreadySubmitted,
    NeedsConfirmation,
    NeedsCorrection,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.faxes.compose.confirmations.conftest import PHONE, MakeForm
from tests.faxes.conftest import HandClock
from tests.support import documents
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)

MANY = ",".join(f"+1 650 253 00{number:02}" for number in range(21))


def test_a_fax_that_needs_a_confirmation_stays_a_draft(form: MakeForm) -> None:
    asks = expect(NeedsConfirmation, form(to=MANY, subject="Offer").submit())
    draft = Fax.objects.get()
    assert asks.draft == draft
    assert (draft.state, draft.subject, draft.recipients_typed) == (FaxState.DRAFT, "Offer", MANY)
    assert [document.name for document in draft.documents.all()] == ["offer.pdf"]


def test_the_confirmation_sends_the_fax_and_is_in_its_history(form: MakeForm) -> None:
    large = form(to=MANY)
    fax = large.post(Confirmation(digest=large.needs().digest))
    assert fax.state == FaxState.WAITING
    submitted = fax.events.get(kind=Event.SUBMITTED)
    assert submitted.data["confirmed"] == ["large_fax"]
    assert "confirmed the size" in event_sentence(submitted)


def test_the_history_of_a_fax_without_concerns_has_no_confirmation(
    form: MakeForm,
) -> None:
    submitted = form().post().events.get(kind=Event.SUBMITTED)
    assert "confirmed" not in submitted.data


def test_a_confirmation_of_another_request_confirms_nothing(form: MakeForm) -> None:
    form(to=MANY).needs(Confirmation(digest="f" * 64))


@pytest.mark.parametrize(
    "changed",
    [
        {"to": f"{MANY}, +1 650 253 0099"},
        {"subject": "Another one"},
        {"files": {"offer.pdf": documents.pdf("other")}},
    ],
    ids=["a number", "the subject", "a document"],
)
def test_a_form_that_changed_since_needs_another_confirmation(
    form: MakeForm, changed: dict[str, object]
) -> None:
    large = form(to=MANY)
    answer = Confirmation(digest=large.needs().digest)
    changed_form = form(**({"to": MANY, "key": large.key} | changed))
    assert changed_form.needs(answer).digest != answer.digest
    assert not Fax.objects.submitted().exists()


def test_a_new_concern_needs_another_confirmation(form: MakeForm) -> None:
    large = form(to=MANY)
    answer = Confirmation(digest=large.needs().digest)
    form().send()  # meanwhile, a fax to one of the recipients is sent
    assert [one.code for one in large.needs(answer).concerns] == ["duplicates", "large_fax"]


def test_all_concerns_are_confirmed_at_once(form: MakeForm, settings: Settings) -> None:
    settings.NEW_NUMBERS = "twice"
    form().send()
    asked = form(to=MANY).needs()
    assert [one.code for one in asked.concerns] == [
        "duplicates",
        "first_time_numbers",
        "large_fax",
    ]


def test_the_same_key_and_content_find_the_first_fax_whatever_was_confirmed(
    form: MakeForm,
) -> None:
    large = form(to=MANY)
    answer = Confirmation(digest=large.needs().digest)
    first = large.post(answer)
    assert large.post(answer) == large.post() == first
    assert Fax.objects.submitted().count() == 1


def test_other_content_under_a_used_key_needs_no_second_decision(form: MakeForm) -> None:
    """The sender has already been told about the first fax when the new draft is submitted.

    So the portal does not ask about the first fax again, as a duplicate.
    """
    first = form(subject="Offer")
    first.post()
    other = expect(AlreadySubmitted, form(key=first.key, subject="Offer, once more").submit())
    draft = other.draft
    second = form(key=draft.submission_key, subject="Offer, once more", files={}).post()
    assert second == draft


def test_a_confirmation_is_not_recorded_once_its_concern_is_over(
    form: MakeForm, clock: HandClock
) -> None:
    form().post()
    again = form()
    answer = Confirmation(digest=again.needs().digest)
    clock.ahead += timedelta(days=8)
    assert again.post(answer).events.get(kind=Event.SUBMITTED).data.get("confirmed") is None


def test_corrections_come_before_confirmations(form: MakeForm) -> None:
    expect(NeedsCorrection, form(to=f"{MANY}, letters").submit())


def test_numbers_are_in_no_event(form: MakeForm) -> None:
    form().post()
    data = form().send().events.get(kind=Event.SUBMITTED).data
    assert data["confirmed"] == ["duplicates"]
    assert PHONE[-4:] not in str(data["confirmed"])
