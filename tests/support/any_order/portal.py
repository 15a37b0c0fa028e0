"""The portal with its workers, its people, its time and its outside, all moved by hand."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import HandOverBy, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.actions.resolve import Decision, decide
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import FilesWanted, submit_fax
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import SETTLED_FAXES
from faxportal.voipnow.network import Network, NetworkRules
from tests.support.any_order import promises
from tests.support.any_order.conversations import ByHand, Conversation
from tests.support.any_order.outside import SERVER, STORAGE, UNLISTED_STORAGE, Outside
from tests.support.any_order.pages import OfficePage
from tests.support.any_order.wires import Wires
from tests.support.browser_page import declare

EXTENSION = "0003*210"

# No second of the test's time is one of the computer's: nothing depends on when it runs.
_START = datetime(2100, 1, 1, tzinfo=UTC)
_ENOUGH_ROUNDS = 5000
_ENOUGH_TURNS = 20
#: Seconds.
_PAGES_ASK_AGAIN = 30.0


class Time:
    """The world's time, and what the portal's clock makes of it."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self._wrong_by = timedelta()
        #: The portal's clock was put back, so that what is later may be written with less.
        self.went_back = False

    @property
    def true(self) -> datetime:
        return _START + timedelta(seconds=self.elapsed)

    @property
    def portals(self) -> datetime:
        return self.true + self._wrong_by

    def set_clock(self, *, wrong_by: timedelta) -> None:
        """Set the portal's clock, right or wrong."""
        self.went_back |= wrong_by < self._wrong_by
        self._wrong_by = wrong_by


