"""Uploads by a browser: starting, keeping alive, reporting, and what a report changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.delivery.browser.attempts import NotNow, UploadResult
from faxportal.faxes.delivery.browser.keep_alive import ALIVE_FOR, keep_alive
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason, accept_file
from faxportal.faxes.delivery.browser.status import DocumentState
from faxportal.faxes.delivery.browser.targets import read_status
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from tests.faxes.conftest import FILES, Direct, HandClock, OpenBrowser, Settle
from tests.support.sender_browser import document_states, is_sent_once, offered

pytestmark = pytest.mark.django_db(transaction=True)


def hand_over(
    fax: Fax, name: str, by: User, reason: RelayReason = RelayReason.ASKED, **other: bytes
) -> None:
    content = other.get("content", FILES[name])
    document = fax.documents.get(name=name)
    file = SimpleUploadedFile(name, content)
    accept_file(document, file, reason=reason, by=by, portal="https://fax.example.com")


def test_an_upload_that_a_browser_sent_is_never_not_done(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    browser = open_browser(direct({"note.txt": b"a note"}))
    (note,) = browser.request_targets().documents
    for status, answer in ((403, "<Code>AccessDenied</Code>"), (None, ""), (503, "")):
        attempt_id = browser.start_attempt(note)
        browser.report(attempt_id, UploadResult.FAILED, status, answer)
        assert Attempt.objects.get(pk=attempt_id).outcome == Outcome.UNKNOWN
    attempt_id = browser.start_attempt(note)
    browser.report(attempt_id, UploadResult.NOT_SENT)
    assert Attempt.objects.get(pk=attempt_id).outcome == Outcome.NOT_DONE
    assert document_states(browser.request_targets()) == {"note.txt": DocumentState.UNKNOWN}


def test_a_403_of_an_expired_target_is_renewed_when_safe(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    browser = open_browser(fax)
    first = browser.request_targets().documents[0]
    attempt_id = browser.start_attempt(first)
    browser.report(
        attempt_id,
        UploadResult.FAILED,
        403,
        "<Error><Message>Request has expired</Message></Error>",
    )
    browser.upload_all()
    assert is_sent_once(settle_down(fax), simulator)
    assert len(simulator.faxes()) == 2


def test_a_report_without_a_status_proves_nothing(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    browser = open_browser(direct({"note.txt": b"a note"}))
    (note,) = browser.request_targets().documents
    browser.report(browser.start_attempt(note), UploadResult.STORED, None)
    assert document_states(browser.request_targets()) == {"note.txt": DocumentState.UNKNOWN}


def test_a_report_is_written_once(direct: Direct, open_browser: OpenBrowser) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    (note,) = browser.request_targets().documents
    attempt_id = browser.start_attempt(note)
    browser.report(attempt_id, UploadResult.STORED, 200)
    browser.report(attempt_id, UploadResult.FAILED, 403)
    assert fax.events.filter(kind="browser_stored").count() == 1
    assert not fax.events.filter(kind="browser_put_unknown").exists()


def test_two_browsers_do_not_upload_the_same_file_at_once(
    direct: Direct, open_browser: OpenBrowser, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser, other = open_browser(fax), open_browser(fax)
    (note,) = browser.request_targets().documents
    attempt_id = browser.start_attempt(note)
    with pytest.raises(NotNow):
        other.start_attempt(note)
    assert document_states(other.request_targets()) == {"note.txt": DocumentState.UPLOADING}
    assert keep_alive(fax, attempt_id, bytes_sent=3, clock=clock)
    clock.move(seconds=61)
    assert offered(other.request_targets()) == {"note.txt"}


def test_a_browser_that_was_overtaken_stops(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser, other = open_browser(fax), open_browser(fax)
    first = browser.start_attempt(browser.request_targets().documents[0])
    clock.move(seconds=61)
    assert keep_alive(fax, first, bytes_sent=1, clock=clock)  # late, but no attempt is newer
    clock.move(seconds=61)
    second = other.start_attempt(other.request_targets().documents[0])
    assert not keep_alive(fax, first, bytes_sent=2, clock=clock)
    browser.report(
        first, UploadResult.FAILED, 403, "<Error><Message>Request has expired</Message></Error>"
    )
    assert document_states(read_status(fax, clock=clock)) == {"note.txt": DocumentState.UPLOADING}
    other.report(second, UploadResult.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDED_OVER


def test_a_target_that_was_renewed_meanwhile_is_not_used(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    browser, other = open_browser(fax), open_browser(fax)
    old = browser.request_targets().documents[0]
    _offer, plan, _note = other.request_targets().documents
    refused = "<Error><Message>Request has expired</Message></Error>"
    other.report(other.start_attempt(plan), UploadResult.FAILED, 403, refused)
    other.request_targets()
    assert len(simulator.faxes()) == 2
    with pytest.raises(NotNow):
        browser.start_attempt(old)  # storage might still accept the file, for the first resource
    browser.upload_all()
    assert is_sent_once(settle_down(fax), simulator)


def test_a_browser_that_hangs_does_not_keep_a_fax_from_its_end(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    (note,) = browser.request_targets().documents
    silent = browser.start_attempt(note)
    clock.move(seconds=61)
    second = browser.start_attempt(note)
    Attempt.objects.filter(pk=silent).update(browser_until=clock.now() + ALIVE_FOR)  # kept alive
    browser.report(second, UploadResult.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDING_OVER
    clock.move(seconds=61)
    assert settle_down(fax).state == FaxState.HANDED_OVER


def test_an_idle_worker_leaves_a_file_alone_that_a_browser_uploads(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    browser.start_attempt(browser.request_targets().documents[0])
    hand_over(fax, "note.txt", sender, content=b"a note")
    settle_down(fax)
    assert not Handover.objects.due(clock.now()).exists()
    clock.move(seconds=61)
    assert is_sent_once(settle_down(fax), simulator)
    assert fax.events.filter(kind="browser_gone").exists()
    assert not fax.events.filter(kind="worker_lost").exists()


def test_an_idle_worker_leaves_a_fax_alone_whose_browser_is_to_be_stopped(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    browser.start_attempt(browser.request_targets().documents[0])
    fax.handovers.update(due_at=clock.now() + timedelta(hours=1))  # as if a call had failed
    cancel_fax(fax, by=sender, clock=clock)
    assert settle_down(fax).state == FaxState.CANCELLING
    assert not Handover.objects.due(clock.now()).exists()
    clock.move(seconds=61)
    assert settle_down(fax).state == FaxState.UNCERTAIN


def test_a_browser_that_has_gone_is_noted(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.start_attempt(browser.request_targets().documents[0])
    settle_down(fax)
    clock.move(seconds=61)
    settle_down(fax)
    assert fax.events.filter(kind="browser_gone").count() == 1


def test_a_running_upload_is_not_given_up_when_its_target_expires(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    (note,) = browser.request_targets().documents
    attempt_id = browser.start_attempt(note)
    for _ in range(20):
        clock.move(seconds=45)
        assert keep_alive(fax, attempt_id, bytes_sent=1, clock=clock)
        assert settle_down(fax).state == FaxState.HANDING_OVER
    browser.report(attempt_id, UploadResult.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDED_OVER
