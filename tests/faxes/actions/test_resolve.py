"""What people decide for a fax: cancel it, say what became of it, pause everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.actions.resolve import Decision, decide
from faxportal.faxes.delivery.session import Superseded
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.handle import Simulator
from faxportal.voipnow.errors import Outcome
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

TWO_FILES = {"offer.pdf": PDF * 100, "note.txt": b"a note"}


@pytest.fixture
def admin(sender: User) -> User:
    user = User.objects.create_user("ada")
    give_role(user, Role.ADMIN)
    return user


@pytest.fixture
def uncertain(submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator) -> Fax:
    """A fax whose only file may have arrived at a target that is dead now."""
    simulator.script("upload", "drop", at="done")
    fax = submit()
    while not Attempt.objects.filter(upload__isnull=False, outcome=Outcome.UNKNOWN).exists():
        worker.run_once()
    simulator.expire_targets()
    deliver(fax)
    assert fax.state == FaxState.UNCERTAIN
    return fax


# Cancel


def test_a_fax_that_waits_is_cancelled_at_once(
    submit: Submit, sender: User, simulator: Simulator
) -> None:
    fax = cancel_fax(submit(), by=sender)
    assert fax.state == FaxState.CANCELLED
    assert not simulator.faxes()
    assert first_broken(fax) is None


def test_cancelling_while_files_are_under_way_stops_them(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """The smallest goes last and was never tried: the fax can't be complete."""
    simulator.script("upload", "hold", at="middle", file="offer.pdf")
    fax = submit(TWO_FILES)
    while not Attempt.objects.filter(upload__isnull=False).exists():
        worker.run_once()
    simulator.wait_until_held()
    assert cancel_fax(fax, by=sender).state == FaxState.CANCELLED
    simulator.release()
    while not worker.is_idle or Attempt.objects.filter(closed_at=None).exists():
        worker.run_once()
    assert not simulator.report().complete


def test_cancelling_is_honest_when_the_last_file_may_have_arrived(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("upload", "hold", at="received")
    simulator.script("upload", "drop", at="done")
    fax = submit()
    while not Attempt.objects.filter(upload__isnull=False).exists():
        worker.run_once()
    simulator.wait_until_held()
    assert cancel_fax(fax, by=sender).state == FaxState.CANCELLING
    worker.run_once()
    simulator.release()
    assert deliver(fax).state == FaxState.UNCERTAIN


def test_cancelling_too_late_ends_as_handed_over(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("upload", "hold", at="done")
    fax = submit()
    while not Attempt.objects.filter(upload__isnull=False).exists():
        worker.run_once()
    simulator.wait_until_held()
    cancel_fax(fax, by=sender)
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_cancelling_one_request_waits_for_its_answer(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.configure(wire="one-request")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    simulator.script("create", "hold", at="done")
    fax = submit()
    while not Attempt.objects.exists():
        worker.run_once()
    simulator.wait_until_held()
    assert cancel_fax(fax, by=sender).state == FaxState.CANCELLING
    worker.run_once()
    fax.refresh_from_db()
    assert fax.state == FaxState.CANCELLING
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_what_is_handed_over_cannot_be_cancelled(
    submit: Submit, sender: User, deliver: Deliver
) -> None:
    fax = deliver(submit())
    with pytest.raises(NotAllowedTo, match="can't be cancelled any more"):
        cancel_fax(fax, by=sender)


def test_a_stranger_cannot_cancel(submit: Submit) -> None:
    with pytest.raises(NotAllowedTo, match="sender or an admin"):
        cancel_fax(submit(), by=User.objects.create_user("otto"))


# Decide


def test_it_went_out_is_shown_with_who_said_so(uncertain: Fax, admin: User) -> None:
    fax = decide(uncertain, 1, Decision.WENT_OUT, by=admin)
    assert fax.state == FaxState.CONFIRMED
    assert fax.handovers.get().decided_by == admin
    assert fax.events.get(kind="decided").by == admin


def test_send_again_makes_the_second_fax_that_a_person_asked_for(
    uncertain: Fax, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(decide(uncertain, 1, Decision.SEND_AGAIN, by=sender))
    assert fax.state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 2
    assert first_broken(fax) is None


def test_left_open_can_still_be_decided(uncertain: Fax, sender: User) -> None:
    fax = decide(uncertain, 1, Decision.LEAVE_OPEN, by=sender)
    assert fax.state == FaxState.LEFT_OPEN
    assert decide(fax, 1, Decision.WENT_OUT, by=sender).state == FaxState.CONFIRMED


def test_a_decision_is_taken_once(uncertain: Fax, sender: User) -> None:
    decide(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    with pytest.raises((NotAllowedTo, Superseded)):
        decide(uncertain, 1, Decision.SEND_AGAIN, by=sender)
    assert uncertain.handovers.count() == 2


def test_nobody_decides_for_another_but_an_admin(uncertain: Fax) -> None:
    with pytest.raises(NotAllowedTo):
        decide(uncertain, 1, Decision.WENT_OUT, by=User.objects.create_user("otto"))


# Pause


def test_a_pause_holds_everything_and_costs_no_time(
    submit: Submit, sender: User, admin: User, worker: Worker, deliver: Deliver, clock: HandClock
) -> None:
    before = submit()
    pause_sending(by=admin, clock=clock)
    during = submit(to="1234567890")
    clock.move(hours=48)
    worker.run_once()
    assert not Attempt.objects.exists()

    resume_sending(by=admin, clock=clock)
    assert deliver(before).state == FaxState.HANDED_OVER
    assert deliver(during).state == FaxState.HANDED_OVER


def test_only_an_admin_pauses(sender: User) -> None:
    with pytest.raises(NotAllowedTo):
        pause_sending(by=sender)


def test_pausing_twice_is_one_pause(admin: User) -> None:
    pause_sending(by=admin)
    pause_sending(by=admin)
    resume_sending(by=admin)
    resume_sending(by=admin)


def test_faxes_of_a_closed_account_are_held(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver
) -> None:
    fax = submit()
    User.objects.filter(pk=sender.pk).update(is_active=False)
    worker.run_once()
    assert not Attempt.objects.exists()
    User.objects.filter(pk=sender.pk).update(is_active=True)
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert fax.handovers.get().state == HandoverState.COMPLETE


def test_two_batches_decided_differently_come_to_rest(
    submit: Submit, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    """One went out as somebody says, the other is sent again and handed over."""
    simulator.configure(wire="one-request")
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)
    simulator.script("create", "drop", at="done", times=2)
    fax = deliver(submit(to=",".join(f"21255502{number:02}" for number in range(7))))
    assert fax.state == FaxState.UNCERTAIN

    decide(fax, 1, Decision.WENT_OUT, by=sender)
    fax = deliver(decide(fax, 2, Decision.SEND_AGAIN, by=sender))
    assert fax.state == FaxState.CONFIRMED
