"""A restore checks everything first. The restored portal is whole, and recognised as a copy."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from faxportal.faxes.installation.pair import write_new_pair
from faxportal.faxes.models import Fax, Installation
from tests.faxes.maintenance.backup.conftest import EmptyPortal, make
from tests.support.process_tree import MANAGE, ROOT, running

pytestmark = pytest.mark.django_db(transaction=True)

#: Prints the state of each fax, whether sending is paused, and how many gaps the record has.
LOOK = (
    "from faxportal.faxes.models import Fax, RecordGap, SendingPause; "
    "print(*Fax.objects.values_list('state', flat=True), SendingPause.is_on(), "
    "RecordGap.objects.count())"
)
#: Does what every process of the portal does first.
START = (
    "from faxportal.faxes.clock import Clock; "
    "from faxportal.faxes.delivery.after_restore import secure_copy; "
    "print(secure_copy(Clock()).name)"
)


def test_a_restored_portal_is_recognised_as_a_copy_and_sends_nothing(
    fax: Fax, tmp_path: Path, empty_portal: EmptyPortal
) -> None:
    write_new_pair()
    make(tmp_path / "backup")
    done = empty_portal.manage("restore", tmp_path / "backup")
    assert done.returncode == 0, done.stdout
    assert "with 2 documents. Nothing is sent until an administrator resumes sending." in (
        done.stdout
    )
    assert empty_portal.recognised() == "COPY"
    assert empty_portal.ask(LOOK) == "waiting False 0"
    assert empty_portal.ask(START) == "COPY"
    assert empty_portal.ask(LOOK) == "uncertain True 1"
    for document in fax.documents.all():
        copy = empty_portal.data_dir / "documents" / document.stored_as
        assert copy.read_bytes() == Path(default_storage.path(document.stored_as)).read_bytes()


def test_a_backup_that_is_restored_in_place_is_recognised_as_a_copy(
    backup: Path, tmp_path: Path, empty_portal: EmptyPortal
) -> None:
    """With PostgreSQL, the target is the same database as before, which was only emptied."""
    assert empty_portal.manage("restore", backup).returncode == 0
    empty_portal.ask("from faxportal.faxes.installation import pair; pair.take_as_original()")
    assert empty_portal.recognised() == "ORIGINAL"
    assert empty_portal.manage("backup", tmp_path / "its own").returncode == 0
    _empty(empty_portal)
    assert empty_portal.manage("restore", tmp_path / "its own").returncode == 0
    assert empty_portal.recognised() == "COPY"


def test_a_backup_of_a_copy_is_secured_again_in_the_same_place(
    fax: Fax, tmp_path: Path, empty_portal: EmptyPortal
) -> None:
    """The first copy was secured at this place. The restored row says so, but must not count."""
    write_new_pair()
    make(tmp_path / "backup")
    here = "from faxportal.faxes.installation.database_place import database_place; "
    assert empty_portal.manage("restore", tmp_path / "backup").returncode == 0
    empty_portal.ask(
        here + "from faxportal.faxes.models import Installation; "
        "Installation.objects.update(secured_for=str(database_place()))"
    )
    place = empty_portal.ask(here + "print(database_place())")
    Installation.objects.update(secured_for=place)
    make(tmp_path / "backup of the copy")
    _empty(empty_portal)
    assert empty_portal.manage("restore", tmp_path / "backup of the copy").returncode == 0
    assert empty_portal.ask(START) == "COPY"
    assert empty_portal.ask(LOOK) == "uncertain True 1"


def test_a_backup_made_before_the_first_start_is_recognised_as_a_copy_too(
    backup: Path, empty_portal: EmptyPortal
) -> None:
    """After a migration from 0.1.0, there is no row that says which database is the original."""
    assert not Installation.objects.exists()
    assert empty_portal.manage("restore", backup).returncode == 0
    assert empty_portal.recognised() == "COPY"


def _empty(portal: EmptyPortal) -> None:
    """Empty the database and the data directory in place."""
    if connection.vendor == "postgresql":
        drop = "from django.db import connection; connection.cursor().execute("
        portal.ask(drop + "'DROP SCHEMA public CASCADE; CREATE SCHEMA public')")
    for path in portal.data_dir.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_target_that_is_not_empty_is_refused_and_stays_as_it_is(
    backup: Path, empty_portal: EmptyPortal
) -> None:
    assert empty_portal.manage("restore", backup).returncode == 0
    again = empty_portal.manage("restore", backup)
    assert again.returncode != 0
    assert "Nothing was restored. The database is not empty" in again.stdout
    assert empty_portal.recognised() == "COPY"


@pytest.mark.parametrize("name", ["installation.json", "recent-events", "documents/ab/something"])
def test_a_data_directory_in_use_is_refused(
    name: str, backup: Path, empty_portal: EmptyPortal
) -> None:
    used = empty_portal.data_dir / name
    used.parent.mkdir(parents=True)
    used.write_text("{}")
    refused = empty_portal.manage("restore", backup)
    assert refused.returncode != 0
    assert "is not empty" in refused.stdout
    assert used.read_text() == "{}"


def test_a_restore_that_breaks_off_leaves_nothing_that_could_be_used(
    backup: Path, empty_portal: EmptyPortal
) -> None:
    """A full disk is one cause. Here the manifest names too many rows, as only loading shows."""
    _change_manifest(lambda one: one["rows"].update(faxes_fax=2), backup)
    broken = empty_portal.manage("restore", backup)
    assert broken.returncode != 0
    assert "empty the database and the data directory before you restore again" in broken.stdout
    assert empty_portal.recognised() == "MISMATCH"


def test_a_portal_that_is_restored_without_its_key_says_so(
    backup: Path, empty_portal: EmptyPortal
) -> None:
    empty_portal.environment["FAXPORTAL_CREDENTIAL_KEYS"] = Fernet.generate_key().decode()
    why = "has no key that opens the stored VoipNow sign-ins, so faxes wait"
    done = empty_portal.manage("restore", backup)
    assert done.returncode == 0
    assert why in done.stdout
    with running((*MANAGE, "worker"), empty_portal.environment) as worker:
        worker.find(why)
        worker.find("worker is ready")
        worker.send(signal.SIGTERM)
        assert worker.wait_for_all() == 0


def _change_manifest(change: Callable[[dict[str, Any]], object], folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text())
    change(content)
    (folder / "manifest.json").write_text(json.dumps(content))


def _document(folder: Path) -> Path:
    return next(path for path in (folder / "documents").rglob("*") if path.is_file())


def _other_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "without its manifest": (lambda folder: (folder / "manifest.json").unlink(), "no backup in"),
    "a manifest that breaks off": (
        lambda folder: (folder / "manifest.json").write_text('{"format": 1, '),
        "can't be read",
    ),
    "a manifest of something else": (
        lambda folder: (folder / "manifest.json").write_text("[]"),
        "not as the portal writes it",
    ),
    "a newer form": (
        lambda folder: _change_manifest(lambda one: one.update(format=2), folder),
        "newer version",
    ),
    "unknown migrations": (
        lambda folder: _change_manifest(
            lambda one: one["migrations"].append("faxes.9999_from_the_future"), folder
        ),
        "newer version",
    ),
    "another kind of database": (
        lambda folder: _change_manifest(lambda one: one.update(database="oracle"), folder),
        "is of a oracle database",
    ),
    "a path outside the backup": (
        lambda folder: _change_manifest(
            lambda one: one["files"][1].update(path="documents/../../../etc/passwd"), folder
        ),
        "not as the portal writes it",
    ),
    "a document is missing": (lambda folder: _document(folder).unlink(), "lacks its file"),
    "a document has changed": (lambda folder: _other_bytes(_document(folder)), "not as it was"),
    "the dump has changed": (
        lambda folder: _other_bytes(next(folder.glob("database.*"))),
        "not as it was",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_backup_is_refused(how: str, backup: Path) -> None:
    """The backup is checked before the targets. So the test's own portal can be the target."""
    spoil, why = SPOILT[how]
    spoil(backup)
    with pytest.raises(CommandError, match=why) as refused:
        call_command("restore", str(backup))
    assert str(refused.value).startswith("Nothing was restored. ")


