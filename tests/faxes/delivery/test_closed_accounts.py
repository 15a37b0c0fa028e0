"""Faxes of a closed account are suspended, and pages say so. Their deadlines are postponed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.delivery.claim_handovers import claim
from faxportal.faxes.delivery.closed_accounts import suspend_and_resume
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support.submitting import send_form

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def close_account(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def open_account(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)


def _deadline(fax: Fax) -> datetime:
    fax.refresh_from_db()
    assert fax.deadline_at is not None
    return fax.deadline_at


def _schedule(sender: User, clock: HandClock, **ahead: float) -> Fax:
    due_at = clock.now() + timedelta(**ahead)
    content = DraftContent(extension="0003*210", recipients="7778888", due_at=due_at)
    files = [SimpleUploadedFile("offer.pdf", PDF)]
    return send_form(sender, key=uuid.uuid4(), content=content, files=files, clock=clock).fax


def test_a_fax_of_a_closed_account_says_why_nothing_happens(
    submit: Submit, sender: User, worker: Worker, clock: HandClock
) -> None:
    fax = submit()
    close_account(sender)
    for _run in range(2):
        suspend_and_resume(clock)
    worker.run_once()

    assert not Attempt.objects.exists()
    fax.refresh_from_db()
    [suspended] = fax.events.filter(kind="suspended")
    assert "account is closed" in event_sentence(suspended)
    assert "account is closed" in progress_of(fax).sentence
    assert progress_of(fax).tried_until is None
    assert first_broken(fax) is None


def test_suspended_time_does_not_count(
    submit: Submit, sender: User, deliver: Deliver, clock: HandClock
) -> None:
    fax = submit()
    deadline = _deadline(fax)
    close_account(sender)
    suspend_and_resume(clock)
    clock.move(hours=30)
    open_account(sender)

    assert deliver(fax).state == FaxState.HANDED_OVER

    assert _deadline(fax) - deadline >= timedelta(hours=30)
    assert fax.events.filter(kind="resumed").count() == 1
    assert first_broken(fax) is None


def test_an_opened_account_sends_nothing_before_the_time_is_given_back(
    submit: Submit, sender: User, clock: HandClock
) -> None:
    """The deadline has already passed when the account is opened. The fax must not fail."""
    fax = submit()
    close_account(sender)
    suspend_and_resume(clock)
    clock.move(hours=30)
    open_account(sender)

    assert not list(claim(clock, held=(), slots=8))

    suspend_and_resume(clock)
    assert _deadline(fax) > clock.now()
    assert len(list(claim(clock, held=(), slots=8))) == 1


def test_an_account_that_is_closed_twice_gives_both_times_back(
    submit: Submit, sender: User, clock: HandClock
) -> None:
    fax = submit()
    deadline = _deadline(fax)
    for _time in range(2):
        close_account(sender)
        suspend_and_resume(clock)
        clock.move(hours=2)
        open_account(sender)
        suspend_and_resume(clock)
        clock.move(hours=5)
    assert timedelta(hours=4) <= _deadline(fax) - deadline < timedelta(hours=4, minutes=1)


def test_time_both_suspended_and_paused_is_given_back_once(
    submit: Submit, sender: User, clock: HandClock
) -> None:
    """The fax is suspended from hour 0 to 4. Sending is paused from hour 1 to 2 and from 3 to 6."""
    admin = User.objects.create_user("ada")
    give_role(admin, Role.ADMIN)
    fax = submit()
    deadline = _deadline(fax)
    close_account(sender)
    suspend_and_resume(clock)
    clock.move(hours=1)
    pause_sending(by=admin, clock=clock)
    clock.move(hours=1)
    resume_sending(by=admin, clock=clock)
    clock.move(hours=1)
    pause_sending(by=admin, clock=clock)
    clock.move(hours=1)
    open_account(sender)
    suspend_and_resume(clock)
    clock.move(hours=2)
    resume_sending(by=admin, clock=clock)
    assert timedelta(hours=6) <= _deadline(fax) - deadline < timedelta(hours=6, minutes=1)


def test_a_scheduled_fax_is_suspended_from_its_time_on(
    sender: User, clock: HandClock, deliver: Deliver
) -> None:
    """Only the closed account has delayed the fax. So it is not late after days of suspension."""
    fax = _schedule(sender, clock, hours=2)
    close_account(sender)
    suspend_and_resume(clock)
    assert not fax.events.filter(kind="suspended").exists()

    clock.move(hours=2, minutes=1)
    suspend_and_resume(clock)
    assert fax.events.filter(kind="suspended").exists()
    clock.move(days=9)
    open_account(sender)
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_a_scheduled_fax_that_was_suspended_still_checks_its_extension(
    sender: User, clock: HandClock, deliver: Deliver
) -> None:
    fax = _schedule(sender, clock, hours=2)
    close_account(sender)
    clock.move(hours=3)
    suspend_and_resume(clock)
    sender.connection.extensions.all().delete()
    open_account(sender)
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "extension_gone"


def test_a_suspended_fax_is_cancelled_at_once(
    submit: Submit, sender: User, clock: HandClock
) -> None:
    fax = submit()
    close_account(sender)
    suspend_and_resume(clock)
    assert cancel_fax(fax, by=sender, clock=clock).state == FaxState.CANCELLED
    fax.refresh_from_db()
    assert fax.suspended_at is None


def test_what_runs_when_the_account_is_closed_ends_and_nothing_is_begun(
    submit: Submit, sender: User, worker: Worker, simulator: Simulator, deliver: Deliver
) -> None:
    simulator.script("upload", "hold", at="received", file="offer.pdf")
    fax = submit({"offer.pdf": PDF * 100, "note.txt": b"a note"})
    while not Attempt.objects.filter(upload__isnull=False).exists():
        worker.run_once()
    simulator.wait_until_held()
    close_account(sender)
    simulator.release()
    while not worker.is_idle:
        worker.run_once()
    assert list(fax.handovers.get().uploads.values_list("state", flat=True)) == [
        "stored",
        "waiting",
    ]
    assert not Handover.objects.exclude(lease=None).exists()

    open_account(sender)
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 1


def test_two_workers_suspend_and_resume_a_fax_once(
    submit: Submit, sender: User, clock: HandClock, network: Network, worker: Worker
) -> None:
    fax = submit()
    other = Worker(network, clock=clock, slots=8)
    close_account(sender)
    for one in (worker, other):
        one.run_once()
    open_account(sender)
    for one in (worker, other):
        suspend_and_resume(clock)
        one.run_once()
    other.close()
    assert (
        fax.events.filter(kind="suspended").count()
        == fax.events.filter(kind="resumed").count()
        == 1
    )
