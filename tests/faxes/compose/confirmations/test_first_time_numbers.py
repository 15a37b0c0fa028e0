"""A number that this office never faxed gets a notice, or has to be entered twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.confirmations.confirmation import (
    Confirmation,
    ConfirmationRequest,
    FirstTimeNumbers,
)
from faxportal.faxes.compose.confirmations.first_time_numbers import first_time_numbers
from faxportal.faxes.compose.confirmations.messages import concern_text
from faxportal.faxes.compose.confirmations.number_notices import notices_about
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax
from faxportal.faxes.states import HandoverState
from faxportal.simulator.control_client import Simulator
from faxportal.text.phone_numbers import DialAs, Number, read_number
from tests.faxes.compose.confirmations.conftest import PHONE, MakeForm

pytestmark = pytest.mark.django_db(transaction=True)

E164 = "+16502530000"
REFUSED = "2025550100"  # the simulator refuses this number
Deliver = Callable[[Fax], Fax]


def number(typed: str) -> Number:
    read = read_number(typed, region="US", dial_as=DialAs.TYPED)
    assert isinstance(read, Number)
    return read


@pytest.fixture
def twice(settings: Settings) -> None:
    settings.NEW_NUMBERS = "twice"


def the_concern(needed: ConfirmationRequest) -> FirstTimeNumbers:
    [concern] = needed.concerns
    assert isinstance(concern, FirstTimeNumbers)
    return concern


# Which numbers are new


def test_before_the_first_fax_every_number_is_new(db: None) -> None:
    assert first_time_numbers([E164, "0003*210"]) == {E164, "0003*210"}


def test_a_number_is_known_once_voipnow_has_a_fax_to_it(form: MakeForm, deliver: Deliver) -> None:
    fax = form().post()
    assert first_time_numbers([E164]) == {E164}
    deliver(fax)
    assert first_time_numbers([E164, "+16502530001"]) == {"+16502530001"}


@pytest.mark.parametrize(
    ("state", "is_new"),
    [
        (HandoverState.PLANNED, True),
        (HandoverState.CREATING, True),
        (HandoverState.UPLOADING, True),
        (HandoverState.COMPLETE, False),
        (HandoverState.REFUSED, True),
        (HandoverState.ABANDONED, True),
        (HandoverState.UNCERTAIN, True),
        (HandoverState.CONFIRMED, False),
        (HandoverState.LEFT_OPEN, True),
    ],
)
def test_only_a_fax_that_surely_arrived_makes_a_number_known(
    form: MakeForm, state: HandoverState, is_new: bool
) -> None:
    fax = form().post()
    decided_by = fax.sender if state == HandoverState.CONFIRMED else None
    fax.handovers.update(state=state, decided_by=decided_by)
    assert first_time_numbers([E164]) == ({E164} if is_new else set())


def test_recipients_that_a_fax_did_not_reach_stay_new(
    form: MakeForm, deliver: Deliver, settings: Settings
) -> None:
    settings.RECIPIENTS_PER_FAX = 1
    deliver(form(to=f"{PHONE}, {REFUSED}").post())
    assert first_time_numbers([E164, f"+1{REFUSED}"]) == {f"+1{REFUSED}"}


def test_what_a_colleague_faxed_is_known_to_the_office(
    form: MakeForm, colleague: User, deliver: Deliver
) -> None:
    deliver(form(by=colleague).post())
    assert first_time_numbers([E164]) == set()


def test_five_hundred_numbers_cost_a_few_queries(form: MakeForm) -> None:
    form().post()
    phones = [f"+1650253{more:04}" for more in range(500)]
    with CaptureQueriesContext(connection) as asked:
        assert len(first_time_numbers(phones)) == 500
    assert len(asked.captured_queries) == 5


# Notices


def test_a_first_time_number_gets_a_notice_and_needs_no_confirmation(
    form: MakeForm, deliver: Deliver
) -> None:
    fax = form().post()
    [sentence] = notices_about([number(PHONE)])
    assert sentence.startswith(f"This office has never faxed {PHONE} before.")
    deliver(fax)
    assert notices_about([number(PHONE)]) == []


def test_a_number_that_looks_invalid_is_a_warning(settings: Settings, db: None) -> None:
    settings.NEW_NUMBERS = "twice"  # then first-time numbers get no notice
    [sentence] = notices_about([number("7778888"), number("0003*210")])
    assert sentence == "7778888 doesn't look like a number in use. It will be dialled anyway."


def test_a_notice_names_only_the_first_few_of_many_numbers(db: None) -> None:
    [sentence] = notices_about([number(f"+1 650 253 00{more}") for more in range(10, 18)])
    assert "+1 650 253 0014 and 3 more" in sentence


# Entering a number twice


def test_a_first_time_number_has_to_be_entered_twice(twice: None, form: MakeForm) -> None:
    asked = form().needs()
    assert [one.typed for one in the_concern(asked).numbers] == [PHONE]
    assert form().by.faxes.submitted().count() == 0


@pytest.mark.parametrize("again", [PHONE, "650-253-0000", f"0003*211; {PHONE}"])
def test_a_number_is_the_same_however_it_is_written_the_second_time(
    twice: None, form: MakeForm, again: str
) -> None:
    new = form()
    assert new.post(Confirmation(digest=new.needs().digest, numbers_again=again)).submitted_at


@pytest.mark.parametrize("again", ["", "+1 650 253 0001", "letters"])
def test_another_number_the_second_time_confirms_nothing(
    twice: None, form: MakeForm, again: str
) -> None:
    new = form()
    asked = new.needs(Confirmation(digest=new.needs().digest, numbers_again=again))
    question = the_concern(asked)
    assert [one.typed for one in question.missing] == [PHONE]
    assert len(concern_text(question).sentences) == (2 if again else 1)


def test_entering_a_number_twice_confirms_nothing_without_the_button(
    twice: None, form: MakeForm
) -> None:
    form().needs(Confirmation(numbers_again=PHONE))


def test_each_of_several_is_to_be_entered(twice: None, form: MakeForm) -> None:
    both = f"{PHONE}, +1 650 253 0001"
    new = form(to=both)
    digest = new.needs().digest
    missing = the_concern(new.needs(Confirmation(digest=digest, numbers_again=PHONE))).missing
    assert [one.typed for one in missing] == ["+1 650 253 0001"]
    assert new.post(Confirmation(digest=digest, numbers_again=both)).submitted_at


def test_a_number_that_was_faxed_before_needs_no_second_entry(
    twice: None,
    form: MakeForm,
    worker: Worker,
    deliver: Deliver,
    simulator: Simulator,
    settings: Settings,
) -> None:
    settings.ALREADY_SENT_DAYS = 0
    deliver(form().send())
    assert form().post().submitted_at
