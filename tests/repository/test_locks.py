"""The lock files: up to date, consistent, and free of traces of the machine that compiled them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a copy of the files that the check reads. A test may change the copy."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def check(project: Path) -> str:
    """The complaints of `lock.py --check`; empty if the locks are up to date."""
    run = subprocess.run(
        [sys.executable, project / "requirements" / "lock.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(run.returncode) == bool(run.stderr)
    return run.stderr


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_the_locks_are_up_to_date() -> None:
    assert check(ROOT) == ""


def test_a_dependency_that_was_added_makes_every_lock_stale(project: Path) -> None:
    change(project / "pyproject.toml", "dependencies = [", 'dependencies = [\n    "one-more",')

    assert check(project).count("is stale: run make lock") == len(LOCKS)


def test_a_setting_of_a_tool_makes_no_lock_stale(project: Path) -> None:
    change(project / "pyproject.toml", "line-length = 100", "line-length = 88")

    assert check(project) == ""


def test_an_office_gets_only_versions_that_are_tested(project: Path) -> None:
    change(project / "requirements" / "base.txt", "waitress==", "waitress==0.")

    assert "base.txt has pins that demo.txt hasn't" in check(project)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_contains_no_url_and_no_path(lock: Path) -> None:
    assert not re.search(r"://|^-|^ *#.*-[cr] |/opt|/home|/root", lock.read_text(), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    packages = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]

    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", package)
