"""The worker against a simulated VoipNow, over real HTTP."""

from __future__ import annotations

import hashlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from faxportal.faxes import event_log
from faxportal.faxes.delivery.worker import IDLE_SECONDS, Worker
from faxportal.faxes.models import Attempt, Fax, Upload
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import LARGE, PDF, HandClock, Submit
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def test_every_file_reaches_voipnow_byte_for_byte(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    files = {
        "offer.pdf": PDF,
        "plan.tif": documents.tiff(),
        "notes.txt": "Grüße".encode(),
    }
    fax = deliver(submit(files, to="7778888, 0003*211"))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    assert received.recipients == ("7778888", "0003*211")
    assert [file.sha256 for file in received.files] == [
        hashlib.sha256(content).hexdigest() for content in files.values()
    ]
    assert simulator.report().duplicates == ()
    assert fax.handovers.get().voipnow_id == str(received.id)


def test_the_smallest_document_goes_last(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit({"a.txt": b"a", "b.pdf": documents.pdf(at_least=9000), "c.pdf": PDF}))

    attempts = Attempt.objects.filter(handover__fax=fax, upload__isnull=False)
    last = attempts.order_by("opened_at").last()
    assert last is not None
    assert last.upload is not None
    assert last.upload.document.name == "a.txt"
    others = attempts.exclude(pk=last.pk)
    assert all(other.closed_at and other.closed_at <= last.opened_at for other in others)


def test_all_documents_but_the_smallest_go_side_by_side(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("upload", "hold", times=2)
    fax = submit({"a.txt": b"a", "b.pdf": PDF * 9, "c.pdf": PDF * 3})
    puts = Attempt.objects.filter(upload__isnull=False)
    while puts.count() < 2:
        worker.run_once()
    simulator.wait_until_held(2)
    worker.run_once()
    names = set(puts.values_list("upload__document__name", flat=True))
    assert names == {"b.pdf", "c.pdf"}
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER


@pytest.fixture
def at_alert() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Takes a function, and runs it in the handler of a signal, half of `IDLE_SECONDS` later."""

    def set_alert(act: Callable[[], None]) -> None:
        signal.signal(signal.SIGALRM, lambda _number, _frame: act())
        signal.setitimer(signal.ITIMER_REAL, IDLE_SECONDS / 2)

    before = signal.getsignal(signal.SIGALRM)
    yield set_alert
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


class Checking(Executor):
    """Makes each call at once. First it checks what must be true before the first byte."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        [call] = args
        assert not connection.in_atomic_block, "no transaction is open over a call"
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(_is_committed_and_open, call.attempt_id).result()
        self.calls += 1
        fn(*args, **kwargs)
        return Future()


def _is_committed_and_open(attempt_id: int) -> bool:
    """Whether the attempt is open, read on a connection that sees only committed rows."""
    try:
        return Attempt.objects.filter(pk=attempt_id, closed_at=None).exists()
    finally:
        connection.close()


def test_an_attempt_is_committed_before_its_call_and_no_transaction_is_open_over_it(
    submit: Submit, network: Network, clock: HandClock
) -> None:
    calls = Checking()
    worker = Worker(network, clock=clock, slots=8, executor=calls)
    fax = submit({"offer.pdf": PDF, "note.txt": b"a note"})
    while not fax.is_settled:
        worker.run_once()
        fax.refresh_from_db()
    worker.close()
    assert calls.calls == 3
    assert fax.state == FaxState.HANDED_OVER


def test_a_signal_that_takes_longer_than_the_wait_leaves_no_worker_waiting(
    worker: Worker, at_alert: Callable[[Callable[[], None]], None]
) -> None:
    handled = []

    def take_long() -> None:
        begun = time.monotonic()
        while time.monotonic() < begun + 2 * IDLE_SECONDS:
            pass
        handled.append(True)

    at_alert(take_long)
    while not handled:
        worker.run_once()


def test_progress_is_written_once_a_second_at_most(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("upload", "hold", at="middle")
    fax = submit({"offer.pdf": LARGE})
    clock.seconds = clock.monotonic()
    while not Attempt.objects.filter(upload__isnull=False).exists():
        worker.run_once()
    simulator.wait_until_held()
    for _turn in range(3):
        worker.run_once()
    assert Upload.objects.get().bytes_sent == 0, "progress was written a moment before"
    clock.seconds += 1
    worker.run_once()
    assert 0 < Upload.objects.get().bytes_sent < fax.documents.get().size
    simulator.release()
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_the_faxs_page_says_when_each_file_was_stored_and_after_how_many_attempts(
    submit: Submit, deliver: Deliver, simulator: Simulator, client: Client
) -> None:
    simulator.script("upload", "answer", status=503, code="SlowDown", file="offer.pdf", times=2)
    fax = deliver(submit({"offer.pdf": PDF, "note.txt": b"a note"}))
    client.force_login(fax.sender)
    page = " ".join(client.get(f"/faxes/{fax.uuid}/").content.decode().split())
    assert re.findall(r"uploaded at <time [^>]*>[^<]*</time>(.*?)</small>", page) == [
        ", 3 attempts",
        "",
    ]


def test_the_event_log_of_a_fax_is_whole(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit())

    assert event_log.first_broken(fax) is None
    event = fax.events.get(kind="created")
    event.data = {"voipnow_id": "999"}
    event.save()
    assert event_log.first_broken(fax) == event.position
