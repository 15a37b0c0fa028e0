"""A backup has the database, the documents that it names, and a manifest. It has no keys."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import connection

from faxportal import __version__
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.backup.make_backup import begin_backup, end_backup
from faxportal.faxes.models import Document, Fax
from tests.faxes.conftest import Submit
from tests.faxes.maintenance.backup.conftest import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for a backup."""
    made = tmp_path / "made by hand"
    made.mkdir()
    return made


def manifest_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def test_the_manifest_names_every_file_with_its_size_and_sha256(fax: Fax, backup: Path) -> None:
    manifest = manifest_of(backup)
    assert manifest["version"] == __version__
    assert manifest["database"] == connection.vendor
    assert "faxes.0008_installation" in manifest["migrations"]
    assert (manifest["rows"]["faxes_fax"], manifest["rows"]["faxes_document"]) == (1, 2)
    for file in manifest["files"]:
        content = (backup / file["path"]).read_bytes()
        assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    named = {file["path"] for file in manifest["files"]}
    there = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert there == named | {"manifest.json"}
    stored = set(fax.documents.values_list("stored_as", flat=True))
    assert {path.removeprefix("documents/") for path in named if "/" in path} == stored
    assert manifest["removed"] == manifest["lost"] == []


def test_only_the_portals_user_may_read_a_backup(backup: Path) -> None:
    for path in (backup, *backup.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_backup_has_no_keys_and_says_so(backup: Path, tmp_path: Path) -> None:
    for path in backup.rglob("*"):
        if path.is_file():
            assert settings.CREDENTIAL_KEYS[0].encode() not in path.read_bytes()
    assert "FAXPORTAL_CREDENTIAL_KEYS" in make(tmp_path / "another")


def test_a_folder_that_has_something_is_refused_and_stays_as_it_is(
    fax: Fax, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "letter").write_text("mine")
    with pytest.raises(CommandError, match="is not empty"):
        make(folder)
    assert [path.name for path in folder.iterdir()] == ["letter"]


def test_a_file_that_no_row_names_is_left_out(fax: Fax, tmp_path: Path) -> None:
    stray = Path(default_storage.path("ab/" + "ab" * 16))
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("left behind")
    make(tmp_path / "backup")
    assert len(manifest_of(tmp_path / "backup")["files"]) == 3


def test_a_document_that_is_lost_is_named_and_makes_the_command_fail(
    fax: Fax, tmp_path: Path
) -> None:
    lost = fax.documents.get(position=1).stored_as
    default_storage.delete(lost)
    with pytest.raises(CommandError, match="has lost 1 documents"):
        make(tmp_path / "backup")
    manifest = manifest_of(tmp_path / "backup")
    assert (manifest["lost"], manifest["removed"]) == ([lost], [])


def test_a_document_that_has_changed_is_named_too(fax: Fax, tmp_path: Path) -> None:
    changed = fax.documents.get(position=1).stored_as
    Path(default_storage.path(changed)).write_bytes(b"other content")
    with pytest.raises(CommandError, match="has lost 1 documents"):
        make(tmp_path / "backup")
    assert manifest_of(tmp_path / "backup")["lost"] == [changed]


def test_a_document_that_retention_removes_meanwhile_is_named_as_removed(
    fax: Fax, folder: Path
) -> None:
    gone = fax.documents.get(position=1).stored_as
    dumped = begin_backup(folder, Clock())
    Document.objects.filter(stored_as=gone).update(stored_as="")
    default_storage.delete(gone)
    manifest = end_backup(dumped, folder)
    assert (manifest.removed, manifest.lost) == ([gone], [])
    assert len(manifest.documents) == 1


def test_a_backup_that_fails_leaves_no_folder_that_looks_like_one(fax: Fax, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    path = Path(default_storage.path(fax.documents.get(position=1).stored_as))
    path.unlink()
    path.mkdir()  # reading a folder raises another error than a missing file
    with pytest.raises(CommandError, match=r"can't be written"):
        make(folder)
    assert list(folder.iterdir()) == []


def test_documents_that_come_after_the_dump_do_not_belong_to_it(
    fax: Fax, submit: Submit, folder: Path
) -> None:
    dumped = begin_backup(folder, Clock())
    submit({"late.txt": b"late"})
    manifest = end_backup(dumped, folder)
    assert manifest.rows["faxes_fax"] == 1
    assert len(manifest.documents) == 2
