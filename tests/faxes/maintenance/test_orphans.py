"""Files that no row names: swept when they are a day old, and nothing else is."""

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
from faxportal.faxes.maintenance.orphans import NAMED_BY, Housekeeping, sweep
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
    """A file that was written so many hours ago."""
    path.write_bytes(b"left behind")
    written = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (written, written))
    return path


@pytest.mark.parametrize("name", [NAME, f"{NAME}.part"])
def test_what_a_killed_process_left_goes_after_a_day(
    name: str, folder: Path, clock: HandClock
) -> None:
    path = put(folder / name, hours=25)
    [stray] = sweep(clock)
    assert (stray.stored_as, stray.size) == (f"ab/{name}", 11)
    assert not path.exists()


def test_what_may_be_just_arriving_stays(folder: Path, clock: HandClock) -> None:
    path = put(folder / NAME, hours=23)
    assert not sweep(clock)
    assert path.exists()


def test_what_is_not_named_as_ours_stays(folder: Path, clock: HandClock) -> None:
    path = put(folder / "backup.tar", hours=10_000)
    assert not sweep(clock)
    assert path.exists()


def test_what_a_row_names_stays(submit: Submit, clock: HandClock) -> None:
    fax = submit()
    clock.move(days=10)
    assert not sweep(clock)
    assert default_storage.exists(fax.documents.get().stored_as)
    Fax.objects.get().documents.all().delete()
    assert len(sweep(clock)) == 1


def test_what_never_arrived_whole_goes_too(clock: HandClock) -> None:
    folder = Path(project_settings.FILE_UPLOAD_TEMP_DIR)
    old, young = (put(folder / f"{h}.upload.pdf", hours=h) for h in (25, 23))
    sweep(clock)
    assert (old.exists(), young.exists()) == (False, True)


def test_the_watch_sweeps_one_folder_at_a_time(folder: Path, clock: HandClock) -> None:
    first = folder.parent / "00"
    first.mkdir()
    paths = [put(first / NAME, hours=25), put(folder / NAME, hours=25)]
    Housekeeping(clock).run_once()
    assert [path.exists() for path in paths] == [False, True]


def test_a_disk_that_refuses_is_said_and_tried_again(
    folder: Path, clock: HandClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (folder.parent / "00").write_text("no folder")
    Housekeeping(clock).run_once()
    assert "files could not be removed: NotADirectoryError" in caplog.text


def test_a_file_of_contacts_that_nobody_came_back_to_is_forgotten(clock: HandClock) -> None:
    for name in ("anna", "ben"):
        importing.store_file("Name,Fax\nMeyer,210\n", by=User.objects.create_user(name))
    left = ContactImport.objects.get(owner__username="anna")
    ContactImport.objects.filter(pk=left.pk).update(created_at=clock.now() - timedelta(hours=25))
    Housekeeping(clock).run_once()
    assert ContactImport.objects.get().owner.username == "ben"


def test_every_row_that_names_a_stored_file_is_asked() -> None:
    with_files = {
        model
        for model in apps.get_models()
        if any(field.name == "stored_as" for field in model._meta.get_fields())
    }
    assert with_files == {rows.model for rows in NAMED_BY}
