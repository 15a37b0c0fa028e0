"""The lock files: fresh, alike, and silent about the machine that compiled them."""

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
def house(tmp_path: Path) -> Path:
    """A copy of what the check looks at, to change."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def check(house: Path) -> str:
    """What `lock.py --check` complains about; nothing if the locks are fresh."""
    run = subprocess.run(
        [sys.executable, house / "requirements" / "lock.py", "--check"],
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


def test_the_locks_are_fresh() -> None:
    assert check(ROOT) == ""


def test_a_dependency_that_was_added_makes_every_lock_stale(house: Path) -> None:
    change(house / "pyproject.toml", "dependencies = [", 'dependencies = [\n    "one-more",')

    assert check(house).count("is stale: run make lock") == len(LOCKS)


def test_another_tool_setting_makes_no_lock_stale(house: Path) -> None:
    change(house / "pyproject.toml", "line-length = 100", "line-length = 88")

    assert check(house) == ""


def test_an_office_gets_no_version_that_was_not_tested(house: Path) -> None:
    change(house / "requirements" / "base.txt", "waitress==", "waitress==0.")

    assert "base.txt has pins that demo.txt hasn't" in check(house)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_address_and_no_folder(lock: Path) -> None:
    assert not re.search(r"://|^-|^ *#.*-[cr] |/opt|/home|/root", lock.read_text(), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    packages = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]

    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", package)
