"""The Makefile, run by this machine's `make`. A small script stands in for `manage.py`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MANAGE = """
import os, signal, sys
if sys.argv[1] == "demo":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped in order"))
    print("up at", os.environ["FAXPORTAL_BIND"], flush=True)
    signal.pause()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the Makefile. To `make`, all packages look installed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "requirements").mkdir()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for name in ("base", "demo", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").touch()
        (tmp_path / ".venv" / f"{name}.installed").touch()
    return tmp_path


@contextmanager
def make(project: Path, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    ours = ("FAXPORTAL_", "MAKE", "MFLAGS", "PORT")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    with subprocess.Popen(
        ["make", *words],
        cwd=project,
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def test_sigterm_to_make_reaches_the_program_and_make_waits_for_it(project: Path) -> None:
    with make(project, "demo") as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("up at")

        process.send_signal(signal.SIGTERM)

        assert "stopped in order" in process.stderr.read()


@pytest.mark.parametrize(
    ("words", "environment", "bind"),
    [
        ((), {}, "127.0.0.1:8000"),
        (("PORT=8123",), {}, "127.0.0.1:8123"),
        ((), {"PORT": "8123"}, "127.0.0.1:8123"),
        ((), {"FAXPORTAL_BIND": "0.0.0.0:80"}, "0.0.0.0:80"),
    ],
)
def test_the_port_is_8000_unless_another_is_given(
    project: Path, words: tuple[str, ...], environment: dict[str, str], bind: str
) -> None:
    with make(project, "demo", *words, **environment) as process:
        assert process.stdout
        assert process.stdout.readline() == f"up at {bind}\n"


def test_a_second_start_installs_nothing(project: Path) -> None:
    with make(project, "--dry-run", "demo") as process:
        assert process.stdout
        assert process.stdout.read() == "exec .venv/bin/python manage.py demo\n"


@pytest.mark.parametrize("cause", ["the lock changed", "the Python of the environment is gone"])
def test_packages_are_installed_again_when(project: Path, cause: str) -> None:
    if cause == "the lock changed":
        newer = (project / ".venv" / "demo.installed").stat().st_mtime + 10
        os.utime(project / "requirements" / "demo.txt", (newer, newer))
    else:
        python = project / ".venv" / "bin" / "python"
        python.unlink()
        python.symlink_to(project / "gone")

    with make(project, "--dry-run", "demo", f"PYTHON={sys.executable}") as process:
        assert process.stdout
        assert ".venv/bin/python requirements/install.py demo" in process.stdout.read()


def test_a_python_that_is_too_old_is_refused_with_a_sentence(project: Path) -> None:
    shutil.rmtree(project / ".venv")
    old = project / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    with make(project, "demo", f"PYTHON={old}") as process:
        assert process.stderr
        assert "faxportal needs Python 3.11 or newer" in process.stderr.read()

    assert not (project / ".venv").exists()


def test_help_names_every_target(project: Path) -> None:
    with make(project) as process:
        assert process.stdout
        said = process.stdout.read()

    targets = "help demo serve test test-fast test-long check bench lock clean"
    assert [line.split()[1] for line in said.splitlines()] == targets.split()


def test_cleaning_keeps_the_data(project: Path) -> None:
    (project / "var").mkdir()

    with make(project, "clean") as process:
        assert process.wait() == 0

    assert (project / "var").exists()
    assert not (project / ".venv").exists()
