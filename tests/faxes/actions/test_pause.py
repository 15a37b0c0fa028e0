"""Pausing all sending, and the faxes of a closed account."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState, HandoverState
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def test_a_pause_delays_every_fax_and_moves_its_deadline(
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


def test_faxes_of_a_closed_account_wait_until_it_is_open_again(
    submit: Submit, sender: User, worker: Worker, deliver: Deliver
) -> None:
    fax = submit()
    User.objects.filter(pk=sender.pk).update(is_active=False)
    worker.run_once()
    assert not Attempt.objects.exists()
    User.objects.filter(pk=sender.pk).update(is_active=True)
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert fax.handovers.get().state == HandoverState.COMPLETE
