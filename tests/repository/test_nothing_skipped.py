"""A skipped test fails the run in CI (CI=true)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_only_where_changes_are_judged(
    tmp_path: Path, ci: str, code: int
) -> None:
    test = tmp_path / "test_one.py"
    test.write_text("import pytest\ndef test_one(): pytest.skip('no browser here')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.support.nothing_skipped",
            "-p",
            "no:django",
            test,
        ],
        cwd=tmp_path,
        env={"CI": ci, "PYTHONPATH": str(ROOT), "PATH": ""},
        check=False,
    )

    assert run.returncode == code