def test_nothing_is_touched_before_a_spoilt_backup_is_refused(
    backup: Path, empty_portal: EmptyPortal
) -> None:
    _other_bytes(_document(backup))
    refused = empty_portal.manage("restore", backup)
    assert refused.returncode != 0
    assert refused.stdout.startswith("CommandError: Nothing was restored. ")
    assert len(refused.stdout.splitlines()) == 1
    assert not (empty_portal.data_dir / "documents").exists()
    assert not (empty_portal.data_dir / "installation.json").exists()
    tables = "from django.db import connection; print(connection.introspection.table_names())"
    assert empty_portal.ask(tables) == "[]"


def test_a_document_that_was_removed_meanwhile_is_removed_in_the_restored_portal(
    fax: Fax, backup: Path, empty_portal: EmptyPortal
) -> None:
    gone = fax.documents.get(position=1).stored_as

    def remove(manifest: dict[str, Any]) -> None:
        manifest["files"] = [one for one in manifest["files"] if gone not in one["path"]]
        manifest["removed"] = [gone]

    _change_manifest(remove, backup)
    assert empty_portal.manage("restore", backup).returncode == 0
    left = "from faxportal.faxes.models import Document; print(Document.objects.exclude("
    assert empty_portal.ask(left + "stored_as='').count())") == "1"


@pytest.fixture
def later_version(tmp_path: Path) -> Path:
    """The source of a later version of the portal, with one more migration."""
    root = tmp_path / "later version"
    shutil.copytree(ROOT / "faxportal", root / "faxportal")
    shutil.copy(ROOT / "manage.py", root)
    for folder in ("templates", "static"):
        (root / folder).symlink_to(ROOT / folder)
    [last] = MigrationLoader(None).graph.leaf_nodes("faxes")
    (root / "faxportal" / "faxes" / "migrations" / "9999_one_more.py").write_text(
        "from django.db import migrations, models\n\n\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [('faxes', '{last[1]}')]\n"
        "    operations = [migrations.CreateModel('Later', [('id', "
        "models.BigAutoField(primary_key=True))])]\n"
    )
    return root


def test_a_later_version_restores_the_backup_and_migrates_it(
    backup: Path, empty_portal: EmptyPortal, later_version: Path, tmp_path: Path
) -> None:
    done = empty_portal.manage("restore", backup, root=later_version)
    assert done.returncode == 0, done.stdout
    assert empty_portal.manage("migrate", "--check", root=later_version).returncode == 0
    assert "1 unchanged" in empty_portal.manage("verifyrecords", root=later_version).stdout
    tables = "from django.db import connection; print(connection.introspection.table_names())"
    assert "faxes_later" in empty_portal.ask(tables)
    assert empty_portal.recognised() == "COPY"


def test_this_version_refuses_the_backup_of_a_later_version(
    backup: Path, empty_portal: EmptyPortal, later_version: Path, tmp_path: Path
) -> None:
    assert empty_portal.manage("restore", backup, root=later_version).returncode == 0
    made = empty_portal.manage("backup", tmp_path / "later backup", root=later_version)
    assert made.returncode == 0, made.stdout
    _empty(empty_portal)
    refused = empty_portal.manage("restore", tmp_path / "later backup")
    assert refused.returncode != 0
    assert "A newer version of the portal" in refused.stdout
