"""Orphaned files go to the trash when they are a day old, and are deleted 30 days later."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project_settings
from django.core.files.storage import default_storage
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.contacts import importing
from faxportal.contacts.models import ContactImport
from faxportal.documents import trash
from faxportal.faxes.maintenance.housekeeping import Housekeeping
from faxportal.faxes.maintenance.orphaned_files import remove_orphans
from faxportal.faxes.maintenance.stored_documents import NAMING_ROWS
from faxportal.faxes.models import Fax
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "ab" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents" / "ab"
    made.mkdir(parents=True)
    return made


def put(path: Path, *, hours: float) -> Path:
    """Write a file that looks `hours` old, and return its path."""
    path.write_bytes(b"left behind")
    written = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (written, written))
    return path


@pytest.mark.parametrize("name", [NAME, f"{NAME}.part"])
def test_a_file_that_a_killed_process_left_goes_after_a_day(
    name: str, folder: Path, clock: HandClock
) -> None:
    path = put(folder / name, hours=25)
    [orphan] = remove_orphans(clock)
    assert (orphan.stored_as, orphan.size) == (f"ab/{name}", 11)
    assert not path.exists()


def test_an_orphan_stays_in_the_trash_for_30_days(folder: Path, clock: HandClock) -> None:
    put(folder / NAME, hours=25)
    remove_orphans(clock)
    assert list(trash.names_in_trash()) == [f"ab/{NAME}"]
    clock.move(days=30)
    remove_orphans(clock)
    assert list(trash.names_in_trash()) == [f"ab/{NAME}"]
    clock.move(days=1)
    remove_orphans(clock)
    assert not trash.names_in_trash()
    assert not any(path.is_file() for path in folder.parent.rglob("*"))


def test_a_file_that_was_never_written_completely_is_not_kept(
    folder: Path, clock: HandClock
) -> None:
    put(folder / f"{NAME}.part", hours=25)
    remove_orphans(clock)
    assert not trash.names_in_trash()


def test_a_file_younger_than_a_day_stays(folder: Path, clock: HandClock) -> None:
    path = put(folder / NAME, hours=23)
    assert not remove_orphans(clock)
    assert path.exists()


def test_a_file_that_the_portal_did_not_name_stays(folder: Path, clock: HandClock) -> None:
    path = put(folder / "backup.tar", hours=10_000)
    assert not remove_orphans(clock)
    assert path.exists()


def test_a_file_that_a_row_names_stays(submit: Submit, clock: HandClock) -> None:
    fax = submit()
    clock.move(days=10)
    assert not remove_orphans(clock)
    assert default_storage.exists(fax.documents.get().stored_as)
    Fax.objects.get().documents.all().delete()
    assert len(remove_orphans(clock)) == 1


def test_an_upload_that_never_ended_is_removed_after_a_day(clock: HandClock) -> None:
    folder = Path(project_settings.FILE_UPLOAD_TEMP_DIR)
    old, young = (put(folder / f"{h}.upload.pdf", hours=h) for h in (25, 23))
    remove_orphans(clock)
    assert (old.exists(), young.exists()) == (False, True)


def test_housekeeping_searches_one_folder_at_a_time(folder: Path, clock: HandClock) -> None:
    first = folder.parent / "00"
    first.mkdir()
    paths = [put(first / NAME, hours=25), put(folder / NAME, hours=25)]
    Housekeeping(clock).run_once()
    assert [path.exists() for path in paths] == [False, True]


def test_a_file_that_cannot_be_removed_is_logged(
    folder: Path, clock: HandClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (folder.parent / "00").write_text("no folder")
    Housekeeping(clock).run_once()
    assert "files could not be removed: NotADirectoryError" in caplog.text


def test_an_abandoned_import_of_contacts_is_removed(clock: HandClock) -> None:
    for name in ("anna", "ben"):
        importing.store_file("Name,Fax\nMeyer,210\n", by=User.objects.create_user(name))
    left = ContactImport.objects.get(owner__username="anna")
    ContactImport.objects.filter(pk=left.pk).update(created_at=clock.now() - timedelta(hours=25))
    Housekeeping(clock).run_once()
    assert ContactImport.objects.get().owner.username == "ben"


def test_every_model_that_names_stored_files_is_looked_up() -> None:
    with_files = {
        model
        for model in apps.get_models()
        if any(field.name == "stored_as" for field in model._meta.get_fields())
    }
    assert with_files == {rows.model for rows in NAMING_ROWS}
