"""Full disks, read-only folders and missing databases: people read why, and nothing is lost."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_result import NeedsCorrection
from faxportal.faxes.delivery.database_outage import DATABASE_IS_AWAY
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, Submit
from tests.support.submitting import expect, submit_form

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

KEY = "7d3b5d3e-6f5c-4c64-9d4e-0c2f4a8f1a11"
NOBODY = 65534  # a user id that owns no files, on Linux and on macOS


def _in_a_child_process(work: Callable[[], object]) -> int:
    """Run `work` in a child process, and return the exit code of the process.

    In a child process `work` can change the user id without changing the user id of the test.
    """
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _store_in(folder: Path, settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "faxportal.documents.storage_backend.DurableFileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        }
    }


def _saving_fails_with_nothing_left(folder: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011  # each system words it differently
        default_storage.save("ab/abcd", ContentFile(b"a page" * 50_000))
    assert not list(folder.rglob("*.part"))


def test_a_full_disk_leaves_no_part_of_a_file(settings: Settings) -> None:
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
        _saving_fails_with_nothing_left(folder)

    assert _in_a_child_process(work) == 0
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_read_only_folder_leaves_no_part_of_a_file(settings: Settings) -> None:
    """Runs in a child process with another user id, because root can write anywhere."""
    with tempfile.TemporaryDirectory() as name:
        closed = Path(name)
        _store_in(closed, settings)
        closed.chmod(0o555)

        def work() -> None:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            _saving_fails_with_nothing_left(closed)

        assert _in_a_child_process(work) == 0


def test_a_submit_that_no_disk_can_store_says_so_and_keeps_the_text(
    sender: User, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    _store_in(tmp_path / "a file" / "below it", settings)
    content = DraftContent(extension="0003*210", recipients="7778888", note="call first")
    refused = expect(
        NeedsCorrection,
        submit_form(
            sender, key=uuid.uuid4(), content=content, files=[SimpleUploadedFile("a.pdf", PDF)]
        ),
    )
    assert "disk" in refused.problems["documents"][0]
    assert refused.draft.note == "call first"
    assert refused.draft.state == FaxState.DRAFT


def test_the_database_flushes_each_commit() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,), "FULL"
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def _run_until_it_fails(worker: Worker) -> None:
    while True:
        worker.run_once()


@pytest.mark.sqlite
def test_a_locked_database_delays_the_worker_and_loses_nothing(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("create", "hold")
    fax = submit()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    while not Attempt.objects.exists():
        worker.run_once()
    simulator.wait_until_held()
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    simulator.release()
    with pytest.raises(OperationalError, match="locked"):
        _run_until_it_fails(worker)
    other.execute("ROLLBACK")
    other.close()

    assert deliver(fax).state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 1


@pytest.mark.sqlite
def test_a_submit_while_the_database_is_locked_says_so_and_saves_nothing(sender: User) -> None:
    """The form stays on the screen with its key. Submitting it again makes one fax."""
    browser = Client(raise_request_exception=False)
    browser.force_login(sender)
    browser.get("/")

    def send() -> int:
        form = {
            "key": KEY,
            "extension": "0003*210",
            "recipients": "7778888",
            "documents": [SimpleUploadedFile("offer.pdf", PDF)],
        }
        return browser.post("/", form).status_code

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert send() == HTTPStatus.SERVICE_UNAVAILABLE
    other.execute("ROLLBACK")
    other.close()
    assert not Fax.objects.exists()

    assert send() == HTTPStatus.FOUND
    assert Fax.objects.get().state == FaxState.WAITING


@pytest.mark.postgresql
def test_a_database_that_restarts_delays_the_worker_and_loses_nothing(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit()
    while not Attempt.objects.exists():
        worker.run_once()
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OperationalError):
        worker.run_once()
    connection.close()

    assert deliver(fax).state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 1


@pytest.mark.postgresql
def test_a_database_that_is_read_only_for_a_while_delays_the_worker_and_loses_nothing(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """This happens while a standby server is promoted. The error is then no `OperationalError`."""
    fax = submit()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        with pytest.raises(DATABASE_IS_AWAY):
            worker.run_once()
        cursor.execute("SET default_transaction_read_only = off")

    assert deliver(fax).state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 1
    assert not fax.events.filter(kind="portal_fault").exists()
