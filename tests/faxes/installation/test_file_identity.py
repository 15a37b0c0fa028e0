"""A file keeps its identity when it is written or moved, and no copy has the same identity."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faxportal.faxes.installation.file_identity import identity_of, same_place


def test_a_file_keeps_its_identity_when_it_is_written_and_moved(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("one row")
    before = identity_of(file)
    file.write_text("two rows")
    assert identity_of(file.rename(tmp_path / "moved")) == before


def test_a_copy_has_another_identity(tmp_path: Path) -> None:
    (tmp_path / "original").mkdir()
    shutil.copytree(tmp_path / "original", tmp_path / "copy")
    assert identity_of(tmp_path / "copy") != identity_of(tmp_path / "original")


def test_a_new_file_with_a_number_that_was_freed_has_another_identity(tmp_path: Path) -> None:
    """Many file systems give the number of a removed file to the next new file."""
    file = tmp_path / "database"
    seen = set()
    for _ in range(20):
        file.write_text("a row")
        seen.add(identity_of(file))
        file.unlink()
    assert len(seen) == 20


def test_looking_gives_up_no_lock_of_this_process(tmp_path: Path) -> None:
    """SQLite uses POSIX locks: a process that closes any descriptor of a file loses its locks."""
    path = tmp_path / "database"
    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        identity_of(path)
        take = f"import fcntl; fcntl.lockf(open({str(path)!r}, 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        other = subprocess.run([sys.executable, "-c", take], capture_output=True, check=False)
    assert b"BlockingIOError" in other.stderr


def test_a_symbolic_link_is_the_folder_to_which_it_leads(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    assert identity_of(tmp_path / "link") == identity_of(tmp_path / "folder")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("sqlite 11/g5", "sqlite 11/g5", True),
        ("sqlite 11/g5", "sqlite 11/g6", False),
        ("sqlite 11/g5", "sqlite 11/", True),
        ("sqlite 11/", "sqlite 12/", False),
        ("postgresql 77 5", "postgresql 78 5", False),
        ("", "11/g5", False),
    ],
)
def test_places_are_compared_by_what_both_of_them_have(one: str, other: str, is_same: bool) -> None:
    assert same_place(one, other) == is_same
    assert same_place(other, one) == is_same
