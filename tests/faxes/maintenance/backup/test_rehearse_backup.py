"""A rehearsal restores into a temporary portal, says if the backup is whole, and leaves nothing."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import connection

from faxportal.faxes.maintenance.backup.rehearse_backup import _without_password
from faxportal.faxes.models import Fax, FaxEvent
from tests.faxes.maintenance.backup.conftest import make
from tests.support.environment import VARIABLES
from tests.support.process_tree import MANAGE, bare_environment, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    """The folder into which a rehearsal puts its temporary files."""
    made = tmp_path / "aside"
    made.mkdir()
    return made


@dataclass(frozen=True)
class Rehearsed:
    """How a rehearsal ended, and what it printed."""

    returncode: int
    stdout: str


def rehearse(folder: Path, aside: Path, **other: str) -> Rehearsed:
    """Rehearse with the settings of a portal, and check that nothing is left of the rehearsal.

    `other` are settings that differ from those of the tests.
    """
    own = aside.parent / "own data"
    own.mkdir()
    environment = bare_environment(
        **VARIABLES | other,
        FAXPORTAL_DATA_DIR=str(own),
        FAXPORTAL_DATABASE_URL=os.environ.get("FAXPORTAL_DATABASE_URL", ""),
        TMPDIR=str(aside),
    )
    with running((*MANAGE, "rehearse", str(folder)), environment) as tree:
        code = tree.wait_for_all()
    assert not list(aside.iterdir()), "what was made aside is removed"
    assert [path.name for path in own.iterdir()] == ["incoming"], "the portal is untouched"
    assert not _temporary_databases(tree.process.pid)
    return Rehearsed(code, tree.output)


def _temporary_databases(pid: int) -> list[str]:
    """The databases that a rehearsal has left."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return [
            name for (name,) in cursor.fetchall() if name.startswith(f"faxportal_rehearsal_{pid}_")
        ]


def test_a_whole_backup_is_called_whole(backup: Path, aside: Path) -> None:
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    done = rehearse(backup, aside)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines() == [
        "The backup is restored, with as many faxes and documents as its manifest says.",
        "No migration is missing.",
        "Every document that a fax names is there, with its size and SHA-256.",
        "Every history is whole.",
        "The backup is whole.",
    ]
    assert {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()} == before


def test_a_backup_that_lacks_a_document_is_not_whole(fax: Fax, tmp_path: Path, aside: Path) -> None:
    default_storage.delete(fax.documents.get(position=1).stored_as)
    with pytest.raises(CommandError):
        make(tmp_path / "backup")
    done = rehearse(tmp_path / "backup", aside)
    assert done.returncode != 0
    assert "The backup is not whole." in done.stdout
    assert f"A document is missing: fax {fax.uuid}" in done.stdout


def test_a_backup_with_a_changed_history_is_not_whole(
    fax: Fax, tmp_path: Path, aside: Path
) -> None:
    FaxEvent.objects.filter(fax=fax).update(data={"forged": True})
    make(tmp_path / "backup")
    done = rehearse(tmp_path / "backup", aside)
    assert done.returncode != 0
    assert "changed from event 1 on" in done.stdout


def test_a_backup_whose_key_is_missing_is_not_called_changed(backup: Path, aside: Path) -> None:
    done = rehearse(backup, aside, FAXPORTAL_RECORD_KEY=Fernet.generate_key().decode())
    assert done.returncode == 3
    assert "The backup can't be verified completely." in done.stdout
    assert "not whole" not in done.stdout


def test_a_backup_with_another_number_of_faxes_is_not_whole(backup: Path, aside: Path) -> None:
    path = backup / "manifest.json"
    content = json.loads(path.read_text())
    content["rows"]["faxes_fax"] += 1
    path.write_text(json.dumps(content))
    done = rehearse(backup, aside)
    assert done.returncode != 0
    assert "another number of rows" in done.stdout


def test_a_spoilt_file_is_found(backup: Path, aside: Path) -> None:
    document = next(path for path in (backup / "documents").rglob("*") if path.is_file())
    document.write_bytes(b"other content")
    done = rehearse(backup, aside)
    assert done.returncode != 0
    assert "is not as it was written" in done.stdout


@pytest.mark.sqlite
def test_a_backup_of_postgresql_needs_a_server_for_its_rehearsal(backup: Path, aside: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"database": "postgresql"}))
    done = rehearse(backup, aside)
    assert done.returncode != 0
    assert "FAXPORTAL_DATABASE_URL must name a server of this kind" in done.stdout


def test_what_a_step_says_has_no_password() -> None:
    url = "postgresql://faxportal:top%20secret@127.0.0.1:1/faxportal"
    said = _without_password(f"no answer from {url}, tried 'top secret'", url)
    assert "secret" not in said


def test_a_folder_without_a_manifest_is_not_rehearsed(tmp_path: Path, aside: Path) -> None:
    done = rehearse(tmp_path, aside)
    assert done.returncode != 0
    assert "The backup was not rehearsed. There is no backup in" in done.stdout
