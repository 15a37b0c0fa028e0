"""The crash matrix: real processes, killed at every point of the table, then started again.

The simulator keeps running and counts. Wherever a process dies, no fax is complete at VoipNow
twice, none is lost, and no state says more than is known.
"""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.actions import pause
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.delivery.after_restore import secure_copy
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Document, Fax, Handover, Upload
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from tests.crash import acts
from tests.crash.conftest import Portal, connect
from tests.crash.points import ASKING, BROWSER, ONE_REQUEST, RELAY, REMOVING, SUBMITTING, put
from tests.crash.rows import TO, Asking, Delivering, Removing, Submitting, Uploading
from tests.support import documents
from tests.support.sender_browser import declare
from tests.support.submitting import send_form

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]

Note = Callable[[str, object], None]

#: state of a batch → how many faxes may be complete at VoipNow for each of its recipients.
TRUTH = {
    HandoverState.COMPLETE: {1},
    HandoverState.UNCERTAIN: {0, 1},
    HandoverState.CONFIRMED: {0, 1},
}
PAGES, NOTE = acts.FILES["offer.pdf"], acts.FILES["note.txt"]


def submit(person: User, *, to: str = TO, size: int = len(PAGES)) -> Fax:
    content = DraftContent(extension=acts.EXTENSION, recipients=to, subject="Offer")
    files = [
        SimpleUploadedFile("offer.pdf", documents.pdf(at_least=size)),
        SimpleUploadedFile("note.txt", NOTE),
    ]
    return send_form(person, key=acts.KEY, content=content, files=files).fax


def check_truth(simulator: Simulator) -> Fax:
    """Check that there is one fax, that it is settled, and that each recipient's state is true."""
    fax = Fax.objects.submitted().get()
    assert fax.is_settled
    complete = [there for there in simulator.faxes() if there.complete]
    newest = {handover.batch: handover for handover in fax.handovers.order_by("id")}
    for recipient in fax.recipients.all():
        state = HandoverState(newest[recipient.batch].state)
        count = sum(recipient.dialled in there.recipients for there in complete)
        assert count in TRUTH.get(state, {0})
    named = {there.id: there for there in complete}
    for handover in newest.values():
        assert handover.state != HandoverState.COMPLETE or int(handover.voipnow_id) in named
    assert not simulator.report().duplicates
    assert first_broken(fax) is None
    return fax


def note_result(note: Note, simulator: Simulator, kills: int) -> None:
    """Record what the row showed, for the summary of `summary.py`."""
    report = simulator.report()
    uncertain = Fax.objects.filter(state=FaxState.UNCERTAIN).count()
    note("crash", [kills, uncertain, report.repeats, report.faxes - report.complete])


# Delivering


@pytest.mark.parametrize("row", [*RELAY, *ONE_REQUEST], ids=str)
def test_a_worker_dies_and_the_next_one_goes_on(
    row: Delivering, portal: Portal, person: User, simulator: Simulator, record_property: Note
) -> None:
    connect(person, simulator, row.form)
    if row.busy:
        wait = {"Retry-After": "1"}
        simulator.script(row.busy, "answer", status=503, code="SlowDown", headers=wait)
    fax = submit(person, to=row.to, size=row.size)
    for nth, kill in enumerate(row.kills):
        portal.kill(kill, "worker", finish_request=row.meanwhile != "takes effect late")
        if row.meanwhile == "targets expire" and nth == 0:
            simulator.expire_targets()
        if row.meanwhile == "cancelled" and nth == 0:
            cancel_fax(fax, by=person)
        if row.meanwhile == "clock jumps" and nth == 0:
            acts.jump_ahead()
    assert portal.run("worker") == 0
    portal.finish_held_request()
    assert check_truth(simulator).state == row.ends
    assert simulator.report().repeats <= row.again
    assert simulator.report().faxes - simulator.report().complete <= row.empty
    note_result(record_property, simulator, len(row.kills))


# Uploading by the sender's browser


@pytest.mark.parametrize("row", BROWSER, ids=str)
def test_a_browser_dies_with_its_request_and_another_goes_on(
    row: Uploading, portal: Portal, person: User, simulator: Simulator, record_property: Note
) -> None:
    content = DraftContent(extension=acts.EXTENSION, recipients=TO, subject="Offer")
    send_form(person, key=acts.KEY, content=content, files=[], client_files=declare(acts.FILES))
    portal.kill(row.kill, "act", row.act)
    if row.meanwhile == "targets expire":
        simulator.expire_targets()
        Upload.objects.update(target_expires_at=timezone.now())
    while Handover.objects.open().exists():
        assert portal.run("act", "upload") == 0
        work_until_idle()
    assert check_truth(simulator).state == row.ends
    assert simulator.report().repeats <= row.again
    assert simulator.report().faxes - simulator.report().complete <= row.empty
    note_result(record_property, simulator, 1)


def work_until_idle() -> None:
    """Run a worker until it has nothing to do. The worker relays the files that the portal has."""
    network = shared_network()
    worker = Worker(network, clock=Clock(), slots=2)
    worker.run_once()
    while not worker.is_idle:
        worker.run_once()
    worker.close()
    network.close()
    shared_network.cache_clear()


# Submitting


