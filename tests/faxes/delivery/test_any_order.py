"""Events in any order: no fax is sent twice, none is lost, and no state says more than is known.

Hypothesis chooses what happens. People submit, cancel, decide and pause. Their browsers carry
files, vanish, report late or give up. Workers run, die and sleep through their leases. Calls stop
half-way and fail in every way that we know of. Clocks jump. After each step the promises
are compared with what the servers know (`tests.support.any_order.promises`), and at the end every
fax must be settled.

A round is a number of examples; `tests.support.budget` says how many rounds there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

import hypothesis
import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason
from faxportal.faxes.models import Fax, Handover
from faxportal.voipnow.request_bodies import LARGEST_PIECE
from tests.support.any_order.browsers import BrowserPut, ManualBrowser, PutEnd
from tests.support.any_order.conversations import Conversation
from tests.support.any_order.faults import faults_at
from tests.support.any_order.outside import STORAGE, UNLISTED_STORAGE
from tests.support.any_order.portal import People, Portal
from tests.support.any_order.promises import Promises
from tests.support.budget import rounds

#: How many examples a round has, and how many steps an example has.
EXAMPLES = 25
STEPS = 60

T = TypeVar("T")

which = st.integers(0, 11)
machine = st.integers(0, 1)
sender = st.integers(0, 2)
recipients = st.integers(1, 12)
#: How a browser's uploads end, one after the other.
ends = st.lists(
    st.just(PutEnd.WELL) | st.sampled_from(PutEnd),
    min_size=1,
    max_size=6,
)
#: How many of a fax's files stay in the browser.
in_browser = st.sampled_from([0, 1, 3])
sizes = st.lists(
    st.sampled_from([3, 40, 41, LARGEST_PIECE + 1]), min_size=1, max_size=3, unique=True
)
#: Seconds that pass: two short times, four longer ones, and an hour. After the longer ones, in this
#: order: a lease is due for renewal, a worker stops its calls, a lease ends, a target expires.
seconds = st.sampled_from([1, 3, 16, 46, 61, 600, 3600])
#: What happens to a call at its next stage: 0 is no fault, other numbers select one of the faults.
fate = st.integers(0, 25)
#: Pairs: how many stages have no fault, and the fate at the next stage.
fates = st.lists(st.tuples(st.integers(0, 20), fate), min_size=1, max_size=5)


class Office(Enum):
    """Other events that people, the operator and time cause."""

    CANCEL = auto()
    PAUSE = auto()
    RESUME = auto()
    CLOSE_ACCOUNT = auto()
    OPEN_ACCOUNTS = auto()
    SLEEP_A_DAY = auto()
    SET_THE_CLOCK = auto()
    MOVE_STORAGE = auto()
    LIST_EVERY_ORIGIN = auto()


class AnyOrder(RuleBasedStateMachine):
    """The portal, and everything that can happen to it."""

    def __init__(self, people: People, log: pytest.LogCaptureFixture) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        self.portal = Portal(people)
        self.promises = Promises(self.portal, log)

    def teardown(self) -> None:
        try:
            self.portal.run_until_settled()
            self.promises.check_settled()
        finally:
            for begun in self.portal.conversations + self.portal.cut_off:
                begun.throw()
            transaction.set_rollback(True)
            self._example.__exit__(None, None, None)

    @invariant()
    def promises_hold(self) -> None:
        self.promises.check()

    @initialize(
        faxes=st.lists(st.tuples(sender, sizes, recipients, in_browser), min_size=1, max_size=4)
    )
    def a_day_begins(self, faxes: list[tuple[int, list[int], int, int]]) -> None:
        for fax in faxes:
            self.submit(*fax)

    # People

    @rule(sender=sender, sizes=sizes, recipients=recipients, in_browser=in_browser)
    def submit(self, sender: int, sizes: list[int], recipients: int, in_browser: int) -> None:
        by = self.portal.people.senders[sender]
        if in_browser:
            recipients = 1 + recipients % 3  # several batches are always relayed
        self.portal.submit(by, sizes=sizes, recipients=recipients, in_browser=in_browser)

    @precondition(lambda self: self.portal.conversations)
    @rule(which=which)
    def cancel_what_is_under_way(self, which: int) -> None:
        under_way = {begun.call.lease.fax_id for begun in self.portal.conversations}
        self._cancel(list(self.cancellable.filter(pk__in=under_way)), which)

    @precondition(lambda self: self.undecided.exists())
    @rule(which=which, decision=st.sampled_from(Decision))
    def decide(self, which: int, decision: Decision) -> None:
        self.portal.decide(_pick(list(self.undecided), which), decision)

    @rule(what=st.sampled_from(Office), which=which)
    def in_the_office(self, what: Office, which: int) -> None:
        match what:
            case Office.CANCEL:
                self._cancel(list(self.cancellable), which)
            case Office.PAUSE:
                self.portal.pause()
            case Office.RESUME:
                self.portal.resume()
            case Office.CLOSE_ACCOUNT:
                user = _pick(self.portal.people.senders, which)
                User.objects.filter(pk=user.pk).update(is_active=False)
            case Office.OPEN_ACCOUNTS:
                User.objects.update(is_active=True)
            case Office.SLEEP_A_DAY:
                self.portal.time.elapsed += 25 * 3600
            case Office.SET_THE_CLOCK:
                self.portal.time.set_clock(wrong_by=timedelta(hours=which % 3 - 1))
            case Office.MOVE_STORAGE:
                self.portal.outside.storage = _pick((STORAGE, UNLISTED_STORAGE), which)
            case Office.LIST_EVERY_ORIGIN:
                self.portal.list_every_origin()

    # Senders' browsers

    @precondition(lambda self: self.portal.browsers)
    @rule(which=which, ends=ends)
    def a_browser_works(self, which: int, ends: list[PutEnd]) -> None:
        """A browser requests targets and uploads files. The nth upload ends as `ends[n]` says."""
        browser = _pick(self.portal.browsers, which)
        for end in ends:
            if not browser.offered and not browser.is_requesting:
                browser.request_targets()
            browser.finish_request()
            if not browser.offered:
                return
            put = browser.start_attempt(browser.offered[0])
            browser.status = None
            if put is not None:
                browser.finish_put(put, end)
                browser.report(put)

    @precondition(lambda self: self.portal.browsers)
    @rule(which=which, document=which, ends=st.sampled_from(PutEnd), reports=st.booleans())
    def a_browser_goes_on(self, which: int, document: int, ends: PutEnd, reports: bool) -> None:
        """A browser requests targets, or uploads to a target that it has.

        The browser reports the upload now if `reports`, else later.
        """
        browser = _pick(self.portal.browsers, which)
        if browser.is_requesting:
            return
        if not browser.offered:
            browser.request_targets()
            return
        put = browser.start_attempt(_pick(browser.offered, document))
        if put is None:
            browser.status = None
            return
        browser.finish_put(put, ends)
        if reports:
            browser.report(put)

    @precondition(lambda self: self.portal.browsers)
    @rule(which=which, document=which)
    def a_browser_starts_an_attempt(self, which: int, document: int) -> None:
        browser = _pick(self.portal.browsers, which)
        if browser.offered:
            browser.start_attempt(_pick(browser.offered, document))

    @precondition(lambda self: self.puts)
    @rule(which=which, ends=st.sampled_from(PutEnd))
    def a_browser_is_heard_of(self, which: int, ends: PutEnd) -> None:
        """A browser keeps an upload alive and then ends it, or reports an upload that has ended."""
        browser, put = _pick(self.puts, which)
        if put.heard is not None:
            browser.report(put)
        elif browser.keep_alive(put):
            browser.finish_put(put, ends)

    @precondition(lambda self: self.portal.browsers)
    @rule(which=which, reason=st.none() | st.sampled_from(RelayReason))
    def a_browser_or_its_server_gives_up(self, which: int, reason: RelayReason | None) -> None:
        """A file is handed to the portal, or a web server dies with its requests."""
        if reason is None:
            self.portal.kill_web()
        else:
            _pick(self.portal.browsers, which).hand_over(which, reason)

    # Workers

    @rule(machine=machine)
    def run_once(self, machine: int) -> None:
        self.portal.machines[machine].worker.run_once()

    @rule(machine=machine, reading=st.integers(0, 4), seconds=st.sampled_from([0, 61]))
    def run_once_while_the_other_one_does(self, machine: int, reading: int, seconds: int) -> None:
        """One worker stops in the middle of its run, while the other worker runs."""
        slow, fast = self.portal.machines[machine], self.portal.machines[1 - machine]

        def meanwhile() -> None:
            self.portal.time.elapsed += seconds
            fast.worker.run_once()

        slow.clock.interrupt(after=reading, by=meanwhile)
        slow.worker.run_once()
        slow.clock.interrupt(after=0, by=None)

    @rule(machine=machine, kindly=st.booleans())
    def end(self, machine: int, kindly: bool) -> None:
        if kindly:
            self.portal.machines[machine].worker.stop_uploads()
            self.portal.stop(machine)
        else:
            self.portal.kill(machine)

    # Calls under way

    @rule(fates=fates)
    def work(self, fates: list[tuple[int, int]]) -> None:
        """The workers run, and their calls go from stage to stage until `fates` is used up."""
        to_come = (one for well, fault in fates for one in [0] * well + [fault])
        self.portal.run_once()
        while under_way := self.portal.conversations:
            for begun in under_way:
                fate = next(to_come, None)
                if fate is None:
                    return
                _move(begun, fate)
            self.portal.run_once()

    @precondition(lambda self: self.portal.conversations)
    @rule(which=which, fate=fate)
    def one_call_goes_on(self, which: int, fate: int) -> None:
        _move(_pick(self.portal.conversations, which), fate)

    @precondition(lambda self: self.portal.outside.late)
    @rule(which=which)
    def a_server_does_late_work(self, which: int) -> None:
        self.portal.do_late_work(which % len(self.portal.outside.late))

    # Time

    @rule(seconds=seconds, asleep=st.none() | machine)
    def time_passes(self, seconds: int, asleep: int | None) -> None:
        """Time passes. The monotonic clock of the machine `asleep` stops for this time."""
        self.portal.time.elapsed += seconds
        if asleep is not None:
            self.portal.machines[asleep].clock.slept += seconds

    def _cancel(self, faxes: list[Fax], which: int) -> None:
        if faxes:
            self.portal.cancel(_pick(faxes, which))

    @property
    def cancellable(self) -> QuerySet[Fax]:
        """Faxes that a person may cancel."""
        unfinished = Fax.objects.submitted().filter(settled_at=None, cancel_asked_at=None)
        return unfinished.order_by("pk")

    @property
    def puts(self) -> list[tuple[ManualBrowser, BrowserPut]]:
        return [(browser, put) for browser in self.portal.browsers for put in browser.puts]

    @property
    def undecided(self) -> QuerySet[Handover]:
        return Handover.objects.undecided().order_by("pk")


def _pick(things: Sequence[T], which: int) -> T:
    return things[which % len(things)]


def _move(begun: Conversation, fate: int) -> None:
    faults = faults_at(begun)
    begun.go_on(_pick(faults, fate - 1) if fate and faults else None)


@pytest.mark.endless
@pytest.mark.django_db
def test_no_fax_is_sent_twice_or_lost_whatever_happens_in_any_order(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    record_property: Callable[[str, object], None],
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    people = People()
    days = 0

    def one_day() -> AnyOrder:
        nonlocal days
        days += 1
        return AnyOrder(people, caplog)

    how = hypothesis.settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    for number in rounds():
        # In CI Hypothesis is deterministic, and would repeat the same examples in each round.
        examples = hypothesis.seed(number)(one_day) if how.derandomize else one_day
        run_state_machine_as_test(examples, settings=how)  # type: ignore[arg-type]  # any factory will do
    record_property("figure", f"any_order_examples {days} count")
