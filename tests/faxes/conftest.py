"""A sender who is connected to a simulated VoipNow, and a worker that a test moves by hand."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import HandOverBy, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.network import Network, NetworkRules
from tests.support import documents
from tests.support.browser_page import BrowserPage, declare
from tests.support.submitting import submit_all_the_same

PDF = documents.pdf()
#: More than sockets hold, so that half of it can be on its way.
LARGE = documents.pdf(at_least=24_000_000)


class HandClock(Clock):
    """Real time, plus what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        #: What a process takes for the time that has passed, once a test has set it.
        self.seconds: float | None = None

    def at_database(self) -> datetime:
        return self.now()

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() if self.seconds is None else self.seconds

    def move(self, **by: float) -> None:
        """Let so much time pass, e.g. `minutes=5`, for due times and leases of other workers."""
        self.ahead += timedelta(**by)

    def move_to(self, moment: datetime) -> None:
        """Let time pass until then, if it hasn't come yet."""
        self.ahead += max(timedelta(), moment - self.now())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def simulator(clock: HandClock) -> Iterator[Simulator]:
    """A VoipNow that lives in the test's time, so that its targets expire with it."""
    with running_simulator(clock=lambda: clock.now().timestamp()) as running:
        yield running


@pytest.fixture
def network(simulator: Simulator) -> Iterator[Network]:
    built = Network(
        NetworkRules(
            servers=(simulator.url,), storage_origins=(simulator.storage_url,), allow_http=True
        )
    )
    yield built
    built.close()


@pytest.fixture
def sender(simulator: Simulator, transactional_db: None, settings: Settings) -> User:
    """A sender with a working connection and the extension 0003*210."""
    settings.VOIPNOW_SERVERS = [simulator.url]
    settings.STORAGE_ORIGINS = [simulator.storage_url]
    user = User.objects.create_user("maria", password="a long password")
    give_role(user, Role.SENDER)
    connection = save_connection(
        user,
        server=simulator.url,
        sign_in_with=SignInWith.APP_KEY,
        secrets={"key": config.APP_KEY, "secret": config.APP_SECRET},
        voipnow_user="@me",
        hand_over_by=HandOverBy.PRESIGNED,
    )
    add_extension(connection, number="0003*210", label="Front desk")
    return user


Submit = Callable[..., Fax]


@pytest.fixture
def submit(sender: User, clock: Clock) -> Submit:
    """Submit a fax as the form would, whatever it asks; files are bytes by name."""

    def submit_one(
        files: dict[str, bytes] | None = None,
        *,
        to: str = "7778888",
        by: User = sender,
        key: uuid.UUID | None = None,
    ) -> Fax:
        typed = DraftContent(extension="0003*210", recipients=to, subject="Offer", note="")
        given = {"offer.pdf": PDF} if files is None else files
        return submit_all_the_same(
            by,
            key=key or uuid.uuid4(),
            typed=typed,
            files=[SimpleUploadedFile(name, content) for name, content in given.items()],
            clock=clock,
        ).fax

    return submit_one


@pytest.fixture
def worker(network: Network, clock: HandClock, sender: User) -> Iterator[Worker]:
    made = Worker(network, clock=clock, slots=8)
    yield made
    made.close()


@pytest.fixture
def deliver(worker: Worker, clock: HandClock) -> Callable[[Fax], Fax]:
    """Turn the worker until a fax rests, letting time pass whenever it waits for a next try."""

    def until_it_rests(fax: Fax) -> Fax:
        while True:
            worker.run_once()
            fax.refresh_from_db()
            if fax.is_settled:
                return fax
            if worker.is_idle:
                due = fax.handovers.open().order_by("due_at").first()
                clock.move_to(due.due_at if due else clock.now())

    return until_it_rests


FILES: Mapping[str, bytes] = {"offer.pdf": PDF * 100, "plan.pdf": PDF * 50, "note.txt": b"a note"}


#: What the fixtures below are.
Direct = Callable[..., Fax]
OpenBrowser = Callable[[Fax], BrowserPage]
Settle = Callable[[Fax], Fax]


@pytest.fixture
def direct(sender: User, clock: HandClock) -> Callable[..., Fax]:
    """Submits a fax whose files stay in the browser."""

    def submit_direct(
        files: Mapping[str, bytes] = FILES,
        *,
        to: str = "7778888",
        key: uuid.UUID | None = None,
    ) -> Fax:
        typed = DraftContent(extension="0003*210", recipients=to, subject="Plans", note="")
        return submit_fax(
            sender,
            key=key or uuid.uuid4(),
            typed=typed,
            files=[],
            declared=declare(files),
            clock=clock,
        ).fax

    return submit_direct


@pytest.fixture
def open_browser(sender: User, network: Network, clock: HandClock) -> Callable[[Fax], BrowserPage]:
    """The page of a fax in its sender's browser."""

    def open_one(fax: Fax) -> BrowserPage:
        return BrowserPage(fax=fax, by=sender, network=network, clock=clock, files=FILES)

    return open_one


@pytest.fixture
def settle_down(worker: Worker) -> Callable[[Fax], Fax]:
    """Turn the worker until it has nothing to do now."""

    def until_idle(fax: Fax) -> Fax:
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()
        fax.refresh_from_db()
        return fax

    return until_idle
