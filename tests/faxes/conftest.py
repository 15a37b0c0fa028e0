"""A sender connected to a simulated VoipNow, and a worker and a clock that tests move by hand."""

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
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.compose.submit_result import Submitted
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.network import Network, NetworkRules
from tests.support import documents
from tests.support.sender_browser import SenderBrowser, declare
from tests.support.submitting import expect, send_confirmed
from tests.support.waiting import next_moment

PDF = documents.pdf()
#: Larger than the buffers of sockets, so that an upload can stop in the middle.
LARGE = documents.pdf(at_least=24_000_000)


class HandClock(Clock):
    """The real time plus what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        #: The time of the monotonic clock; None means the real time.
        self.seconds: float | None = None

    def at_database(self) -> datetime:
        return self.now()

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() if self.seconds is None else self.seconds

    def move(self, **by: float) -> None:
        """Move the clock ahead, e.g. by `minutes=5`. The monotonic clock doesn't move."""
        self.ahead += timedelta(**by)

    def move_to(self, moment: datetime) -> None:
        """Move the clock ahead to a moment. Nothing happens if the moment has passed."""
        self.ahead += max(timedelta(), moment - self.now())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def simulator(clock: HandClock) -> Iterator[Simulator]:
    """A VoipNow whose targets expire by the test's clock."""
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
def admin(db: None) -> User:
    user = User.objects.create_user("ada", email="ada@example.com")
    give_role(user, Role.ADMIN)
    return user


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
    """Submits a fax as the form does, and confirms any concern. The files are name → bytes."""

    def submit_one(
        files: dict[str, bytes] | None = None,
        *,
        to: str = "7778888",
        by: User = sender,
        key: uuid.UUID | None = None,
    ) -> Fax:
        content = DraftContent(extension="0003*210", recipients=to, subject="Offer", note="")
        given = {"offer.pdf": PDF} if files is None else files
        request = SubmitRequest(
            by=by,
            key=key or uuid.uuid4(),
            content=content,
            files=[SimpleUploadedFile(name, bytes_) for name, bytes_ in given.items()],
        )
        return send_confirmed(request, clock=clock).fax

    return submit_one


@pytest.fixture
def worker(network: Network, clock: HandClock, sender: User) -> Iterator[Worker]:
    made = Worker(network, clock=clock, slots=8)
    yield made
    made.close()


@pytest.fixture
def deliver(worker: Worker, clock: HandClock) -> Callable[[Fax], Fax]:
    """Runs the worker until a fax is settled. While no attempt is due, the clock moves ahead."""

    def until_settled(fax: Fax) -> Fax:
        while True:
            worker.run_once()
            fax.refresh_from_db()
            if fax.is_settled:
                return fax
            if worker.is_idle:
                clock.move_to(next_moment() or clock.now())

    return until_settled


FILES: Mapping[str, bytes] = {"offer.pdf": PDF * 100, "plan.pdf": PDF * 50, "note.txt": b"a note"}


#: The types of the fixtures below.
Direct = Callable[..., Fax]
OpenBrowser = Callable[[Fax], SenderBrowser]
Settle = Callable[[Fax], Fax]


def direct_request(
    by: User,
    files: Mapping[str, bytes] = FILES,
    *,
    to: str = "7778888",
    key: uuid.UUID | None = None,
) -> SubmitRequest:
    """The request of a form whose files stay in the browser. `files`: name → bytes."""
    return SubmitRequest(
        by=by,
        key=key or uuid.uuid4(),
        content=DraftContent(extension="0003*210", recipients=to, subject="Plans"),
        client_files=declare(files),
    )


@pytest.fixture
def direct(sender: User, clock: HandClock) -> Callable[..., Fax]:
    """Submits a fax whose files stay in the browser."""

    def submit_direct(
        files: Mapping[str, bytes] = FILES,
        *,
        to: str = "7778888",
        key: uuid.UUID | None = None,
    ) -> Fax:
        request = direct_request(sender, files, to=to, key=key)
        return expect(Submitted, submit_fax(request, clock=clock)).fax

    return submit_direct


@pytest.fixture
def open_browser(
    sender: User, network: Network, clock: HandClock
) -> Callable[[Fax], SenderBrowser]:
    """Opens the page of a fax in its sender's browser."""

    def open_one(fax: Fax) -> SenderBrowser:
        return SenderBrowser(fax=fax, by=sender, network=network, clock=clock, files=FILES)

    return open_one


@pytest.fixture
def settle_down(worker: Worker) -> Callable[[Fax], Fax]:
    """Runs the worker until it is idle."""

    def until_idle(fax: Fax) -> Fax:
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()
        fax.refresh_from_db()
        return fax

    return until_idle
