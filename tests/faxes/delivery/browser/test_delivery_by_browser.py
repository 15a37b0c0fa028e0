"""A browser carries a fax: when the portal creates the fax, renews its targets and ends it."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.delivery.browser.attempts import NotNow, UploadResult
from faxportal.faxes.delivery.browser.keep_alive import keep_alive
from faxportal.faxes.delivery.browser.status import DocumentState, NextAction
from faxportal.faxes.delivery.browser.targets import read_status
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Carrier, Fax, Handover
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network, NetworkRules
from tests.faxes.conftest import FILES, Direct, HandClock, OpenBrowser, Settle, Submit
from tests.support.sender_browser import document_states, is_sent_once, offered

pytestmark = pytest.mark.django_db(transaction=True)


def unlisted_network(simulator: Simulator) -> Network:
    """A network whose list of storage origins lacks the simulator's storage."""
    return Network(
        NetworkRules(
            servers=(simulator.url,), storage_origins=("http://127.0.0.1:9",), allow_http=True
        )
    )


@pytest.fixture
def admin(db: None) -> User:
    user = User.objects.create_user("anna")
    give_role(user, Role.ADMIN)
    return user


def test_a_browser_carries_a_fax_to_its_end(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    assert fax.carrier == Carrier.BROWSER
    open_browser(fax).upload_all()
    assert is_sent_once(settle_down(fax), simulator)
    (received,) = simulator.faxes()
    assert [file.name for file in received.files] == list(FILES)
    assert set(fax.documents.values_list("stored_as", flat=True)) == {""}


def test_what_a_browser_reports_is_said_to_be_its_report(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    """A browser reports a success although it has never uploaded anything."""
    fax = direct({"note.txt": FILES["note.txt"]})
    browser = open_browser(fax)
    [note] = browser.request_targets().documents
    browser.report(browser.start_attempt(note), UploadResult.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDED_OVER
    assert not simulator.report().complete

    progress = progress_of(fax)
    assert progress.sentence.endswith("with all files, as the sender's browser reports.")
    assert progress.batches[0].uploads[0].label == "Uploaded, the sender's browser reports"
    last = fax.events.get(kind=Event.COMPLETE)
    assert "For 1 file, this is what the sender's browser reports." in event_sentence(last)
    sheet = evidence_data(Fax.objects.with_parts().get(), by=fax.sender, at=fax.times.due_at)
    [file] = sheet["handovers"][0]["files"]
    assert file["state_label"] == "Uploaded, the sender's browser reports"


def test_what_the_portal_uploaded_itself_is_not_said_to_be_a_report(
    submit: Submit, deliver: Settle
) -> None:
    fax = deliver(submit())
    assert progress_of(fax).sentence.endswith("with all files.")
    assert progress_of(fax).batches[0].uploads[0].label == "Uploaded"


def test_the_smallest_document_is_offered_when_all_others_are_stored(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    browser = open_browser(direct())
    first = browser.request_targets()
    assert offered(first) == {"offer.pdf", "plan.pdf"}
    note = next(one for one in first.documents if one.document.name == "note.txt")
    with pytest.raises(NotNow):
        browser.start_attempt(note)
    for one in first.documents:
        if one.target:
            browser.upload(one)
    assert offered(browser.request_targets()) == {"note.txt"}


def test_a_worker_creates_and_renews_nothing_for_a_browser(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct()
    clock.move(minutes=2)
    assert settle_down(fax).state == FaxState.WAITING
    assert not simulator.faxes()
    open_browser(fax).request_targets()
    clock.move(minutes=20)
    assert settle_down(fax).state == FaxState.HANDING_OVER
    assert len(simulator.faxes()) == 1


def test_an_idle_worker_leaves_a_fax_alone_that_waits_for_its_browser(
    direct: Direct, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    clock.move(minutes=2)
    settle_down(fax)
    assert not Handover.objects.due(clock.now()).exists()


def test_an_expired_target_is_renewed_while_a_document_surely_lacks(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.upload(browser.request_targets().documents[0])
    clock.move(minutes=20)
    again = browser.request_targets()
    assert set(document_states(again).values()) == {DocumentState.MISSING}
    browser.upload_all()
    assert is_sent_once(settle_down(fax), simulator)
    assert len(simulator.faxes()) == 2


def test_an_expired_target_needs_a_decision_when_all_may_have_arrived(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    (note,) = browser.request_targets().documents
    attempt_id = browser.start_attempt(note)
    browser.put(note)
    clock.move(minutes=20)  # the browser is gone before it reports that storage has the file
    assert browser.request_targets().action == NextAction.OVER
    assert settle_down(fax).state == FaxState.UNCERTAIN
    browser.report(attempt_id, UploadResult.STORED, 200)
    assert Attempt.objects.get(pk=attempt_id).outcome == Outcome.DONE
    assert len([one for one in simulator.faxes() if one.completions]) == 1


def test_a_pause_lets_a_browser_wait(
    admin: User, direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    pause_sending(by=admin)
    browser = open_browser(direct())
    status = browser.request_targets()
    assert (status.action, offered(status)) == (NextAction.WAIT, set())
    assert not simulator.faxes()
    resume_sending(by=admin)
    assert offered(browser.request_targets()) == {"offer.pdf", "plan.pdf"}


def test_a_create_that_fails_is_asked_for_again(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=500, code="internal_server_error")
    browser = open_browser(direct())
    status = browser.request_targets()
    assert status.action == NextAction.WAIT
    assert "Next attempt" in status.sentence
    clock.move(seconds=status.seconds)
    assert browser.request_targets().action == NextAction.GO


def test_a_lasting_refusal_ends_the_fax(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")
    fax = direct()
    assert open_browser(fax).request_targets().action == NextAction.OVER
    fax.refresh_from_db()
    assert fax.state == FaxState.FAILED


def test_cancelling_stops_a_browser(
    sender: User, direct: Direct, open_browser: OpenBrowser, clock: HandClock
) -> None:
    fax = direct()
    browser = open_browser(fax)
    attempt_id = browser.start_attempt(browser.request_targets().documents[0])
    cancel_fax(fax, by=sender, clock=clock)
    assert not keep_alive(fax, attempt_id, bytes_sent=1, clock=clock)
    assert browser.request_targets().action == NextAction.OVER
    fax.refresh_from_db()
    assert fax.state == FaxState.CANCELLED


def test_cancelling_the_last_upload_needs_a_decision(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    browser = open_browser(fax)
    (note,) = browser.request_targets().documents
    attempt_id = browser.start_attempt(note)
    cancel_fax(fax, by=sender, clock=clock)
    assert settle_down(fax).state == FaxState.CANCELLING
    browser.report(attempt_id, UploadResult.FAILED)
    assert settle_down(fax).state == FaxState.UNCERTAIN


def test_at_the_deadline_a_fax_fails_whose_files_never_came(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.upload(browser.request_targets().documents[0])
    clock.move(hours=25)
    assert settle_down(fax).state == FaxState.FAILED


def test_the_status_says_what_arrived_and_that_nothing_was_faxed(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.upload(browser.request_targets().documents[0])
    status = read_status(fax)
    assert status.sentence == "1 of 3 files arrived. Nothing has been faxed yet."
    assert [document.name for document in status.missing] == ["plan.pdf", "note.txt"]


def test_an_origin_that_is_not_listed_waits_and_goes_on_at_the_same_target(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    browser = open_browser(direct())
    listed, browser.network = browser.network, unlisted_network(simulator)
    status = browser.request_targets()
    assert (status.action, offered(status)) == (NextAction.WAIT, set())
    browser.network.close()
    browser.network = listed
    browser.upload_all()
    assert is_sent_once(settle_down(browser.fax), simulator)
    assert len(simulator.faxes()) == 1
