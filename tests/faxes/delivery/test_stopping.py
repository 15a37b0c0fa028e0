"""A worker that is told to stop begins nothing, and leaves no attempt of an upload open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.faxes.delivery.retries import STOPPED_PAUSE
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import LARGE, PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]
PUTS = Attempt.objects.filter(upload__isnull=False)


def _begin_slow_upload(worker: Worker, simulator: Simulator) -> None:
    """Run a worker until storage has half of a large file, and takes no more."""
    simulator.script("upload", "hold", at="middle")
    while not PUTS.exists():
        worker.run_once()
    simulator.wait_until_held()


def test_a_worker_that_stops_begins_nothing(
    submit: Submit, worker: Worker, simulator: Simulator
) -> None:
    submit({"offer.pdf": LARGE})
    _begin_slow_upload(worker, simulator)
    submit()
    worker.begin_nothing()
    simulator.release()
    while not worker.is_idle:
        worker.run_once()
    worker.run_once()
    assert Attempt.objects.count() == 2, "one create and one upload, both begun before"
    assert not Attempt.objects.filter(closed_at=None).exists()


def test_an_upload_that_is_stopped_is_surely_not_done_at_once(
    submit: Submit, worker: Worker, simulator: Simulator
) -> None:
    """When the outcome is recorded, the upload's thread still waits for storage to read more."""
    submit({"offer.pdf": LARGE})
    _begin_slow_upload(worker, simulator)
    worker.begin_nothing()
    while not worker.is_idle:
        worker.stop_uploads()
        worker.run_once()
    attempt = PUTS.get()
    assert (attempt.outcome, attempt.reason) == ("not_done", "stopped")
    assert simulator.faxes()[0].files[0].sha256 is None


def test_an_upload_that_was_stopped_is_begun_again_a_second_later(
    submit: Submit,
    worker: Worker,
    simulator: Simulator,
    clock: HandClock,
    deliver: Deliver,
) -> None:
    fax = submit({"offer.pdf": LARGE})
    _begin_slow_upload(worker, simulator)
    worker.stop_uploads()
    while not PUTS.filter(outcome="not_done").exists():
        worker.run_once()
    stopped = PUTS.get()
    assert stopped.closed_at
    assert fax.handovers.get().due_at >= stopped.closed_at + STOPPED_PAUSE
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert PUTS.count() == 2
    assert PUTS.latest("id").opened_at >= stopped.closed_at + STOPPED_PAUSE


def test_the_last_piece_of_an_upload_is_not_stopped(
    submit: Submit, worker: Worker, simulator: Simulator, deliver: Deliver
) -> None:
    """When the worker stops, the whole file has already been sent. Only the answer is missing.

    So the file may be stored.
    """
    simulator.script("upload", "hold", at="received")
    fax = submit({"offer.pdf": PDF})
    while not PUTS.exists():
        worker.run_once()
    simulator.wait_until_held()
    worker.stop_uploads()
    worker.run_once()
    assert PUTS.get().closed_at is None
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert PUTS.count() == 1
