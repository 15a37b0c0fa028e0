"""A page carries a fax: creating, renewing, waiting and ending, as the portal allows it."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.delivery.browser.attempts import NotNow, What, keep_alive
from faxportal.faxes.delivery.browser.status import Arrival, NextAction
from faxportal.faxes.delivery.browser.targets import look
from faxportal.faxes.models import Attempt, Carrier, Handover
from faxportal.faxes.states import FaxState
from faxportal.simulator.handle import Simulator
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network, Rules
from tests.faxes.conftest import FILES, Direct, HandClock, OpenBrowser, Settle
from tests.support.browser_page import arrivals, is_sent_once, offered

pytestmark = pytest.mark.django_db(transaction=True)


def unlisted_network(simulator: Simulator) -> Network:
    """As the operator's settings are before they list the storage."""
    return Network(
        Rules(servers=(simulator.url,), storage_origins=("http://127.0.0.1:9",), allow_http=True)
    )


@pytest.fixture
def admin(db: None) -> User:
    user = User.objects.create_user("anna")
    give_role(user, Role.ADMIN)
    return user


def test_a_page_carries_a_fax_to_its_end(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    assert fax.carrier == Carrier.BROWSER
    open_browser(fax).carry_all()
    assert is_sent_once(settle_down(fax), simulator)
    (received,) = simulator.faxes()
    assert [file.name for file in received.files] == list(FILES)
    assert set(fax.documents.values_list("stored_as", flat=True)) == {""}


def test_the_smallest_document_is_offered_when_all_others_are_stored(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    page = open_browser(direct())
    first = page.ask()
    assert offered(first) == {"offer.pdf", "plan.pdf"}
    note = next(one for one in first.documents if one.document.name == "note.txt")
    with pytest.raises(NotNow):
        page.begin(note)
    for one in first.documents:
        if one.target:
            page.carry(one)
    assert offered(page.ask()) == {"note.txt"}


def test_the_worker_makes_and_renews_nothing_for_a_page(
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
    open_browser(fax).ask()
    clock.move(minutes=20)
    assert settle_down(fax).state == FaxState.HANDING_OVER
    assert len(simulator.faxes()) == 1


def test_an_idle_worker_leaves_a_fax_alone_that_waits_for_its_page(
    direct: Direct, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    clock.move(minutes=2)
    settle_down(fax)
    assert not Handover.objects.due(clock.now()).exists()


def test_a_dead_target_is_renewed_while_a_document_surely_lacks(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct()
    page = open_browser(fax)
    page.carry(page.ask().documents[0])
    clock.move(minutes=20)
    again = page.ask()
    assert set(arrivals(again).values()) == {Arrival.MISSING}
    page.carry_all()
    assert is_sent_once(settle_down(fax), simulator)
    assert len(simulator.faxes()) == 2


def test_a_dead_target_is_a_question_when_all_may_have_arrived(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    (note,) = page.ask().documents
    opened = page.begin(note)
    page.put(note)
    clock.move(minutes=20)  # the page is gone before it could say that it worked
    assert page.ask().action == NextAction.OVER
    assert settle_down(fax).state == FaxState.UNCERTAIN
    page.tell(opened, What.STORED, 200)
    assert Attempt.objects.get(pk=opened).outcome == Outcome.DONE
    assert len([one for one in simulator.faxes() if one.completions]) == 1


def test_a_pause_lets_a_page_wait(
    admin: User, direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    pause_sending(by=admin)
    page = open_browser(direct())
    standing = page.ask()
    assert (standing.action, offered(standing)) == (NextAction.WAIT, set())
    assert not simulator.faxes()
    resume_sending(by=admin)
    assert offered(page.ask()) == {"offer.pdf", "plan.pdf"}


def test_a_create_that_fails_is_asked_for_again(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=500, code="internal_server_error")
    page = open_browser(direct())
    standing = page.ask()
    assert standing.action == NextAction.WAIT
    assert "Next attempt" in standing.sentence
    clock.move(seconds=standing.seconds)
    assert page.ask().action == NextAction.GO


def test_a_lasting_refusal_ends_the_fax(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")
    fax = direct()
    assert open_browser(fax).ask().action == NextAction.OVER
    fax.refresh_from_db()
    assert fax.state == FaxState.FAILED


def test_cancelling_stops_a_page(
    sender: User, direct: Direct, open_browser: OpenBrowser, clock: HandClock
) -> None:
    fax = direct()
    page = open_browser(fax)
    opened = page.begin(page.ask().documents[0])
    cancel_fax(fax, by=sender, clock=clock)
    assert not keep_alive(fax, opened, bytes_sent=1, clock=clock)
    assert page.ask().action == NextAction.OVER
    fax.refresh_from_db()
    assert fax.state == FaxState.CANCELLED


def test_cancelling_the_last_put_is_a_question(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    clock: HandClock,
) -> None:
    fax = direct({"note.txt": b"a note"})
    page = open_browser(fax)
    (note,) = page.ask().documents
    opened = page.begin(note)
    cancel_fax(fax, by=sender, clock=clock)
    assert settle_down(fax).state == FaxState.CANCELLING
    page.tell(opened, What.FAILED)
    assert settle_down(fax).state == FaxState.UNCERTAIN


def test_at_the_deadline_a_fax_fails_whose_files_never_came(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, clock: HandClock
) -> None:
    fax = direct()
    page = open_browser(fax)
    page.carry(page.ask().documents[0])
    clock.move(hours=25)
    assert settle_down(fax).state == FaxState.FAILED


def test_the_page_says_what_arrived_and_that_nothing_was_faxed(
    direct: Direct, open_browser: OpenBrowser
) -> None:
    fax = direct()
    page = open_browser(fax)
    page.carry(page.ask().documents[0])
    standing = look(fax)
    assert standing.sentence == "1 of 3 files arrived. Nothing has been faxed yet."
    assert [document.name for document in standing.missing] == ["plan.pdf", "note.txt"]


def test_an_origin_that_is_not_listed_waits_and_goes_on_at_the_same_target(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    page = open_browser(direct())
    listed, page.network = page.network, unlisted_network(simulator)
    standing = page.ask()
    assert (standing.action, offered(standing)) == (NextAction.WAIT, set())
    page.network.close()
    page.network = listed
    page.carry_all()
    assert is_sent_once(settle_down(page.fax), simulator)
    assert len(simulator.faxes()) == 1
