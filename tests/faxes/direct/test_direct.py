"""Direct delivery's rules, each on a simulated VoipNow, with a page that the test plays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.cancel import cancel_fax
from faxportal.faxes.direct.standing import Arrival, ItsTurn, Standing
from faxportal.faxes.direct.targets import look
from faxportal.faxes.direct.tries import ALIVE_FOR, NotNow, What, keep_alive
from faxportal.faxes.direct.way_back import NotTaken, Why, take_file
from faxportal.faxes.models import BlockedOrigin, Delivery, Document, Fax, Handover, Try
from faxportal.faxes.pause import pause_sending, resume_sending
from faxportal.faxes.record import first_broken
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.faxes.submit import FilesWanted, NotSubmitted
from faxportal.simulator.handle import Simulator
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network, Rules
from tests.faxes.conftest import PDF, HandClock
from tests.faxes.direct.conftest import FILES
from tests.faxes.direct.page import BrowserPage

pytestmark = pytest.mark.django_db(transaction=True)

Direct = Callable[..., Fax]
OpenBrowser = Callable[[Fax], BrowserPage]
Settle = Callable[[Fax], Fax]


def arrivals(standing: Standing) -> dict[str, str]:
    return {one.document.name: str(one.arrival.value) for one in standing.documents}


def offered(standing: Standing) -> set[str]:
    """Names of the documents that may be put now."""
    return {one.document.name for one in standing.documents if one.target}


def hand_over(fax: Fax, name: str, by: User, why: Why = Why.ASKED, **other: bytes) -> None:
    content = other.get("content", FILES[name])
    document = fax.documents.get(name=name)
    file = SimpleUploadedFile(name, content)
    take_file(fax, document, file, why=why, by=by, portal="https://fax.example.com")


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


def is_sent_once(fax: Fax, simulator: Simulator) -> bool:
    complete = [one for one in simulator.faxes() if one.completions]
    return (
        fax.state == FaxState.HANDED_OVER
        and first_broken(fax) is None
        and len(complete) == 1
        and simulator.report().duplicates == ()
    )


def test_a_page_carries_a_fax_to_its_end(
    direct: Direct, open_browser: OpenBrowser, settle_down: Settle, simulator: Simulator
) -> None:
    fax = direct()
    assert fax.delivery == Delivery.DIRECT
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
    assert page.ask().turn == ItsTurn.OVER
    assert settle_down(fax).state == FaxState.UNCERTAIN
    page.tell(opened, What.STORED, 200)
    assert Try.objects.get(pk=opened).outcome == Outcome.DONE
    assert len([one for one in simulator.faxes() if one.completions]) == 1


def test_what_a_page_began_is_never_not_done(direct: Direct, open_browser: OpenBrowser) -> None:
    page = open_browser(direct({"note.txt": b"a note"}))
    (note,) = page.ask().documents
    for status, answer in ((403, "<Code>AccessDenied</Code>"), (None, ""), (503, "")):
        opened = page.begin(note)
        page.tell(opened, What.FAILED, status, answer)
        assert Try.objects.get(pk=opened).outcome == Outcome.UNKNOWN
    opened = page.begin(note)
    page.tell(opened, What.NOT_SENT)
    assert Try.objects.get(pk=opened).outcome == Outcome.NOT_DONE
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
    Try.objects.filter(pk=silent).update(page_until=clock.now() + ALIVE_FOR)  # just said so
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
    assert fax.events.filter(kind="page_gone").exists()
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
    assert fax.events.filter(kind="page_gone").count() == 1


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


def test_what_the_portal_holds_is_relayed_to_the_same_fax(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    fax = direct()
    page = open_browser(fax)
    page.ask()
    hand_over(fax, "offer.pdf", sender, Why.BLOCKED)
    settle_down(fax)
    page.carry_all()
    settle_down(fax)
    assert is_sent_once(fax, simulator)
    assert len(simulator.faxes()) == 1
    blocked = BlockedOrigin.objects.all()
    assert [one.portal for one in blocked] == []  # a later PUT there worked


def test_a_blocked_origin_is_remembered(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    fax = direct()
    open_browser(fax).ask()
    for name in FILES:
        hand_over(fax, name, sender, Why.BLOCKED)
    assert is_sent_once(settle_down(fax), simulator)
    (blocked,) = BlockedOrigin.objects.all()
    assert (blocked.origin, blocked.times) == (simulator.storage_url, 3)
    assert blocked.portal == "https://fax.example.com"


def test_other_content_is_not_taken(sender: User, direct: Direct) -> None:
    fax = direct()
    size = len(FILES["offer.pdf"])
    with pytest.raises(NotTaken, match="not the file"):
        hand_over(fax, "offer.pdf", sender, content=b"x" * size)
    with pytest.raises(NotTaken, match="not the file"):
        hand_over(fax, "offer.pdf", sender, content=b"x")
    assert not Document.objects.exclude(stored_as="").exists()


def test_a_file_is_taken_once(sender: User, direct: Direct) -> None:
    fax = direct()
    hand_over(fax, "offer.pdf", sender)
    kept = fax.documents.get(name="offer.pdf").stored_as
    hand_over(fax, "offer.pdf", sender)
    assert fax.documents.get(name="offer.pdf").stored_as == kept


def test_a_fax_of_several_groups_is_relayed(direct: Direct) -> None:
    with pytest.raises(FilesWanted):
        direct(to="\n".join(f"77788{number:02}" for number in range(6)))


def test_the_older_wire_form_is_relayed(sender: User, direct: Direct) -> None:
    Connection.objects.filter(user=sender).update(hand_over_by=HandOverBy.ONE_REQUEST)
    with pytest.raises(FilesWanted):
        direct()


def test_a_wire_form_that_changes_later_wants_the_files(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    simulator.configure(wire="one-request")
    fax = direct()
    Connection.objects.filter(user=sender).update(hand_over_by=HandOverBy.ONE_REQUEST)
    page = open_browser(fax)
    page.ask()
    assert page.ask().turn == ItsTurn.FILES_WANTED
    for name in FILES:
        hand_over(fax, name, sender)
    assert is_sent_once(settle_down(fax), simulator)


def test_refused_recipients_are_halved_by_way_of_the_portal(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
) -> None:
    fax = direct(to="7778888, 2025550100")  # the simulator refuses the second one
    page = open_browser(fax)
    page.ask()
    assert page.ask().turn == ItsTurn.FILES_WANTED
    settle_down(fax)  # a worker has looked at both halves
    for name in FILES:
        hand_over(fax, name, sender)
    assert settle_down(fax).state == FaxState.PARTLY_HANDED_OVER


def test_a_pause_lets_a_page_wait(
    admin: User, direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    pause_sending(by=admin)
    page = open_browser(direct())
    standing = page.ask()
    assert (standing.turn, offered(standing)) == (ItsTurn.WAIT, set())
    assert not simulator.faxes()
    resume_sending(by=admin)
    assert offered(page.ask()) == {"offer.pdf", "plan.pdf"}


def test_a_create_that_fails_is_asked_for_again(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=500, code="internal_server_error")
    page = open_browser(direct())
    standing = page.ask()
    assert standing.turn == ItsTurn.WAIT
    assert "Next try" in standing.sentence
    clock.move(seconds=standing.seconds)
    assert page.ask().turn == ItsTurn.GO


def test_a_lasting_refusal_ends_the_fax(
    direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")
    fax = direct()
    assert open_browser(fax).ask().turn == ItsTurn.OVER
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
    assert page.ask().turn == ItsTurn.OVER
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
    assert standing.sentence == "1 of 3 files arrived. Nothing was faxed yet."
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
    assert (standing.turn, offered(standing)) == (ItsTurn.WAIT, set())
    page.network.close()
    page.network = listed
    page.carry_all()
    assert is_sent_once(settle_down(page.fax), simulator)
    assert len(simulator.faxes()) == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"empty.pdf": b""}, "is empty"),
        ({"big.pdf": PDF * 30_000}, "too large"),
        ({"program.exe": b"MZ\0\0"}, "is none of"),
        ({f"{number}.pdf": PDF + b"%d" % number for number in range(6)}, "5 documents at most"),
    ],
)
def test_a_declared_file_that_no_fax_takes_is_named(
    direct: Direct, settings: Settings, files: dict[str, bytes], sentence: str
) -> None:
    settings.MAX_FILE_BYTES = 2**20
    with pytest.raises(NotSubmitted) as refused:
        direct(files)
    assert sentence in refused.value.problems["documents"][0]


def test_a_second_submit_finds_the_first_fax(direct: Direct) -> None:
    first = direct()
    assert direct(key=first.submission_key) == first
    assert Fax.objects.count() == 1
    assert Handover.objects.get().state == HandoverState.PLANNED
