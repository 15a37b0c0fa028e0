from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.connections import save_connection
from faxportal.accounts.models import SignInWith, User
from faxportal.faxes.installation.marker import write_marker
from faxportal.faxes.installation.pair import write_new_pair
from faxportal.faxes.maintenance.duties import Duty
from faxportal.faxes.models import Installation, WatchDuty, WorkerHeartbeat


@pytest.fixture(autouse=True)
def _room(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MAX_FILES = settings.MAX_FILE_BYTES = 1


@pytest.fixture
def worker(db: None) -> WorkerHeartbeat:
    for duty in Duty:
        WatchDuty.objects.create(name=duty, done_at=timezone.now())
    return WorkerHeartbeat.objects.create(name="one", seen_at=timezone.now())


def test_a_portal_whose_watch_is_gone_is_not_ready(worker: WorkerHeartbeat) -> None:
    WatchDuty.objects.all().delete()
    assert len(refusal().splitlines()) == len(Duty)


def test_a_portal_that_cannot_send_mail_says_since_when(worker: WorkerHeartbeat) -> None:
    long_ago = datetime(2026, 11, 30, 9, 14, tzinfo=UTC)
    WatchDuty.objects.filter(name=Duty.MAIL).update(done_at=long_ago)
    assert refusal() == ("The watch has not been able to send mail since 2026-11-30 09:14 UTC.\n")


def test_alive_asks_neither_the_database_nor_for_a_sign_in() -> None:
    # Without the fixture `db`, pytest-django fails a test that touches the database.
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")
    assert response.headers["Content-Type"].startswith("text/plain")


def test_ready_says_so_without_a_sign_in(worker: WorkerHeartbeat) -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(path: str) -> None:
    assert Client().post(path).status_code == 405


def refusal() -> str:
    response = Client().get("/readyz")
    assert response.status_code == 503
    return response.content.decode()


def test_a_portal_whose_workers_are_gone_is_not_ready(worker: WorkerHeartbeat) -> None:
    WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert refusal() == "No worker has been running for a minute, so faxes wait.\n"


def test_a_database_of_an_older_version_is_not_ready(worker: WorkerHeartbeat) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="faxes").delete()
    assert refusal() == "The database has not been migrated to this version.\n"


def test_missing_keys_are_a_reason(worker: WorkerHeartbeat, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = []
    assert refusal() == "FAXPORTAL_CREDENTIAL_KEYS has no key.\n"


def test_a_data_directory_that_is_gone_is_a_reason(
    worker: WorkerHeartbeat, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "gone"
    assert refusal() == "The data directory can't be written.\n"


def test_a_full_disk_is_a_reason(worker: WorkerHeartbeat, settings: Settings) -> None:
    settings.MAX_FILE_BYTES = 2**60
    assert "disk has less than" in refusal()


def test_every_reason_has_a_line(db: None, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = []
    assert len(refusal().splitlines()) == 2 + len(Duty)


def test_a_portal_whose_data_directory_belongs_to_another_database_is_not_ready(
    worker: WorkerHeartbeat,
) -> None:
    write_marker(UUID(int=1))
    assert "don't belong together" in refusal()


def test_a_copy_is_not_ready(worker: WorkerHeartbeat) -> None:
    write_new_pair()
    Installation.objects.update(place="somewhere else")
    assert "is a copy or was restored" in refusal()


def test_a_key_that_opens_no_stored_sign_in_is_a_reason(
    worker: WorkerHeartbeat, sender: User, settings: Settings
) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert refusal() == (
        "FAXPORTAL_CREDENTIAL_KEYS has no key that opens the stored VoipNow sign-ins, so faxes "
        "wait.\n"
    )


def test_one_sign_in_that_can_be_read_is_enough(
    worker: WorkerHeartbeat, sender: User, admin: User, settings: Settings
) -> None:
    """A person whose sign-in can't be read is told so, and so are admins. Others can send faxes."""
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    save_connection(
        admin,
        server="http://127.0.0.1:9",
        sign_in_with=SignInWith.ACCESS_TOKEN,
        secrets={"token": "a token"},
        voipnow_user="@me",
    )
    assert Client().get("/readyz").status_code == 200
