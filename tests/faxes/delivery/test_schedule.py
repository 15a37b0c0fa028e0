"""Scheduled faxes, and sending again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.resend import draft_again
from faxportal.faxes.compose.submit_result import NeedsCorrection, SubmitResult, Submitted
from faxportal.faxes.delivery.locked_handover import lock_handover
from faxportal.faxes.delivery.schedule import may_start
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, HandClock, Settle, Submit
from tests.support.submitting import expect, submit_form

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

#: The numbers of two batches.
SEVEN = ",".join(f"21255502{number:02}" for number in range(7))


def _submit(sender: User, clock: HandClock, *, to: str = "7778888", **ahead: float) -> SubmitResult:
    content = DraftContent(
        extension="0003*210", recipients=to, due_at=clock.now() + timedelta(**ahead)
    )
    files = [SimpleUploadedFile("offer.pdf", PDF)]
    return submit_form(sender, key=uuid.uuid4(), content=content, files=files, clock=clock)


def _schedule(sender: User, clock: HandClock, *, to: str = "7778888", **ahead: float) -> Fax:
    return expect(Submitted, _submit(sender, clock, to=to, **ahead)).fax


def test_a_scheduled_fax_waits_for_its_time_and_then_goes(
    sender: User, clock: HandClock, worker: Worker, deliver: Deliver
) -> None:
    fax = _schedule(sender, clock, hours=30)
    assert fax.state == FaxState.SCHEDULED
    worker.run_once()
    assert not Attempt.objects.exists()

    assert deliver(fax).state == FaxState.HANDED_OVER
    first = Attempt.objects.order_by("opened_at").first()
    assert first is not None
    assert fax.due_at is not None
    assert first.opened_at >= fax.due_at
    states = [event.data["state"] for event in fax.events.filter(kind="state")]
    assert states == [FaxState.WAITING, FaxState.HANDING_OVER, FaxState.HANDED_OVER]


def test_a_scheduled_fax_is_cancelled_at_once(sender: User, clock: HandClock) -> None:
    fax = _schedule(sender, clock, hours=1)
    assert cancel_fax(fax, by=sender, clock=clock).state == FaxState.CANCELLED


def test_a_scheduled_fax_that_is_a_day_late_is_not_sent_by_itself(
    sender: User, clock: HandClock, deliver: Deliver, simulator: Simulator
) -> None:
    fax = _schedule(sender, clock, hours=1)
    Fax.objects.filter(pk=fax.pk).update(deadline_at=clock.now() + timedelta(days=9))
    clock.move(hours=26)
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "too_late"
    assert not simulator.faxes()


@pytest.mark.parametrize(
    ("deadline_hours", "reason"), [(24, OwnReason.TOO_LATE), (1, OwnReason.DEADLINE)]
)
def test_a_scheduled_fax_fails_whose_deadline_passed_before_any_worker_ran(
    deadline_hours: int,
    reason: OwnReason,
    sender: User,
    clock: HandClock,
    settle_down: Settle,
    settings: Settings,
) -> None:
    """The machine is off over the weekend."""
    settings.DEADLINE_HOURS = deadline_hours
    fax = _schedule(sender, clock, hours=1)
    clock.move(hours=1 + deadline_hours, seconds=1)
    assert settle_down(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == reason
    assert not Attempt.objects.exists()


def test_a_fax_that_was_due_once_is_not_scheduled_again_when_a_clock_is_set_back(
    sender: User, clock: HandClock
) -> None:
    fax = _schedule(sender, clock, to=SEVEN, hours=1)
    first, second = fax.handovers.order_by("pk")
    clock.move(hours=2)
    with lock_handover(first.pk, fax.pk, clock) as locked:
        assert may_start(locked)
    clock.move(hours=-2)
    with lock_handover(second.pk, fax.pk, clock) as locked:
        locked.give_up(OwnReason.EXTENSION_GONE)
    fax.refresh_from_db()
    assert fax.state == FaxState.WAITING


def test_a_scheduled_fax_that_a_pause_kept_is_not_late(
    sender: User, clock: HandClock, deliver: Deliver
) -> None:
    admin = User.objects.create_user("ada")
    give_role(admin, Role.ADMIN)
    fax = _schedule(sender, clock, hours=1)
    pause_sending(by=admin, clock=clock)
    clock.move(days=3)
    resume_sending(by=admin, clock=clock)
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_a_scheduled_fax_checks_its_extension_again_when_it_is_due(
    sender: User, clock: HandClock, deliver: Deliver
) -> None:
    fax = _schedule(sender, clock, hours=1)
    sender.connection.extensions.all().delete()
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "extension_gone"


def test_a_scheduled_fax_checks_its_connection_again_when_it_is_due(
    sender: User, clock: HandClock, deliver: Deliver
) -> None:
    fax = _schedule(sender, clock, hours=1)
    sender.connection.delete()
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "not_connected"


@pytest.mark.parametrize("ahead", [{"hours": -1}, {"days": 400}])
def test_a_time_in_the_past_or_too_far_ahead_is_refused(
    sender: User, clock: HandClock, ahead: dict[str, float]
) -> None:
    refused = expect(NeedsCorrection, _submit(sender, clock, to="7778888", **ahead))
    assert list(refused.problems) == ["due_at"]


def test_send_again_is_a_draft_with_the_same_content(
    submit: Submit, sender: User, deliver: Deliver
) -> None:
    fax = deliver(submit(to="7778888, 0003*211"))
    draft = draft_again(fax, by=sender)
    assert draft.state == FaxState.DRAFT
    assert draft.recipients_typed.split() == ["7778888", "0003*211"]
    assert [d.name for d in draft.documents.all()] == ["offer.pdf"]
    assert draft.submission_key != fax.submission_key


def test_send_the_rest_takes_only_recipients_that_were_surely_not_reached(
    submit: Submit, sender: User, deliver: Deliver, simulator: Simulator
) -> None:
    numbers = [f"21255502{number:02}" for number in range(7)]
    simulator.script(
        "create", "answer", status=400, code="fx_recipients_invalid", recipient=numbers[6], times=9
    )
    fax = deliver(submit(to=",".join(numbers)))
    draft = draft_again(fax, by=sender, only_rest=True)
    assert draft.recipients_typed.split() == [numbers[6]]


def test_only_the_sender_sends_again(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit())
    with pytest.raises(NotAllowedTo):
        draft_again(fax, by=User.objects.create_user("otto"))