@pytest.mark.parametrize("row", SUBMITTING, ids=str)
def test_a_command_dies_while_it_submits(
    row: Submitting,
    portal: Portal,
    person: User,
    simulator: Simulator,
    tmp_path: Path,
    record_property: Note,
) -> None:
    acts.prescribe_cover(row.with_cover)
    offer, note = tmp_path / "offer.pdf", tmp_path / "note.txt"
    offer.write_bytes(PAGES)
    note.write_bytes(NOTE)
    to = ("--as", "maria", "--extension", acts.EXTENSION, "--to", TO)
    command = ("sendfax", *to, "--key", str(acts.KEY), str(offer), str(note))
    portal.kill(row.kill, *command)
    assert Fax.objects.count() == row.is_sent, "nothing is half written"
    assert portal.run("worker") == 0
    assert simulator.report().complete == row.is_sent

    assert portal.run(*command) == 0
    assert portal.run("worker") == 0
    assert check_truth(simulator).state == FaxState.HANDED_OVER
    note_result(record_property, simulator, 1)


@pytest.mark.parametrize("row", SUBMITTING, ids=str)
def test_a_web_server_dies_while_it_submits(
    row: Submitting, portal: Portal, person: User, simulator: Simulator, record_property: Note
) -> None:
    acts.prescribe_cover(row.with_cover)
    portal.start_web(dies=row.kill)
    browser = sign_in(person)
    with pytest.raises(httpx.TransportError):
        post_form(portal.url, browser)
    assert portal.wait() == -signal.SIGKILL
    assert Fax.objects.count() == row.is_sent, "nothing is half written"

    web = portal.start_web()
    assert post_form(portal.url, browser).status_code == httpx.codes.FOUND
    portal.stop(web)
    assert portal.run("worker") == 0
    assert check_truth(simulator).state == FaxState.HANDED_OVER
    note_result(record_property, simulator, 1)


def sign_in(person: User) -> dict[str, str]:
    """The cookies of a browser in which a person is signed in."""
    browser = Client()
    browser.force_login(person)
    cookies = {name: cookie.value for name, cookie in browser.cookies.items()}
    return cookies | {"csrftoken": uuid.uuid4().hex}  # any 32 letters and digits


def post_form(url: str, browser: dict[str, str], *, key: uuid.UUID = acts.KEY) -> httpx.Response:
    """Post the form of a new fax as a browser does, and return the response."""
    with httpx.Client(base_url=url, trust_env=False, timeout=None, cookies=browser) as client:
        return client.post(
            "/",
            data={
                "csrfmiddlewaretoken": browser["csrftoken"],
                "key": str(key),
                "extension": acts.EXTENSION,
                "recipients": TO,
                "send": "",
            },
            files=[("documents", ("offer.pdf", PAGES)), ("documents", ("note.txt", NOTE))],
        )


# Acts of a person before the fax is settled


@pytest.mark.parametrize("row", ASKING, ids=str)
def test_a_process_dies_at_what_a_person_asks_for(
    row: Asking, portal: Portal, person: User, simulator: Simulator, record_property: Note
) -> None:
    fax = submit(person)
    if row.given == FaxState.UNCERTAIN:
        portal.kill(put.before(2), "worker")
        simulator.expire_targets()
        assert portal.run("worker") == 0
    if row.act == "resume_sending":
        acts.pause_sending()
    if row.act == "open_account":
        acts.close_account()
    if row.act == "confirm_scheduled":
        acts.ask_whether_wanted()
    if row.act == "lift_hold":
        acts.put_on_hold()
    if row.act == "discard_draft":
        acts.keep_draft()
    portal.kill(row.kill, "act", row.act)
    fax.refresh_from_db()
    assert fax.state == row.leaves
    assert Fax.objects.drafts_of(person).count() == row.drafts

    if row.act == "confirm_scheduled":
        with suppress(NotAllowedTo):  # it was confirmed before the crash
            acts.confirm_scheduled()
    if row.act == "become_a_copy":
        secure_copy(Clock())  # every process begins so
    pause.resume_sending(by=person)
    User.objects.update(is_active=True)
    assert portal.run("worker") == 0
    check_truth(simulator)
    assert not Handover.objects.open().exists()
    note_result(record_property, simulator, 1)


# Removing documents and faxes by retention


@pytest.mark.parametrize("row", REMOVING, ids=str)
def test_a_process_dies_while_it_removes(
    row: Removing,
    portal: Portal,
    person: User,
    simulator: Simulator,
    record_property: Note,
) -> None:
    submit(person)
    assert portal.run("worker") == 0
    stored = set(Document.objects.values_list("stored_as", flat=True))
    portal.kill(row.kill, "act", "remove_records" if row.with_records else "remove_expired")
    assert Fax.objects.exists() == row.is_there
    kept = set(Document.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    there = {name for name in stored if default_storage.exists(name)}
    assert kept == (stored if row.is_kept else set())
    assert kept <= there, "what a row says is kept is there"
    assert len(there - kept) == row.left

    acts.remove_expired()
    assert not any(default_storage.exists(name) for name in stored)
    if row.is_there:
        assert check_truth(simulator).events.filter(kind="documents_removed").count() == 1
    note_result(record_property, simulator, 1)