class MachineClock(Clock):
    """The clock of one worker's machine, whose monotonic one stands still while it sleeps."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.slept = 0.0
        self._interruption: Callable[[], None] | None = None
        self._readings_until_then = 0

    def interrupt(self, *, after: int, by: Callable[[], None] | None) -> None:
        """Have something happen after so many readings of the monotonic clock.

        The worker never reads it in a transaction, so that whatever happens then could.
        """
        self._interruption, self._readings_until_then = by, after

    def at_database(self) -> datetime:
        return self._time.portals

    def now(self) -> datetime:
        """No two are the same, as in the world."""
        self._time.elapsed += 1e-6
        return self._time.portals

    def monotonic(self) -> float:
        if self._interruption is not None:
            self._readings_until_then -= 1
            if self._readings_until_then < 0:
                happens, self._interruption = self._interruption, None
                happens()
        return self._time.elapsed - self.slept


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
    """Everything that a step of the test can happen to."""

    def __init__(self, people: People, *, machines: int = 2, slots: int = 4) -> None:
        self.people = people
        self.slots = slots
        self.time = Time()
        self.clock = MachineClock(self.time)
        self.outside = Outside(lambda: self.time.true)
        self.storage_origins: tuple[str, ...] = (STORAGE,)
        self.machines = [Machine(self) for _number in range(machines)]
        self._gone: list[ByHand] = []
        self._web = self.make_network(self.clock)
        self.pages: list[OfficePage] = []
        #: Requests whose web server is gone: they never go on.
        self.cut_off: list[Conversation] = []
        self.is_coming_to_rest = False
        #: By number, how often a person asked to send again to it.
        self.sent_again: Counter[str] = Counter()

    @property
    def conversations(self) -> list[Conversation]:
        """All calls under way, those of processes that are gone too."""
        crews = [machine.calls for machine in self.machines] + self._gone
        asking: list[Conversation] = [
            page.question for page in self.pages if page.question and page.is_asking
        ]
        return [begun for crew in crews for begun in crew.under_way] + asking

    def submit(self, by: User, *, sizes: Sequence[int], recipients: int, staying: int = 0) -> Fax:
        """Submit a fax to numbers of its own, with documents of these sizes in bytes."""
        first = 2_000_000_000 + 1000 * Fax.objects.count()
        numbers = [str(first + number) for number in range(recipients)]
        return self.submit_form(
            by, key=uuid.uuid4(), numbers=numbers, sizes=sizes, staying=min(staying, len(sizes))
        )

    def submit_form(
        self,
        by: User,
        *,
        key: uuid.UUID,
        numbers: Sequence[str],
        sizes: Sequence[int],
        staying: int = 0,
    ) -> Fax:
        """Submit it with the last so many files staying in the browser, if it may be so."""
        contents = {
            f"{position}.txt": bytes([ord("a") + position]) * size
            for position, size in enumerate(sizes)
        }
        names = list(contents)
        posted = names[: len(names) - staying]
        declared = declare({name: contents[name] for name in names[len(posted) :]})
        try:
            fax = submit_fax(
                by,
                key=key,
                typed=DraftContent(extension=EXTENSION, recipients=",".join(numbers)),
                files=[SimpleUploadedFile(name, contents[name]) for name in posted],
                declared=declared,
                clock=self.clock,
            ).fax
        except FilesWanted:
            return self.submit_form(by, key=key, numbers=numbers, sizes=sizes)
        if declared:
            self._open_pages(fax, contents)
        return fax

    def _open_pages(self, fax: Fax, files: Mapping[str, bytes]) -> None:
        """The page that submitted it, and a second tab."""
        for _tab in range(2):
            self.pages.append(
                OfficePage(
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
            sockets=Wires(self.outside),
            clock=clock.monotonic,
        )

    @property
    def diligent_pages(self) -> list[OfficePage]:
        """One of each second fax whose files are still wanted, when all comes to rest."""
        if not self.is_coming_to_rest:
            return []
        return [page for page in self.pages[::4] if page.is_wanted]

    def cancel(self, fax: Fax) -> None:
        cancel_fax(fax, by=self.people.admin, clock=self.clock)

    def decide(self, handover: Handover, decision: Decision) -> None:
        decide(handover.fax, handover.batch, decision, by=self.people.admin, clock=self.clock)
        if decision == Decision.SEND_AGAIN:
            mine = handover.fax.recipients.filter(batch=handover.batch)
            self.sent_again.update(mine.values_list("dialled", flat=True))

    def pause(self) -> None:
        pause_sending(by=self.people.admin, clock=self.clock)

    def resume(self) -> None:
        resume_sending(by=self.people.admin, clock=self.clock)

    def run_once(self) -> None:
        for machine in self.machines:
            machine.worker.run_once()

    def kill(self, index: int) -> None:
        """A process dies without a word; another begins in its place."""
        machine, self.machines[index] = self.machines[index], Machine(self)
        machine.calls.die()
        self._gone.append(machine.calls)

    def stop(self, index: int) -> None:
        """A process gives back what it holds and ends; its calls are left to their fate."""
        machine, self.machines[index] = self.machines[index], Machine(self)
        machine.worker.close()
        self._gone.append(machine.calls)

    def kill_web(self) -> None:
        """A web server dies, and its requests with it; another one answers the next."""
        self.cut_off += [page.question for page in self.pages if page.question and page.is_asking]
        for page in self.pages:
            page.question = None

    def list_every_origin(self) -> None:
        """The operator lists the other storage too and starts everything anew."""
        self.storage_origins = (STORAGE, UNLISTED_STORAGE)
        self._web = self.make_network(self.clock)
        for page in self.pages:
            page.use(self._web)
        for index in range(len(self.machines)):
            self.stop(index)

    def do_late_work(self, index: int = 0) -> None:
        """A server gets round to a request whose sender is long gone."""
        _try_id, work = self.outside.late.pop(index)
        work()

    def come_to_rest(self) -> None:
        """Let everything work and everybody send, until nothing is left to be done."""
        self.is_coming_to_rest = True
        while self.outside.late:
            self.do_late_work()
        self.time.set_clock(wrong_by=timedelta())
        self.outside.storage = STORAGE
        self.list_every_origin()
        User.objects.update(is_active=True)
        self.resume()
        for _round in range(_ENOUGH_ROUNDS):
            if not self.go_round(Conversation.go_on):
                break
        else:
            raise AssertionError("it never comes to rest")
        left = Fax.objects.exclude(state__in=SETTLED_FAXES)
        assert not left.exists(), f"never came to rest: {[fax.state for fax in left]}"

    def go_round(self, move: Callable[[Conversation], object]) -> bool:
        """Every worker takes a turn, and every call moves on; where there is none, time does.

        False where nothing is left to be done.
        """
        self.run_once()
        under_way = self.conversations
        for begun in under_way:
            move(begun)
        went_on = [page.go_on() for page in self.diligent_pages]
        return bool(under_way) or any(went_on) or self._wait()

    def _wait(self) -> bool:
        """Let time pass until something is due; False where nothing is open."""
        open_ones = Handover.objects.open().values_list("due_at", "lease_until", "browser_until")
        moments = [max(filter(None, times)) for times in open_ones]
        if not moments:
            return False
        self._check_no_worker_spins()
        wait = max((min(moments) - self.time.portals).total_seconds(), 0.0) + 0.1
        self.time.elapsed += min(wait, _PAGES_ASK_AGAIN) if self.diligent_pages else wait
        return True

    def _check_no_worker_spins(self) -> None:
        """What is due leads to something, or is not due any more."""
        for _turn in range(_ENOUGH_TURNS):
            if self.conversations or not Handover.objects.due(self.time.portals).exists():
                return
            self.run_once()
        raise AssertionError("the workers take turns in vain")
