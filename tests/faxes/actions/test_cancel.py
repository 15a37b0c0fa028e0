"""Cancelling a fax: what can still be stopped, and what a person reads when it is too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

TWO_FILES = {"offer.pdf": PDF * 100, "note.txt": b"a note"}


def test_a_fax_that_waits_is_cancelled_at_once(
    submit: Submit, sender: User, simulator: Simulator
) -> None:
    fax = cancel_fax(submit(), by=sender)
    assert fax.state == FaxState.CANCELLED
    assert not simulator.faxes()
    assert first_broken(fax) is None


def test_cancelling_stops_running_uploads(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """The smallest file goes last and has had no attempt yet, so the fax can't be complete."""
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


def test_a_cancelled_fax_is_uncertain_when_the_last_file_may_have_arrived(
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


def test_a_fax_that_was_handed_over_cannot_be_cancelled(
    submit: Submit, sender: User, deliver: Deliver
) -> None:
    fax = deliver(submit())
    with pytest.raises(NotAllowedTo, match="can't be cancelled any more"):
        cancel_fax(fax, by=sender)


def test_only_the_sender_or_an_admin_cancels(submit: Submit) -> None:
    with pytest.raises(NotAllowedTo, match="sender or an admin"):
        cancel_fax(submit(), by=User.objects.create_user("otto"))
