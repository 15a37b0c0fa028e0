"""Two workers at once, a slow one and a fast one, over real HTTP: each fax is sent once.

In `test_lease` a worker sleeps until its lease has ended. Here such a worker also wakes up, and
learns the outcome of a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faxportal.faxes.delivery.lease import LEASE_LENGTH
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

THREE_FILES = {"offer.pdf": PDF * 1000, "plan.pdf": PDF * 500, "note.txt": b"a note"}


@pytest.fixture
def slow(network: Network, clock: HandClock) -> Iterator[Worker]:
    """A second worker. Its monotonic clock does not show how long the worker sleeps."""
    worker = Worker(network, clock=clock, slots=8)
    yield worker
    worker.close()


def _run_until(worker: Worker, happened: Callable[[], bool]) -> None:
    while not happened():
        worker.run_once()


def _end_the_lease(clock: HandClock) -> None:
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)


def _puts(fax: Fax, name: str) -> list[str]:
    attempts = Attempt.objects.filter(handover__fax=fax, upload__document__name=name)
    return list(attempts.order_by("id").values_list("outcome", flat=True))


@pytest.mark.parametrize(
    "held",
    [(name, at) for name in THREE_FILES for at in ("middle", "received", "done")],
    ids="-".join,
)
def test_an_upload_that_two_workers_make_is_one_fax(
    submit: Submit,
    slow: Worker,
    deliver: Deliver,
    simulator: Simulator,
    clock: HandClock,
    held: tuple[str, str],
) -> None:
    """The fast worker uploads to the same target and finishes, wherever the slow worker stops.

    `held` is the file whose upload stops, and the point at which the upload stops.
    """
    name, at = held
    simulator.script("upload", "hold", at=at, file=name)
    fax = submit(THREE_FILES)
    _run_until(slow, lambda: bool(_puts(fax, name)))
    simulator.wait_until_held()
    _end_the_lease(clock)

    assert deliver(fax).state == FaxState.HANDED_OVER

    simulator.release()
    _run_until(slow, lambda: not Attempt.objects.filter(closed_at=None).exists())
    fax.refresh_from_db()
    assert fax.state == FaxState.HANDED_OVER
    assert fax.handovers.count() == 1
    assert len(_puts(fax, name)) == 2
    [received] = simulator.faxes()
    assert received.complete
    assert simulator.report().duplicates == ()
    assert first_broken(fax) is None


def test_what_the_slow_one_learns_late_counts_for_the_fast_one(
    submit: Submit, slow: Worker, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    """Storage already has the slow worker's upload when the fast worker's upload is lost.

    After that, the slow worker learns that the file is stored. So nobody uploads it again.
    """
    simulator.script("upload", "hold", at="done")
    fax = submit()
    _run_until(slow, lambda: bool(_puts(fax, "offer.pdf")))
    simulator.wait_until_held()
    _end_the_lease(clock)
    simulator.script("upload", "drop", at="middle")
    _run_until(worker, lambda: fax.handovers.get().failures_in_a_row > 0)

    simulator.release()
    _run_until(slow, lambda: Outcome.DONE in _puts(fax, "offer.pdf"))
    clock.move_to(fax.handovers.get().due_at)
    _run_until(worker, lambda: fax.handovers.open().count() == 0)

    fax.refresh_from_db()
    assert fax.state == FaxState.HANDED_OVER
    assert len(_puts(fax, "offer.pdf")) == 2
    assert len(simulator.faxes()) == 1


def test_a_create_of_the_slow_one_leaves_an_empty_resource(
    submit: Submit, slow: Worker, deliver: Deliver, simulator: Simulator, clock: HandClock
) -> None:
    """Both workers create a resource. Only the fast worker's resource gets the files."""
    simulator.script("create", "hold", at="done")
    fax = submit(THREE_FILES)
    _run_until(slow, Attempt.objects.exists)
    simulator.wait_until_held()
    _end_the_lease(clock)

    assert deliver(fax).state == FaxState.HANDED_OVER

    simulator.release()
    _run_until(slow, lambda: not Attempt.objects.filter(closed_at=None).exists())
    empty, sent = sorted(simulator.faxes(), key=lambda received: received.completions)
    assert not empty.complete
    assert sent.complete
    assert fax.handovers.get().voipnow_id == str(sent.id)
    assert not fax.handovers.get().uploads.exclude(sealed_target="").exists()


@pytest.mark.parametrize("late", ["stored", "refused"])
def test_what_the_slow_one_learns_of_an_uncertain_fax_is_shown_and_changes_nothing(
    submit: Submit,
    slow: Worker,
    deliver: Deliver,
    simulator: Simulator,
    clock: HandClock,
    late: str,
) -> None:
    """The target expires while an attempt is open, and the fax becomes uncertain.

    Only after that does the slow worker learn the outcome of the attempt.
    """
    simulator.script("upload", "hold", at="done" if late == "stored" else "before", file="note.txt")
    fax = submit({"offer.pdf": PDF * 100, "note.txt": b"a note"})
    _run_until(slow, lambda: bool(_puts(fax, "note.txt")))
    simulator.wait_until_held()
    _end_the_lease(clock)
    simulator.expire_targets()
    assert deliver(fax).state == FaxState.UNCERTAIN
    assert "may have arrived" in progress_of(fax).sentence

    if late == "refused":
        simulator.script("upload", "answer", status=403, code="AccessDenied", file="note.txt")
    simulator.release()
    _run_until(slow, lambda: not Attempt.objects.filter(closed_at=None).exists())
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN
    says = "have since arrived" if late == "stored" else "not to have arrived"
    assert says in progress_of(fax).sentence
    [received] = simulator.faxes()
    assert received.complete == (late == "stored")


def test_two_workers_side_by_side_send_every_fax_once(
    submit: Submit, slow: Worker, worker: Worker, simulator: Simulator
) -> None:
    for number in range(20):
        submit({"note.txt": b"%d" % number})
    waiting = Fax.objects.exclude(state=FaxState.HANDED_OVER)
    while waiting.exists():
        slow.run_once()
        worker.run_once()
    assert len(simulator.faxes()) == 20
    assert simulator.report().duplicates == ()
