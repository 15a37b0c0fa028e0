"""`.ci/run` has two legs (runs of tests). `tests.support.legs` says which test is in which leg."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import legs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the plugin and five tests. Two of the tests run in both legs of `.ci/run`."""
    tests = tmp_path / "tests"
    for name in ("browser", "faxes", "repository", "support"):
        (tests / name).mkdir(parents=True)
    for module in ("legs.py", "budget.py"):
        shutil.copy(legs.TESTS / "support" / module, tests / "support")
    (tests / "browser" / "test_looks.py").write_text("def test_looks(): pass\n")
    (tests / "faxes" / "test_submit.py").write_text("def test_submits(): pass\n")
    (tests / "repository" / "test_locks.py").write_text(
        "import pytest\n"
        "def test_locks(): pass\n"
        "@pytest.mark.postgresql\n"
        "def test_of_one_database(): pass\n"
        "@pytest.mark.endless\n"
        "def test_without_an_end(): pass\n"
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ntestpaths = tests\nmarkers =\n  postgresql:\n  endless:\n  matrix:\n"
    )
    return tmp_path


def collected(project: Path, *options: str) -> list[str]:
    """The names of the tests that would run, in order. If pytest fails, only the error."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.legs", "-p", "no:django"]
    said = subprocess.run(
        [*command, "--collect-only", "-q", *options],
        cwd=project,
        env={"PYTHONPATH": str(project), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if said.stderr:
        return [said.stderr]
    return [line.rpartition("::")[2] for line in said.stdout.splitlines() if "::" in line]


def test_a_folder_without_a_row_stops_the_run(project: Path) -> None:
    (project / "tests" / "newcomers").mkdir()
    (project / "tests" / "newcomers" / "test_one.py").write_text("def test_one(): pass\n")

    [said] = collected(project)

    assert "Say in tests/support/legs.py what these vary with" in said
    assert "newcomers" in said


def test_the_second_leg_has_what_varies_and_what_only_one_database_can_pass(project: Path) -> None:
    assert collected(project, "--varying") == ["test_submits", "test_of_one_database"]


def test_a_quick_run_leaves_out_what_is_slow(project: Path) -> None:
    assert collected(project, "--fast") == ["test_submits", "test_locks", "test_of_one_database"]


def test_a_run_of_everything_without_a_budget_has_a_sample_of_each_matrix(project: Path) -> None:
    (project / "tests" / "faxes" / "test_submit.py").write_text(
        "import pytest\n"
        "@pytest.mark.matrix\n"
        "@pytest.mark.parametrize('case', range(5))\n"
        "def test_case(case): pass\n"
    )

    sample = ["test_case[0]", "test_case[4]"]
    assert [name for name in collected(project) if "case" in name] == sample
    assert collected(project, "-k", "test_case", "tests") == [f"test_case[{n}]" for n in range(5)]
    assert collected(project, "tests/faxes") == [f"test_case[{n}]" for n in range(5)]


def test_what_takes_longest_comes_first(project: Path) -> None:
    assert collected(project)[0] == "test_without_an_end"


def test_every_row_names_a_path_that_exists() -> None:
    for name in (*legs.VARIES, *legs.SLOW):
        assert (legs.TESTS / name).exists(), name
