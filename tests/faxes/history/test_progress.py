"""What a person reads about a fax is true at each moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Circuit, Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Reason
from tests.faxes.conftest import PDF, HandClock, Settle, Submit
from tests.support.deciding import decide_now

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def sentence(fax: Fax) -> str:
    return progress_of(Fax.objects.get(pk=fax.pk)).sentence


def in_future(**by: float) -> datetime:
    return timezone.now() + timedelta(**by)


def fail(fax: Fax, *, again_at: datetime, reason: str = Reason.SERVER_ERROR) -> None:
    fax.handovers.update(reason=reason, failures_in_a_row=2, due_at=again_at)


@pytest.fixture
def noon(settings: Settings) -> None:
    """A time zone in which it is noon, so that the next minutes are still today."""
    hour = timezone.now().hour
    settings.TIME_ZONE = f"Etc/GMT{hour - 12:+d}" if hour != 12 else "UTC"


def test_a_fax_without_trouble_is_in_the_queue(submit: Submit) -> None:
    assert sentence(submit()) == "In the queue."


def test_a_fax_that_failed_and_is_due_again_is_not_only_in_the_queue(submit: Submit) -> None:
    fax = submit()
    fail(fax, again_at=timezone.now())
    assert sentence(fax).startswith("VoipNow had an internal error.")
    assert sentence(fax).endswith("The next attempt is due.")


def test_the_next_attempt_of_today_has_its_second(noon: None, submit: Submit) -> None:
    fax = submit()
    again = in_future(minutes=5)
    fail(fax, again_at=again)
    assert sentence(fax).endswith(f"Next attempt at {timezone.localtime(again):%H:%M:%S}.")


def test_the_next_attempt_of_another_day_has_its_date(submit: Submit) -> None:
    fax = submit()
    again = in_future(days=2)
    fail(fax, again_at=again)
    Fax.objects.update(deadline_at=in_future(days=3))
    day = f"{timezone.localtime(again).day} {timezone.localtime(again):%b %Y}"
    assert f"Next attempt on {day}, " in sentence(fax)


@pytest.mark.parametrize("after", [timedelta(), timedelta(hours=1)])
def test_no_attempt_is_promised_at_the_deadline_or_after_it(
    submit: Submit, after: timedelta
) -> None:
    fax = submit()
    fail(fax, again_at=fax.times.deadline_at + after)
    said = sentence(fax)
    assert "VoipNow had an internal error. There is no further attempt: the fax ends at" in said
    assert "tried again" not in said
    assert "Next attempt" not in said


def test_a_fax_whose_deadline_has_passed_is_tried_no_more(submit: Submit) -> None:
    fax = submit()
    Fax.objects.update(deadline_at=timezone.now())
    assert "Its deadline has passed." in sentence(fax)


def test_a_fax_that_waits_for_a_server_that_fails_names_it_and_since_when(
    noon: None, submit: Submit, simulator: Simulator
) -> None:
    fax = submit()
    since, until = in_future(minutes=-9), in_future(minutes=4)
    Circuit.objects.create(
        origin=simulator.url,
        failures=5,
        failing_since=since,
        failed_at=timezone.now(),
        rests_until=until,
        reason=Reason.NO_CONNECTION,
    )
    host = simulator.url.removeprefix("http://")
    assert sentence(fax) == (
        f"VoipNow server {host} has not answered since {timezone.localtime(since):%H:%M}. "
        f"Next attempt at {timezone.localtime(until):%H:%M:%S}."
    )
    Circuit.objects.update(failing_since=None)
    assert sentence(fax) == "In the queue."


def test_a_fax_whose_files_wait_for_a_storage_that_fails_names_the_storage(
    submit: Submit, settle_down: Settle, simulator: Simulator
) -> None:
    simulator.script("upload", "answer", status=503, code="SlowDown")
    fax = settle_down(submit())
    host = simulator.storage_url.removeprefix("http://")
    assert sentence(fax).startswith(f"VoipNow's storage {host} has been too busy since")


def test_a_batch_whose_links_expired_says_so_and_from_the_third_time_on_why(
    submit: Submit,
) -> None:
    fax = submit()
    fax.handovers.update(renewals=2, due_at=in_future(seconds=10))
    assert "Its upload links had expired" in sentence(fax)
    assert "a clock is wrong" not in sentence(fax)
    for state in (HandoverState.PLANNED, HandoverState.CREATING, HandoverState.UPLOADING):
        fax.handovers.update(renewals=3, state=state)
        assert "Either a clock is wrong, or the line is too slow." in sentence(fax)


def test_a_fax_that_waits_for_an_origin_to_be_listed_promises_no_attempt(submit: Submit) -> None:
    fax = submit()
    fail(fax, again_at=in_future(seconds=30), reason=Reason.ORIGIN_NOT_ALLOWED)
    assert "Next attempt" not in sentence(fax)


@pytest.fixture
def in_batches(submit: Submit, settings: Settings) -> Fax:
    """A fax to five recipients, each in a batch of its own."""
    settings.RECIPIENTS_PER_FAX = 1
    return submit(to="0003*211, 0003*212, 0003*213, 0003*214, 0003*215")


def end(fax: Fax, batches: list[int], state: HandoverState, by: User | None = None) -> None:
    fax.handovers.filter(batch__in=batches).update(
        state=state, reason=Reason.FILE_INVALID, closed_at=timezone.now(), decided_by=by
    )


def test_a_fax_of_several_batches_names_in_short_whom_it_did_not_reach(
    in_batches: Fax, sender: User
) -> None:
    fax = in_batches
    end(fax, [1], HandoverState.COMPLETE)
    end(fax, [2, 3, 4, 5], HandoverState.REFUSED)
    assert sentence(fax) == (
        "1 of 5 recipients handed over. Failed: 0003*212, 0003*213, 0003*214 and 1 more."
    )
    end(fax, [3], HandoverState.CONFIRMED, by=sender)
    end(fax, [4], HandoverState.LEFT_OPEN, by=sender)
    end(fax, [5], HandoverState.UNCERTAIN)
    assert sentence(fax) == (
        "1 of 5 recipients handed over. Failed: 0003*212. Needs a decision: 0003*215. "
        "Left open: 0003*214. Confirmed as sent: 0003*213."
    )


def test_of_several_batches_under_way_the_one_in_trouble_is_told(in_batches: Fax) -> None:
    end(in_batches, [1], HandoverState.COMPLETE)
    in_batches.handovers.filter(batch=4).update(
        reason=Reason.SERVER_ERROR, failures_in_a_row=1, due_at=in_future(minutes=1)
    )
    Fax.objects.update(state=FaxState.HANDING_OVER)
    assert "1 of 5 recipients handed over. VoipNow had an internal error." in sentence(in_batches)


def uncertain(fax: Fax) -> None:
    """Change a fax as if its only request (the older wire form) had ended with no known outcome."""
    end(fax, [1], HandoverState.UNCERTAIN)
    fax.handovers.update(wire_form=WireForm.ONE_REQUEST)
    Attempt.objects.create(handover=fax.handovers.get(), opened_at=timezone.now())
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.UNCERTAIN)


def test_no_file_waits_when_a_batch_has_ended(
    submit: Submit, settle_down: Settle, simulator: Simulator, sender: User, clock: HandClock
) -> None:
    def labels() -> list[str]:
        return [one.label for one in progress_of(fax).batches[0].uploads]

    simulator.script("upload", "drop", at="received", file="offer.pdf", times=None)
    fax = settle_down(submit({"offer.pdf": PDF, "note.txt": b"a note"}))
    assert labels() == ["Waiting", "Waiting"]
    cancel_fax(fax, by=sender, clock=clock)
    assert labels() == ["May have arrived", "Not uploaded"]


def test_confirmed_and_left_open_say_who_decided(submit: Submit, sender: User) -> None:
    fax = submit()
    uncertain(fax)
    decide_now(fax, 1, Decision.LEAVE_OPEN, by=sender)
    assert "maria left it open: VoipNow may have sent it." in sentence(fax)
    decide_now(fax, 1, Decision.WENT_OUT, by=sender)
    assert sentence(fax) == "maria confirmed that it went out."


def test_a_cancelled_fax_says_that_it_was_not_sent(
    submit: Submit, sender: User, settle_down: Settle
) -> None:
    fax = submit()
    cancel_fax(fax, by=sender)
    assert sentence(fax) == "Cancelled before VoipNow could send it."


def test_a_fax_that_is_being_cancelled_promises_no_attempt(submit: Submit) -> None:
    fax = submit()
    fail(fax, again_at=in_future(minutes=5))
    Fax.objects.update(cancel_asked_at=timezone.now(), state=FaxState.CANCELLING)
    assert sentence(fax) == "It is being cancelled. Nothing new is started."


def test_a_failed_fax_is_not_said_to_be_tried_again(submit: Submit) -> None:
    fax = submit()
    fax.handovers.update(state=HandoverState.REFUSED, reason=OwnReason.WORKER_LOST)
    Fax.objects.update(state=FaxState.FAILED)
    assert "tried again" not in sentence(fax)


def test_an_evidence_sheet_is_final_only_where_nothing_can_change(
    submit: Submit, sender: User, deliver: Deliver, clock: HandClock
) -> None:
    def is_final(fax: Fax) -> bool:
        whole = Fax.objects.with_parts().get(pk=fax.pk)
        return bool(evidence_data(whole, by=sender, at=clock.now())["is_final"])

    open_one = submit()
    assert not is_final(open_one)
    assert is_final(deliver(open_one))
    other = submit(to="1234567890")
    uncertain(other)
    assert not is_final(other)
    decide_now(other, 1, Decision.LEAVE_OPEN, by=sender)
    assert not is_final(other)
    decide_now(other, 1, Decision.WENT_OUT, by=sender)
    assert is_final(other)
