"""Deciding about a batch that is uncertain: confirm it, send it again, or leave it open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.actions.block_list import block_number
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.resolve_uncertain import Decision, decide
from faxportal.faxes.compose.resend import rest_of
from faxportal.faxes.delivery.locked_handover import Superseded, lock_handover
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.history.shown_state import ChangedSince
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from tests.faxes.conftest import HandClock, Settle, Submit
from tests.support.deciding import decide_now

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def make_uncertain(fax: Fax, worker: Worker, deliver: Deliver, simulator: Simulator) -> None:
    """Let the answer to the upload be lost, and the upload target expire."""
    simulator.script("upload", "drop", at="done")
    unknown = Attempt.objects.filter(upload__isnull=False, outcome=Outcome.UNKNOWN)
    before = unknown.count()
    while unknown.count() == before:
        worker.run_once()
    simulator.expire_targets()
    assert deliver(fax).state == FaxState.UNCERTAIN


@pytest.fixture
def uncertain(submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator) -> Fax:
    """A fax whose only file may have arrived; its upload target has expired since."""
    fax = submit()
    make_uncertain(fax, worker, deliver, simulator)
    return fax


def test_it_went_out_is_shown_with_the_name_of_who_confirmed(uncertain: Fax, admin: User) -> None:
    fax = decide_now(uncertain, 1, Decision.WENT_OUT, by=admin)
    assert fax.state == FaxState.CONFIRMED
    assert fax.handovers.get().decided_by == admin
    assert fax.events.get(kind="decided").by == admin


def test_send_again_makes_a_second_fax(
    uncertain: Fax, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender))
    assert fax.state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 2
    assert first_broken(fax) is None


def test_a_batch_that_was_left_open_can_still_be_decided(uncertain: Fax, sender: User) -> None:
    fax = decide_now(uncertain, 1, Decision.LEAVE_OPEN, by=sender)
    assert fax.state == FaxState.LEFT_OPEN
    assert decide_now(fax, 1, Decision.WENT_OUT, by=sender).state == FaxState.CONFIRMED


def test_a_batch_is_decided_once(uncertain: Fax, sender: User) -> None:
    decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    with pytest.raises((NotAllowedTo, Superseded)):
        decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    assert uncertain.handovers.count() == 2


def test_a_decision_about_an_earlier_fax_is_not_taken_for_a_later_one(
    uncertain: Fax, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """While a page stays open, the fax is sent again elsewhere, and becomes uncertain again."""
    old_page = progress_of(uncertain).batches[0].shown
    decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    make_uncertain(uncertain, worker, deliver, simulator)
    with pytest.raises(ChangedSince):
        decide(uncertain, 1, Decision.SEND_AGAIN, shown=old_page, by=sender)
    assert uncertain.handovers.count() == 2


def test_a_decision_is_not_taken_before_a_late_outcome_was_looked_at(
    uncertain: Fax, sender: User, clock: HandClock
) -> None:
    old_page = progress_of(uncertain).batches[0].shown
    handover = uncertain.handovers.get()
    with lock_handover(handover.pk, uncertain.pk, clock) as locked:
        attempt = Attempt.objects.create(handover=handover, opened_at=clock.now())
        locked.finish_attempt(attempt.pk, Outcome.DONE)
    with pytest.raises(ChangedSince):
        decide(uncertain, 1, Decision.SEND_AGAIN, shown=old_page, by=sender)


def test_only_the_sender_or_an_admin_decides(uncertain: Fax) -> None:
    with pytest.raises(NotAllowedTo):
        decide_now(uncertain, 1, Decision.WENT_OUT, by=User.objects.create_user("otto"))


def test_two_batches_are_decided_differently(
    submit: Submit, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    """One batch is confirmed; the other is sent again and handed over."""
    simulator.configure(wire="one-request")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    simulator.script("create", "drop", at="done", times=2)
    fax = deliver(submit(to=",".join(f"21255502{number:02}" for number in range(7))))
    assert fax.state == FaxState.UNCERTAIN

    decide_now(fax, 1, Decision.WENT_OUT, by=sender)
    fax = deliver(decide_now(fax, 2, Decision.SEND_AGAIN, by=sender))
    assert fax.state == FaxState.CONFIRMED


# A batch that was sent again, and whose earlier fax may have gone out


def refuse_next_create(simulator: Simulator) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")


def test_a_batch_whose_earlier_fax_may_have_gone_out_never_ends_as_failed(
    uncertain: Fax, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    [earlier] = simulator.faxes()
    decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    refuse_next_create(simulator)
    fax = deliver(uncertain)
    assert fax.state == FaxState.UNCERTAIN
    assert rest_of(fax) == []
    sentence = progress_of(fax).sentence
    assert "VoipNow doesn't let this extension send faxes." in sentence
    assert f"the earlier fax {earlier.id} may have gone out" in sentence
    assert [event_sentence(event) for event in fax.events.order_by("-position")[:3]][1:] == [
        "The earlier fax to these recipients may have gone out. Nobody can know.",
        "The fax could not be handed over. VoipNow doesn't let this extension send faxes.",
    ]
    assert first_broken(fax) is None
    assert decide_now(fax, 1, Decision.WENT_OUT, by=sender).state == FaxState.CONFIRMED


def test_a_batch_whose_earlier_fax_may_have_gone_out_never_ends_as_cancelled(
    uncertain: Fax, sender: User
) -> None:
    decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    fax = cancel_fax(uncertain, by=sender)
    assert fax.state == FaxState.UNCERTAIN
    assert "It was cancelled. Nothing was sent this time." in progress_of(fax).sentence


def test_a_batch_whose_earlier_fax_surely_did_not_go_out_fails(
    uncertain: Fax, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    """After the batch became uncertain, the portal learns that storage surely lacks the file."""
    puts = Attempt.objects.filter(upload__isnull=False)
    puts.update(outcome=Outcome.NOT_DONE)
    decide_now(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    refuse_next_create(simulator)
    assert deliver(uncertain).state == FaxState.FAILED
    assert len(rest_of(uncertain)) == 1


def test_doubt_about_an_earlier_fax_stays_when_the_handover_is_replaced_or_divided(
    submit: Submit, deliver: Deliver, sender: User, admin: User, simulator: Simulator
) -> None:
    simulator.configure(wire="one-request")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    simulator.script("create", "drop", at="done")
    fax = deliver(submit(to="+1 650 253 0000, 7778888"))
    decide_now(fax, 1, Decision.SEND_AGAIN, by=sender)
    block_number("+1 650 253 0000", reason="A telephone", by=admin)
    fax = deliver(fax)
    assert fax.state == FaxState.UNCERTAIN
    states = {one.state: one.earlier_in_doubt for one in fax.handovers.exclude(state="abandoned")}
    assert states == {HandoverState.COMPLETE: True, HandoverState.UNCERTAIN: True}
    [_complete, blocked] = progress_of(fax).batches
    assert "The number is now on the office's block list. Nothing was sent" in blocked.sentence
    assert "the fax may have gone out before it was sent again" in blocked.sentence


# One batch is uncertain while another one is still tried


@pytest.fixture
def half_uncertain(submit: Submit, sender: User, settle_down: Settle, simulator: Simulator) -> Fax:
    """A fax of two batches: the first is uncertain, and VoipNow is too busy for the second."""
    simulator.configure(wire="one-request")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    numbers = [f"21255502{number:02}" for number in range(7)]
    simulator.script("create", "drop", at="done", recipient=numbers[0])
    simulator.script("create", "answer", status=429, recipient=numbers[6], times=3)
    return settle_down(submit(to=",".join(numbers)))


def test_a_doubtful_batch_needs_a_decision_while_another_batch_is_tried(
    half_uncertain: Fax, sender: User
) -> None:
    fax = half_uncertain
    assert (fax.state, fax.is_settled) == (FaxState.UNCERTAIN, False)
    assert fax.handovers.in_new_trouble().exists(), "its sender is mailed"
    assert "Needs a decision: 2125550200, 2125550201, 2125550202 and 2 more." in (
        progress_of(fax).sentence
    )
    fax = decide_now(fax, 1, Decision.WENT_OUT, by=sender)
    assert (fax.state, fax.is_settled) == (FaxState.HANDING_OVER, False)


def test_what_was_left_open_can_be_decided_while_another_batch_is_tried(
    half_uncertain: Fax, sender: User
) -> None:
    fax = decide_now(half_uncertain, 1, Decision.LEAVE_OPEN, by=sender)
    assert fax.state == FaxState.HANDING_OVER
    fax = decide_now(fax, 1, Decision.SEND_AGAIN, by=sender)
    assert fax.handovers.open().count() == 2


def test_a_fax_is_settled_when_the_last_open_batch_has_ended(
    half_uncertain: Fax, deliver: Deliver
) -> None:
    fax = deliver(half_uncertain)
    assert (fax.state, fax.is_settled) == (FaxState.UNCERTAIN, True)
    assert {batch.state for batch in progress_of(fax).batches} == {
        HandoverState.UNCERTAIN,
        HandoverState.COMPLETE,
    }
    states = [event.data["state"] for event in fax.events.filter(kind="state")]
    assert states == ["handing_over", "uncertain"]


def test_the_rest_is_cancelled_while_a_batch_needs_a_decision(
    half_uncertain: Fax, sender: User
) -> None:
    fax = cancel_fax(half_uncertain, by=sender)
    assert (fax.state, fax.is_settled) == (FaxState.UNCERTAIN, True)
    assert fax.handovers.get(batch=2).reason == "cancelled"
    assert decide_now(fax, 1, Decision.SEND_AGAIN, by=sender).cancel_asked_at is None


def test_nothing_is_sent_again_while_the_rest_is_being_cancelled(
    half_uncertain: Fax, sender: User, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    """*Send again* would also continue the other batch, which a person has cancelled."""
    second = half_uncertain.handovers.get(batch=2)
    Attempt.objects.create(handover=second, opened_at=clock.now())
    cancel_fax(half_uncertain, by=sender)
    with pytest.raises(NotAllowedTo, match="still being cancelled"):
        decide_now(half_uncertain, 1, Decision.SEND_AGAIN, by=sender)
    fax = decide_now(half_uncertain, 1, Decision.WENT_OUT, by=sender)
    assert fax.state == FaxState.CANCELLING
