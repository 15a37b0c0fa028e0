"""A fault on the portal's own side delays a fax, but never makes the fax fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import FileSystemStorage, default_storage
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import Direct, HandClock, OpenBrowser, Submit
from tests.support.sender_browser import is_sent_once, offered
from tests.support.waiting import next_moment

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]
Settle = Callable[[Fax], Fax]


class DocumentsFolder:
    """The folder of documents, which a test can move away."""

    def __init__(self) -> None:
        self._folder = Path(cast(FileSystemStorage, default_storage).location)
        self._away = self._folder.with_name(self._folder.name + ".away")

    def go_away(self) -> None:
        self._folder.rename(self._away)

    def come_back(self) -> None:
        if self._away.exists():
            self._away.rename(self._folder)


@pytest.fixture
def documents_folder() -> Iterator[DocumentsFolder]:
    folder = DocumentsFolder()
    yield folder
    folder.come_back()


def _pass_time(worker: Worker, *, minutes: float) -> None:
    """Let the worker run while time passes."""
    clock = cast(HandClock, worker._clock)
    end = clock.now().timestamp() + minutes * 60
    while (moment := next_moment()) and moment.timestamp() < end:
        clock.move_to(moment)
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()


@pytest.mark.parametrize("form", [HandOverBy.PRESIGNED, HandOverBy.ONE_REQUEST])
def test_faxes_wait_while_the_documents_are_away(
    submit: Submit,
    worker: Worker,
    deliver: Deliver,
    simulator: Simulator,
    documents_folder: DocumentsFolder,
    form: HandOverBy,
) -> None:
    simulator.configure(wire="both")
    Connection.objects.update(hand_over_by=form)
    fax = submit()
    documents_folder.go_away()
    _pass_time(worker, minutes=10)
    fax.refresh_from_db()
    assert not fax.is_settled
    assert fax.handovers.get().reason == "file_unreadable"
    assert fax.events.filter(kind="postponed").count() == 1
    assert not Attempt.objects.exclude(upload=None).exists(), "no call, so no attempt"

    documents_folder.come_back()
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert simulator.report().duplicates == ()


def test_faxes_wait_while_no_key_opens_the_sign_in(
    submit: Submit, worker: Worker, deliver: Deliver, settings: Settings
) -> None:
    fax = submit()
    keys = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    _pass_time(worker, minutes=10)
    fax.refresh_from_db()
    assert not fax.is_settled
    assert fax.handovers.get().reason == "key_lost"
    assert not Attempt.objects.exists()

    settings.CREDENTIAL_KEYS = keys
    assert deliver(fax).state == FaxState.HANDED_OVER


def test_the_deadline_ends_the_wait(
    submit: Submit,
    worker: Worker,
    settings: Settings,
    settle_down: Settle,
) -> None:
    settings.DEADLINE_HOURS = 1
    fax = submit()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    _pass_time(worker, minutes=61)
    assert settle_down(fax).state == FaxState.FAILED


def test_a_browser_goes_on_when_the_key_of_its_targets_is_back(
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    settings: Settings,
    simulator: Simulator,
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.request_targets()
    keys = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert not offered(browser.request_targets())
    assert fax.handovers.get().reason == "key_lost"

    settings.CREDENTIAL_KEYS = keys
    assert offered(browser.request_targets())
    assert fax.handovers.get().reason == ""
    browser.upload_all()
    assert is_sent_once(settle_down(fax), simulator)


def test_a_portal_without_keys_lets_faxes_wait(
    submit: Submit, worker: Worker, deliver: Deliver, settings: Settings
) -> None:
    fax = submit()
    keys = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = []
    _pass_time(worker, minutes=10)
    assert fax.handovers.get().reason == "key_lost"

    settings.CREDENTIAL_KEYS = keys
    assert deliver(fax).state == FaxState.HANDED_OVER
