"""No sender's faxes can block the faxes of all other senders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes import queue
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.delivery.claim_handovers import claim
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import HandoverState
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support.submitting import send_confirmed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def otto(sender: User, simulator: Simulator) -> User:
    """A second sender at the same server."""
    user = User.objects.create_user("otto", password="a long password")
    give_role(user, Role.SENDER)
    connection = save_connection(
        user,
        server=simulator.url,
        sign_in_with=SignInWith.APP_KEY,
        secrets={"key": config.APP_KEY, "secret": config.APP_SECRET},
        voipnow_user="@me",
    )
    add_extension(connection, number="0003*210", label="Front desk")
    return user


def _claim_all(clock: HandClock, held: Collection[Lease] = (), slots: int = 16) -> list[Lease]:
    """Claim handovers for a worker that finishes none, until it can claim nothing more."""
    leases = list(held)
    while more := list(claim(clock, held=leases, slots=slots)):
        leases += more
    return leases


def _numbers(count: int) -> str:
    return ",".join(f"77788{number:02}" for number in range(count))


def test_one_person_takes_half_of_the_slots_while_others_wait(
    submit: Submit, otto: User, clock: HandClock
) -> None:
    for number in range(30):
        submit(to=f"77788{number:02}")
    for number in range(4):
        submit(to=f"77799{number:02}", by=otto)
    leases = _claim_all(clock)
    assert [lease.sender_id for lease in leases].count(otto.pk) == 4
    assert sum(lease.slots for lease in leases[:12] if lease.sender_id != otto.pk) == 8


def test_some_slots_stay_free_for_others(submit: Submit, otto: User, clock: HandClock) -> None:
    """Sixteen slow uploads of one person must not stop everybody."""
    for number in range(30):
        submit(to=f"77788{number:02}")
    held = _claim_all(clock)
    assert sum(lease.slots for lease in held) == 12
    page = submit(by=otto, to="7779900")
    [lease] = list(claim(clock, held=held, slots=16))
    assert lease.fax_id == page.pk


def test_one_fax_of_many_documents_takes_half_of_the_slots(
    submit: Submit, otto: User, clock: HandClock, settings: Settings
) -> None:
    settings.MAX_FILES = 30
    submit({f"{number}.txt": b"%d" % number for number in range(30)})
    page = submit(by=otto, to="7779900")
    leases = _claim_all(clock)
    assert [lease.slots for lease in leases] == [8, 1]
    assert leases[1].fax_id == page.pk


def test_one_server_takes_half_of_the_slots_while_others_wait(
    submit: Submit, otto: User, clock: HandClock
) -> None:
    for number in range(30):
        submit(to=f"77788{number:02}")
    other = submit(by=otto, to="7779900")
    Connection.objects.filter(user=otto).update(server="https://other.example.com")
    leases = _claim_all(clock)
    first_half = [lease.fax_id for lease in leases[:9]]
    assert other.pk in first_half


def test_a_worker_with_one_slot_sends_everything(submit: Submit, clock: HandClock) -> None:
    submit({"a.txt": b"a", "b.txt": b"bb"})
    [lease] = _claim_all(clock, slots=1)
    assert lease.slots == 1


def test_a_scheduled_fax_keeps_no_place_in_the_queue(
    submit: Submit, sender: User, otto: User, clock: HandClock
) -> None:
    """A broadcast that is scheduled for later does not delay another fax of the same sender."""
    _schedule(sender, clock, to=_numbers(60), at=clock.now() + timedelta(days=1))
    broadcast = submit(by=otto, to=_numbers(60))
    page = submit(to="7779900")
    order = _order(clock)
    assert order.index(page.pk) <= 1
    assert order.count(broadcast.pk) == 12


def test_a_scheduled_fax_gets_its_turn_when_it_is_due(
    submit: Submit, sender: User, otto: User, clock: HandClock
) -> None:
    scheduled = _schedule(sender, clock, to="7779900", at=clock.now() + timedelta(hours=1))
    assert scheduled.handovers.get().queue_position is None
    clock.move(hours=1, seconds=1)
    submit(by=otto, to=_numbers(60))
    assert _order(clock).index(scheduled.pk) <= 1


def test_a_fax_that_is_cancelled_before_its_turn_moves_nobody_back(
    submit: Submit, sender: User, otto: User, clock: HandClock
) -> None:
    mine = [submit(to=f"77788{number:02}") for number in range(20)]
    cancel_fax(mine[-1], by=sender, clock=clock)
    page = submit(by=otto, to="7779900")
    assert _order(clock).index(page.pk) <= 1


def test_newcomers_do_not_overtake_a_second_batch_for_ever(
    submit: Submit, otto: User, clock: HandClock
) -> None:
    """A broadcast's first batch has already been sent. Then another sender submits faxes.

    The other sender had no fax in the queue before.
    """
    broadcast = submit(by=otto, to=_numbers(10))
    [first] = claim(clock, held=(), slots=1)
    Attempt.objects.create(handover_id=first.handover_id, opened_at=clock.now())
    Handover.objects.filter(pk=first.handover_id).update(state=HandoverState.COMPLETE)
    for number in range(5):
        submit(to=f"77799{number:02}")
    assert _order(clock).index(broadcast.pk) == 0


def _schedule(by: User, clock: HandClock, *, to: str, at: datetime) -> Fax:
    request = SubmitRequest(
        by=by,
        key=uuid4(),
        content=DraftContent(extension="0003*210", recipients=to, due_at=at),
        files=[SimpleUploadedFile("offer.pdf", PDF)],
    )
    return send_confirmed(request, clock=clock).fax


def _order(clock: HandClock) -> list[int]:
    """The faxes in the order in which a worker would claim their handovers."""
    queue.give_turns(clock)
    return list(Handover.objects.due(clock.now()).values_list("fax_id", flat=True))
