"""The portal with its workers, people, browsers, clocks and VoipNow, all moved by a test."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import HandOverBy, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.actions.resolve_uncertain import Decision, decide
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.compose.submit_result import NeedsFiles, Submitted
from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.history.shown_state import shown_batch
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.network import Network, NetworkRules
from tests.support.any_order import promises
from tests.support.any_order.browsers import ManualBrowser
from tests.support.any_order.clocks import MachineClock, Time
from tests.support.any_order.conversations import ByHand, Conversation
from tests.support.any_order.memory_network import MemoryNetwork
from tests.support.any_order.outside import SERVER, STORAGE, UNLISTED_STORAGE, Outside
from tests.support.installation import forget_installation
from tests.support.sender_browser import declare
from tests.support.submitting import expect
from tests.support.waiting import next_moment

EXTENSION = "0003*210"

_ENOUGH_ROUNDS = 5000
_ENOUGH_RUNS = 20
#: While browsers are active, at most this many seconds pass before they request targets again.
_BROWSERS_ASK_AGAIN = 30.0


class Machine:
    """One worker process on its machine."""

    def __init__(self, portal: Portal) -> None:
        self.clock = MachineClock(portal.time)
        self.calls = ByHand(lambda call: promises.check_may_go_out(call, portal.time.portals))
        self.network = portal.make_network(self.clock)
        self.worker = Worker(
            self.network, clock=self.clock, slots=portal.slots, executor=self.calls, idle_seconds=0
        )


class People:
    """An admin, and a sender for each way of handing over."""

    def __init__(self) -> None:
        self.admin = User.objects.create_user("ada")
        give_role(self.admin, Role.ADMIN)
        self.senders = [self._sender(way) for way in HandOverBy]

    def _sender(self, way: HandOverBy) -> User:
        user = User.objects.create_user(way.value)
        give_role(user, Role.SENDER)
        connection = save_connection(
            user,
            server=SERVER,
            sign_in_with=SignInWith.ACCESS_TOKEN,
            secrets={"token": "token"},
            voipnow_user="@me",
            hand_over_by=way,
        )
        add_extension(connection, number=EXTENSION, label="Front desk")
        return user


class Portal:
    """Everything that a step of the test can act on."""

    def __init__(self, people: People, *, machines: int = 2, slots: int = 4) -> None:
        forget_installation(Path(settings.DATA_DIR))
        self.people = people
        self.slots = slots
        self.time = Time()
        self.clock = MachineClock(self.time)
        self.outside = Outside(lambda: self.time.true)
        self.storage_origins: tuple[str, ...] = (STORAGE,)
        self.machines = [Machine(self) for _number in range(machines)]
        self._gone: list[ByHand] = []
        self._web = self.make_network(self.clock)
        self.browsers: list[ManualBrowser] = []
        #: Requests whose web server has died. They never continue.
        self.cut_off: list[Conversation] = []
        self.is_settling = False
        #: number → how often a person decided to send to the number again.
        self.sent_again: Counter[str] = Counter()

    @property
    def conversations(self) -> list[Conversation]:
        """All calls under way, also those of processes that have ended."""
        executors = [machine.calls for machine in self.machines] + self._gone
        requests: list[Conversation] = [
            browser.request
            for browser in self.browsers
            if browser.request and browser.is_requesting
        ]
        return [begun for executor in executors for begun in executor.under_way] + requests

    def submit(
        self, by: User, *, sizes: Sequence[int], recipients: int, in_browser: int = 0
    ) -> Fax:
        """Submit a fax to numbers of its own, with documents of these sizes in bytes."""
        if by.connection.wire_form() == WireForm.ONE_REQUEST:
            # Several documents would be merged by real processes, which takes too long here.
            sizes = sizes[:1]
        first = 2_000_000_000 + 1000 * Fax.objects.count()
        numbers = [str(first + number) for number in range(recipients)]
        return self.submit_form(
            by,
            key=uuid.uuid4(),
            numbers=numbers,
            sizes=sizes,
            in_browser=min(in_browser, len(sizes)),
        )

    def submit_form(
        self,
        by: User,
        *,
        key: uuid.UUID,
        numbers: Sequence[str],
        sizes: Sequence[int],
        in_browser: int = 0,
    ) -> Fax:
        """Submit a form. The last `in_browser` files stay in the browser, if that is allowed."""
        contents = {
            f"{position}.txt": bytes([ord("a") + position]) * size
            for position, size in enumerate(sizes)
        }
        names = list(contents)
        posted = names[: len(names) - in_browser]
        client_files = declare({name: contents[name] for name in names[len(posted) :]})
        request = SubmitRequest(
            by=by,
            key=key,
            content=DraftContent(extension=EXTENSION, recipients=",".join(numbers)),
            files=[SimpleUploadedFile(name, contents[name]) for name in posted],
            client_files=client_files,
        )
        result = submit_fax(request, clock=self.clock)
        if isinstance(result, NeedsFiles):
            return self.submit_form(by, key=key, numbers=numbers, sizes=sizes)
        fax = expect(Submitted, result).fax
        if client_files:
            self._open_browsers(fax, contents)
        return fax

    def _open_browsers(self, fax: Fax, files: Mapping[str, bytes]) -> None:
        """Open two browsers: the browser that submitted the fax, and a second tab."""
        for _tab in range(2):
            self.browsers.append(
                ManualBrowser(
                    fax,
                    by=fax.sender,
                    network=self._web,
                    clock=self.clock,
                    outside=self.outside,
                    files=files,
                )
            )

    def make_network(self, clock: MachineClock) -> Network:
        return Network(
            NetworkRules(servers=(SERVER,), storage_origins=self.storage_origins, allow_http=True),
            resolve=lambda host, port: [host],
            sockets=MemoryNetwork(self.outside),
            clock=clock.monotonic,
        )

    @property
    def active_browsers(self) -> list[ManualBrowser]:
        """The browsers that work while faxes are being settled; none before that.

        Every second fax has such a browser, if the fax lacks files.
        """
        if not self.is_settling:
            return []
        return [browser for browser in self.browsers[::4] if browser.is_wanted]

    def cancel(self, fax: Fax) -> None:
        cancel_fax(fax, by=self.people.admin, clock=self.clock)

    def decide(self, handover: Handover, decision: Decision) -> None:
        """Let an admin decide about an uncertain batch, and count numbers that get a fax again."""
        try:
            decide(
                handover.fax,
                handover.batch,
                decision,
                shown=shown_batch(handover),
                by=self.people.admin,
                clock=self.clock,
            )
        except NotAllowedTo:
            return  # the rest of the fax is still being cancelled
        if decision == Decision.SEND_AGAIN:
            mine = handover.fax.recipients.filter(batch=handover.batch)
            self.sent_again.update(mine.values_list("dialled", flat=True))

    def pause(self) -> None:
        pause_sending(by=self.people.admin, clock=self.clock)

    def resume(self) -> None:
        resume_sending(by=self.people.admin, clock=self.clock)

    def run_once(self) -> None:
        """Run each worker once."""
        for machine in self.machines:
            machine.worker.run_once()

    def kill(self, index: int) -> None:
        """Kill a worker process, and start another one in its place."""
        machine, self.machines[index] = self.machines[index], Machine(self)
        machine.calls.die()
        self._gone.append(machine.calls)

    def stop(self, index: int) -> None:
        """Stop a worker process: it releases its handovers, and its calls continue."""
        machine, self.machines[index] = self.machines[index], Machine(self)
        machine.worker.close()
        self._gone.append(machine.calls)

    def kill_web(self) -> None:
        """Kill the web server with its requests. Another web server answers the next requests."""
        self.cut_off += [
            browser.request
            for browser in self.browsers
            if browser.request and browser.is_requesting
        ]
        for browser in self.browsers:
            browser.request = None

    def list_every_origin(self) -> None:
        """Let the operator list the other storage as well, and restart everything."""
        self.storage_origins = (STORAGE, UNLISTED_STORAGE)
        self._web = self.make_network(self.clock)
        for browser in self.browsers:
            browser.use(self._web)
        for index in range(len(self.machines)):
            self.stop(index)

    def do_late_work(self, index: int = 0) -> None:
        """Let a server do the work of a request whose caller has ended."""
        _try_id, work = self.outside.late.pop(index)
        work()

    def run_until_settled(self) -> None:
        """Let everything work, and run until nothing is left to be done."""
        self.is_settling = True
        while self.outside.late:
            self.do_late_work()
        self.time.set_clock(wrong_by=timedelta())
        self.outside.storage = STORAGE
        self.list_every_origin()
        User.objects.update(is_active=True)
        self.resume()
        for _round in range(_ENOUGH_ROUNDS):
            if not self.run_round(Conversation.go_on):
                break
        else:
            raise AssertionError("it never settles")
        left = Fax.objects.submitted().filter(settled_at=None)
        assert not left.exists(), f"never settled: {[fax.state for fax in left]}"

    def run_round(self, move: Callable[[Conversation], object]) -> bool:
        """Run every worker once and move every call. If there are no calls, let time pass.

        Returns False if nothing is left to be done.
        """
        self.run_once()
        under_way = self.conversations
        for begun in under_way:
            move(begun)
        went_on = [browser.go_on() for browser in self.active_browsers]
        return bool(under_way) or any(went_on) or self._wait()

    def _wait(self) -> bool:
        """Let time pass until something is due. Returns False if no handover is open."""
        moment = next_moment()
        if moment is None:
            return False
        self._check_no_worker_spins()
        wait = max((moment - self.time.portals).total_seconds(), 0.0) + 0.1
        self.time.elapsed += min(wait, _BROWSERS_ASK_AGAIN) if self.active_browsers else wait
        return True

    def _check_no_worker_spins(self) -> None:
        """Check that each due handover leads to a call, or is no longer due after some runs."""
        for _run in range(_ENOUGH_RUNS):
            now = self.time.portals
            rests = circuits.resting(now)
            due = Handover.objects.due(now).not_resting(
                rests.origins, rests.probes, now, without_storage=rests.without_storage
            )
            if self.conversations or not due.exists():
                return
            self.run_once()
            self.time.elapsed += 0.001  # a worker that found nothing pauses first
        raise AssertionError("the workers run without end")
