"""A small office: people, their address book, and a fax for each way in which a fax can end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import HandOverBy, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.contacts.address_book import ContactDetails, add_contact
from faxportal.contacts.groups import add_group, add_members
from faxportal.faxes.actions.block_list import block_number
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.legal_hold import put_on_hold
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import save_form
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import CoverTemplate, Fax, FaxTemplate
from faxportal.faxes.stats.counts import update_counts
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.network import Network, NetworkRules
from tests.support import documents
from tests.support.submitting import send_confirmed

FILES: Mapping[str, bytes] = {"offer.pdf": documents.pdf(at_least=20_000), "note.txt": b"a note"}


class OfficeClock(Clock):
    """The real time, plus `ahead`."""

    ahead = timedelta()

    def now(self) -> datetime:
        """The real time, plus `ahead`."""
        return timezone.now() + self.ahead

    def at_database(self) -> datetime:
        """The same as `now`. The database has no clock of its own here."""
        return self.now()


def fill_office() -> None:
    """Fill an empty, migrated database."""
    clock = OfficeClock()
    with running_simulator(clock=lambda: clock.now().timestamp()) as simulator:
        settings.VOIPNOW_SERVERS = [simulator.url]
        settings.STORAGE_ORIGINS = [simulator.storage_url]
        rules = NetworkRules(
            servers=(simulator.url,), storage_origins=(simulator.storage_url,), allow_http=True
        )
        maria, ada = _people(simulator)
        _address_book(maria, ada)
        with closing(Network(rules)) as network:
            worker = Worker(network, clock=clock, slots=8)
            with closing(worker):
                _send_faxes(maria, ada, simulator, worker, clock)
    update_counts(clock)


def _people(simulator: Simulator) -> tuple[User, User]:
    """Add people, and return a connected sender and an admin.

    The other people are a reviewer and a person with a closed account.
    """
    maria = User.objects.create_user("maria", password="a long password", time_zone="Europe/Berlin")
    ada = User.objects.create_user("ada", password="a long password", email="ada@example.com")
    rita = User.objects.create_user("rita", password="a long password")
    for user, role in ((maria, Role.SENDER), (ada, Role.ADMIN), (rita, Role.REVIEWER)):
        give_role(user, role)
    User.objects.create_user("olaf", is_active=False)
    connection = save_connection(
        maria,
        server=simulator.url,
        sign_in_with=SignInWith.APP_KEY,
        secrets={"key": config.APP_KEY, "secret": config.APP_SECRET},
        voipnow_user="@me",
        hand_over_by=HandOverBy.PRESIGNED,
    )
    add_extension(connection, number="0003*210", label="Front desk")
    return maria, ada


def _address_book(maria: User, ada: User) -> None:
    """Add own and shared contacts, a group, a cover page, a template and a blocked number."""
    own = add_contact(ContactDetails(name="Dr. Meyer", number="+49 30 1234567"), by=maria)
    shared = ContactDetails(
        name="Claims", number="+1 650 253 0000", organisation="Acme", note="Monthly"
    )
    add_contact(shared, by=ada, is_shared=True)
    add_members(add_group("Board", by=maria), [own.pk], by=maria)
    CoverTemplate.objects.create(name="Letterhead", use="offered", office="Acme", shown=["to"])
    FaxTemplate.objects.create(owner=maria, name="Weekly", recipients_typed="@Board")
    block_number("+1 900 555 0100", reason="Costs too much", by=ada)


def _send_faxes(
    maria: User, ada: User, simulator: Simulator, worker: Worker, clock: OfficeClock
) -> None:
    """Make a fax for each way in which a fax can end, and faxes that are not sent yet."""

    def submit(subject: str, *, to: str = "7778888", due_at: datetime | None = None) -> Fax:
        content = DraftContent(
            extension="0003*210", recipients=to, subject=subject, note="", due_at=due_at
        )
        files = [ContentFile(data, name=name) for name, data in FILES.items()]
        request = SubmitRequest(by=maria, key=uuid.uuid4(), content=content, files=files)
        return send_confirmed(request, clock=clock).fax

    def deliver(fax: Fax) -> Fax:
        _deliver(fax, worker, clock)
        return fax

    many = "\n".join(f"+1 650 253 00{number:02}" for number in range(7))
    put_on_hold(deliver(submit("Handed over, in two batches", to=many)), reason="Suit", by=ada)
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    deliver(submit("Failed"))
    simulator.script("upload", "drop", at="done", file="note.txt")
    uncertain = submit("Uncertain")
    _until(worker, lambda: uncertain.handovers.filter(attempts__outcome="unknown").exists(), clock)
    simulator.expire_targets()
    deliver(uncertain)
    simulator.forget_script()
    cancel_fax(submit("Cancelled"), by=maria)
    pause_sending(by=ada, clock=clock)
    resume_sending(by=ada, clock=clock)
    submit("Scheduled", due_at=clock.now() + timedelta(days=300))
    pause_sending(by=ada, clock=clock)
    submit("Waiting while sending is paused")
    page = ContentFile(FILES["note.txt"], name="note.txt")
    save_form(maria, key=uuid.uuid4(), content=DraftContent(subject="Draft"), files=[page])


def _deliver(fax: Fax, worker: Worker, clock: OfficeClock) -> None:
    """Run the worker until a fax is settled; time passes whenever the worker waits."""

    def is_settled() -> bool:
        fax.refresh_from_db()
        return fax.is_settled

    _until(worker, is_settled, clock)


def _until(worker: Worker, is_done: Callable[[], bool], clock: OfficeClock) -> None:
    while not is_done():
        worker.run_once()
        if worker.is_idle:
            clock.ahead += timedelta(seconds=30)
