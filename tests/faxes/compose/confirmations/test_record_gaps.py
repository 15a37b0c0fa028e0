"""After a restore, the portal says of which time it knows nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.confirmations.confirmation import Confirmation
from faxportal.faxes.compose.confirmations.messages import concern_text
from faxportal.faxes.compose.confirmations.number_notices import notices_about
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import save_form
from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.models import Fax, RecordGap
from faxportal.text.phone_numbers import DialAs
from tests.faxes.compose.confirmations.conftest import PHONE, MakeForm
from tests.faxes.conftest import HandClock

pytestmark = pytest.mark.django_db


def restore(clock: HandClock, *, ended: timedelta = timedelta()) -> datetime:
    """Record a gap of two hours that ended `ended` ago. Returns the time at which it ended."""
    ends_at = clock.now() - ended
    RecordGap.objects.create(begins_at=ends_at - timedelta(hours=2), ends_at=ends_at)
    return ends_at


def test_a_draft_of_before_has_to_be_confirmed_once(form: MakeForm, clock: HandClock) -> None:
    one = form()
    save_form(one.by, key=one.key, content=DraftContent(recipients=PHONE), files=[])
    created_at = Fax.objects.get().created_at
    RecordGap.objects.create(
        begins_at=created_at - timedelta(hours=1), ends_at=created_at + timedelta(hours=1)
    )
    request = one.needs()
    [concern] = request.concerns
    text = concern_text(concern)
    assert text.title == "Already sent?"
    assert "know nothing of what was sent from" in text.sentences[0]
    fax = one.post(Confirmation(digest=request.digest))
    assert fax.events.get(kind="submitted").data["confirmed"] == ["draft_before_restore"]


def test_what_was_begun_after_the_restore_needs_no_confirmation(
    form: MakeForm, clock: HandClock
) -> None:
    restore(clock)
    form().post()


def test_a_restore_that_has_not_ended_is_no_gap_yet(form: MakeForm, clock: HandClock) -> None:
    RecordGap.objects.create(begins_at=clock.now())
    form().post()


@pytest.mark.parametrize(
    ("ended", "is_said"), [(timedelta(days=1), True), (timedelta(days=8), False)]
)
def test_a_duplicate_says_what_is_not_known_of_the_last_days(
    form: MakeForm, clock: HandClock, ended: timedelta, is_said: bool
) -> None:
    form().post()
    restore(clock, ended=ended)
    [concern] = form().needs().concerns
    sentences = " ".join(concern_text(concern).sentences)
    assert ("know nothing" in sentences) == is_said


def test_new_numbers_say_that_not_all_former_faxes_are_known(
    form: MakeForm, clock: HandClock, settings: Settings, sender: User
) -> None:
    restore(clock, ended=timedelta(days=100))
    numbers = parse_recipients(PHONE, region="US", dial_as=DialAs.TYPED).numbers
    never, unknown = notices_about(numbers)
    assert "never faxed" in never
    assert "know nothing" in unknown
    settings.NEW_NUMBERS = "twice"
    [concern] = form().needs().concerns
    assert any("know nothing" in one for one in concern_text(concern).sentences)
