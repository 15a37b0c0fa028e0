"""A browser's PUT: what its page opens, keeps alive and reports, and what is made of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.delivery.browser.attempts import ALIVE_FOR, NotNow, What, keep_alive
from faxportal.faxes.delivery.browser.relay_fallback import Why, take_file
from faxportal.faxes.delivery.browser.status import Arrival
from faxportal.faxes.delivery.browser.targets import look
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from tests.faxes.conftest import FILES, Direct, HandClock, OpenBrowser, Settle
from tests.support.browser_page import arrivals, is_sent_once, offered

pytestmark = pytest.mark.django_db(transaction=True)


def hand_over(fax: Fax, name: str, by: User, why: Why = Why.ASKED, **other: bytes) -> None:
    content = other.get("content", FILES[name])
    document = fax.documents.get(name=name)
    file = SimpleUploadedFile(name, content)
    take_file(fax, document, file, why=why, by=by, portal="https://fax.example.com")


def test_what_a_page_began_is_never_not_done(direct: Direct, open_browser: OpenBrowser) -> None:
    page = open_browser(direct({"note.txt": b"a note"}))
    (note,) = page.ask().documents
    for status, answer in ((403, "<Code>AccessDenied</Code>"), (None, ""), (503, "")):
        opened = page.begin(note)
        page.tell(opened, What.FAILED, status, answer)
        assert Attempt.objects.get(pk=opened).outcome == Outcome.UNKNOWN
    opened = page.begin(note)
    page.tell(opened, What.NOT_SENT)
    assert Attempt.objects.get(pk=opened).outcome == Outcome.NOT_DONE
    assert arrivals(page.ask()) == {"note.txt": Arrival.UNKNOWN}


def test_a_403_of_a_target_that_ended_is_renewed_when_safe(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    page = open_browser(fax)
    first = page.ask().documents[0]
    opened = page.begin(first)
    page.tell(opened, What.FAILED, 403, "<Error><Message>Request has expired</Message></Error>")
    page.carry_all()
    assert is_sent_once(settle_down(fax), simulator)
    assert len(simulator.faxes()) == 2


def test_a_report_without_a_status_proves_nothing(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    page = open_browser(direct({"note.txt": b"a note"}))
    (note,) = page.ask().documents
    page.tell(page.begin(note), What.STORED, None)
    assert arrivals(page.ask()) == {"note.txt": Arrival.UNKNOWN}


def test_a_report_is_written_once(direct: Direct, open_browser: OpenBrowser) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    (note,) = page.ask().documents
    opened = page.begin(note)
    page.tell(opened, What.STORED, 200)
    page.tell(opened, What.FAILED, 403)
    assert fax.events.filter(kind="page_stored").count() == 1
    assert not fax.events.filter(kind="page_put_unknown").exists()


def test_two_pages_do_not_put_the_same_file_at_once(
    direct: Direct, open_browser: OpenBrowser, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    page, other = open_browser(fax), open_browser(fax)
    (note,) = page.ask().documents
    opened = page.begin(note)
    with pytest.raises(NotNow):
        other.begin(note)
    assert arrivals(other.ask()) == {"note.txt": Arrival.MOVING}
    assert keep_alive(fax, opened, bytes_sent=3, clock=clock)
    clock.move(seconds=61)
    assert offered(other.ask()) == {"note.txt"}


def test_a_page_that_was_overtaken_stops(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    page, other = open_browser(fax), open_browser(fax)
    first = page.begin(page.ask().documents[0])
    clock.move(seconds=61)
    assert keep_alive(fax, first, bytes_sent=1, clock=clock)  # late, and nobody minds
    clock.move(seconds=61)
    second = other.begin(other.ask().documents[0])
    assert not keep_alive(fax, first, bytes_sent=2, clock=clock)
    page.tell(first, What.FAILED, 403, "<Error><Message>Request has expired</Message></Error>")
    assert arrivals(look(fax, clock=clock)) == {"note.txt": Arrival.MOVING}
    other.tell(second, What.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDED_OVER


def test_a_target_that_was_renewed_meanwhile_is_not_begun_with(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    page, other = open_browser(fax), open_browser(fax)
    old = page.ask().documents[0]
    _offer, plan, _note = other.ask().documents
    refused = "<Error><Message>Request has expired</Message></Error>"
    other.tell(other.begin(plan), What.FAILED, 403, refused)
    other.ask()
    assert len(simulator.faxes()) == 2
    with pytest.raises(NotNow):
        page.begin(old)  # storage may still take it, for the first fax
    page.carry_all()
    assert is_sent_once(settle_down(fax), simulator)


def test_a_page_that_hangs_does_not_keep_a_fax_from_its_end(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    (note,) = page.ask().documents
    silent = page.begin(note)
    clock.move(seconds=61)
    second = page.begin(note)
    Attempt.objects.filter(pk=silent).update(browser_until=clock.now() + ALIVE_FOR)  # just said so
    page.tell(second, What.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDING_OVER
    clock.move(seconds=61)
    assert settle_down(fax).state == FaxState.HANDED_OVER


def test_an_idle_worker_leaves_a_file_alone_that_its_page_is_at(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    page.begin(page.ask().documents[0])
    hand_over(fax, "note.txt", sender, content=b"a note")
    settle_down(fax)
    assert not Handover.objects.due(clock.now()).exists()
    clock.move(seconds=61)
    assert is_sent_once(settle_down(fax), simulator)
    assert fax.events.filter(kind="browser_gone").exists()
    assert not fax.events.filter(kind="worker_lost").exists()


def test_an_idle_worker_leaves_a_fax_alone_whose_page_is_to_be_stopped(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    page.begin(page.ask().documents[0])
    fax.handovers.update(due_at=clock.now() + timedelta(hours=1))  # as after a failure
    cancel_fax(fax, by=sender, clock=clock)
    assert settle_down(fax).state == FaxState.CANCELLING
    assert not Handover.objects.due(clock.now()).exists()
    clock.move(seconds=61)
    assert settle_down(fax).state == FaxState.UNCERTAIN


def test_a_page_that_falls_silent_is_noted(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    page = open_browser(fax)
    page.begin(page.ask().documents[0])
    settle_down(fax)
    clock.move(seconds=61)
    settle_down(fax)
    assert fax.events.filter(kind="browser_gone").count() == 1


def test_a_running_put_is_not_given_up_when_its_target_ends(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    (note,) = page.ask().documents
    opened = page.begin(note)
    for _ in range(20):
        clock.move(seconds=45)
        assert keep_alive(fax, opened, bytes_sent=1, clock=clock)
        assert settle_down(fax).state == FaxState.HANDING_OVER
    page.tell(opened, What.STORED, 200)
    assert settle_down(fax).state == FaxState.HANDED_OVER
