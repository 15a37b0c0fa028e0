"""Faults of the portal itself.

To cause a fault, a test changes rows in a way in which the portal never changes them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.delivery.portal_faults import FAULT_PAUSE
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import Event, first_broken
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Alert, Attempt, Document, Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.record.verifying import verify_fax
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, HandClock, Settle, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def break_create(fax: Fax) -> None:
    """Let each step that would create the fax end in a fault."""
    fax.handovers.update(wire_form="smoke signals")


def break_every_change_of_state(fax: Fax) -> None:
    """Let each change of the fax's state end in a fault.

    The table of transitions leads from this state to no other state.
    """
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.CANCELLED)


def test_a_fault_is_an_event_a_reason_and_an_alert_at_once(
    submit: Submit, settle_down: Settle, clock: HandClock
) -> None:
    fax = submit()
    break_create(fax)
    settle_down(fax)
    assert fax.events.filter(kind=Event.PORTAL_FAULT).count() == 1
    assert fax.handovers.get().reason == OwnReason.PORTAL_FAULT
    assert "The portal had an internal error." in progress_of(fax).sentence
    assert Alert.objects.active().get().kind == Alert.Kind.PORTAL_FAULT

    clock.move(seconds=FAULT_PAUSE.total_seconds() + 1)
    settle_down(fax)
    assert fax.events.filter(kind=Event.PORTAL_FAULT).count() == 1, "the second in a row is no news"
    assert fax.handovers.get().failures_in_a_row == 2
    assert first_broken(fax) is None


def test_a_fax_goes_out_when_a_fault_is_over(
    submit: Submit, settle_down: Settle, deliver: Deliver
) -> None:
    fax = submit()
    break_create(fax)
    settle_down(fax)
    fax.handovers.update(wire_form="")
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_a_fax_that_meets_a_fault_until_its_deadline_fails_then(
    submit: Submit, settle_down: Settle, deliver: Deliver, clock: HandClock
) -> None:
    fax = submit()
    break_create(fax)
    settle_down(fax)
    fax.refresh_from_db()
    clock.move_to(fax.times.deadline_at - timedelta(seconds=30))
    settle_down(fax)
    assert fax.handovers.get().due_at <= fax.times.deadline_at, "no pause goes past the deadline"
    assert deliver(fax).state == FaxState.FAILED


def test_a_fax_ends_at_its_deadline_even_if_ending_it_is_a_fault(
    submit: Submit, settle_down: Settle, clock: HandClock
) -> None:
    fax = submit()
    break_every_change_of_state(fax)
    settle_down(fax)
    assert fax.handovers.open().exists(), "it is tried until the deadline"
    clock.move_to(fax.times.deadline_at + timedelta(seconds=1))
    settle_down(fax)
    handover = fax.handovers.get()
    assert (handover.state, handover.reason) == (HandoverState.REFUSED, OwnReason.PORTAL_FAULT)
    assert handover.closed_at
    assert fax.state == FaxState.FAILED
    assert fax.settled_at
    assert not verify_fax(fax).differences


def test_a_fax_that_may_have_arrived_is_uncertain_even_if_ending_it_is_a_fault(
    submit: Submit, worker: Worker, settle_down: Settle, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("upload", "drop", times=3)
    fax = submit()
    settle_down(fax)
    assert Attempt.objects.filter(handover__fax=fax, upload__isnull=False).exists()
    break_every_change_of_state(fax)
    clock.move_to(fax.times.deadline_at + timedelta(seconds=1))
    settle_down(fax)
    assert fax.handovers.get().state == HandoverState.UNCERTAIN
    assert fax.state == FaxState.UNCERTAIN
    assert not fax.handovers.get().uploads.exclude(sealed_target="").exists()


def test_a_fax_that_meets_a_fault_can_be_cancelled(
    submit: Submit, settle_down: Settle, sender: User, clock: HandClock
) -> None:
    fax = submit()
    break_create(fax)
    settle_down(fax)
    cancel_fax(fax, by=sender, clock=clock)
    settle_down(fax)
    assert fax.state == FaxState.CANCELLED


def test_an_outcome_that_cannot_be_recorded_is_unknown_and_tried_again_after_a_pause(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "hold")
    fax = submit({"offer.pdf": PDF, "note.txt": b"a note"})
    while not Attempt.objects.exists():
        worker.run_once()
    simulator.wait_until_held()
    Document.objects.filter(fax=fax, name="note.txt").delete()  # so the answer fits no document
    simulator.release()
    while not worker.is_idle:
        worker.run_once()
    handover = fax.handovers.get()
    assert handover.reason == OwnReason.PORTAL_FAULT
    assert handover.due_at > clock.now()
    assert Attempt.objects.get().reason == OwnReason.PORTAL_FAULT
    assert Alert.objects.active().filter(kind=Alert.Kind.PORTAL_FAULT).exists()
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_a_call_that_ends_in_a_fault_raises_the_alert(submit: Submit, settle_down: Settle) -> None:
    fax = submit()
    fax.documents.update(stored_as="../outside")
    settle_down(fax)
    assert fax.handovers.get().reason == OwnReason.PORTAL_FAULT
    assert Alert.objects.active().get().kind == Alert.Kind.PORTAL_FAULT
