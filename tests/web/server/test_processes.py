"""The supervisor alone, with children of a few lines."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.process_tree import Tree, bare_environment, running

SUPERVISOR = """
import logging, sys
from pathlib import Path
from faxportal.web.server.processes import CannotStart, Child, run_together

logging.basicConfig(level="INFO")
folder, *scripts = sys.argv[1:]
try:
    run_together(
        [Child(f"child-{n}", [sys.executable, "-c", script]) for n, script in enumerate(scripts)],
        is_ready=lambda: len(list(Path(folder).iterdir())) >= len(scripts),
        announce=lambda: print("all ready", flush=True),
    )
except CannotStart as error:
    sys.exit(str(error))
"""
#: Writes a file to show that it runs, and waits for a signal.
STEADY = """
import os, pathlib, signal
from faxportal.exit_with_parent import stop_with_parent
stop_with_parent()
pathlib.Path({folder!r}, str(os.getpid())).touch()
while True:
    signal.pause()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + STEADY
BROKEN = "raise SystemExit(3)"


def supervising(tmp_path: Path, *scripts: str) -> AbstractContextManager[Tree]:
    folder = tmp_path / "running"
    folder.mkdir()
    filled = [script.format(folder=str(folder)) for script in scripts]
    return running([sys.executable, "-c", SUPERVISOR, str(folder), *filled], bare_environment())


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Tree]:
    with supervising(tmp_path, STEADY, STEADY) as tree:
        tree.find("all ready")
        yield tree


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_process(pair: Tree, number: signal.Signals) -> None:
    pair.send(number)
    assert pair.wait_for_all() == 0


def test_ctrl_c_in_a_terminal_ends_every_process_without_a_traceback(pair: Tree) -> None:
    pair.ctrl_c()
    assert pair.wait_for_all() == 0
    assert "Traceback" not in pair.output


def test_children_end_when_their_supervisor_is_killed_outright(pair: Tree) -> None:
    pair.send(signal.SIGKILL)
    assert pair.wait_for_all() == -signal.SIGKILL


def test_a_child_that_ends_is_started_again(pair: Tree) -> None:
    first = pair.pid_of("child-1")
    os.kill(first, signal.SIGKILL)
    pair.find("child-1 ended by signal 9; it starts again in 0.5 s")
    assert pair.pid_of("child-1", nth=2) != first


def test_the_pause_before_each_start_grows(pair: Tree) -> None:
    os.kill(pair.pid_of("child-0"), signal.SIGKILL)
    os.kill(pair.pid_of("child-0", nth=2), signal.SIGKILL)
    pair.find("child-0 ended by signal 9; it starts again in 1 s")


def test_a_child_that_cannot_start_ends_the_others_too(tmp_path: Path) -> None:
    with supervising(tmp_path, STEADY, BROKEN) as tree:
        assert tree.wait_for_all() == 1
        tree.find("child-1 could not start: it ended with exit code 3.")
        assert "all ready" not in tree.output


def test_a_second_signal_ends_a_child_that_ignores_the_first(tmp_path: Path) -> None:
    with supervising(tmp_path, STUBBORN) as tree:
        tree.find("all ready")
        tree.send(signal.SIGTERM)
        tree.find("Stopping")
        tree.send(signal.SIGTERM)
        assert tree.wait_for_all() == 0
