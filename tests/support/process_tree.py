"""Starting the portal's processes as an operator does, and reading what they print."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))


class Tree:
    """A process with its children, and the lines that any of them printed.

    All processes write to one pipe. When the pipe ends, all processes have ended. Waiting
    for a line has no time limit: it ends when the line is printed, or when all processes end.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A terminal sends Ctrl-C to a group of processes, and the tree is such a group.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    @property
    def output(self) -> str:
        """All lines so far."""
        return "\n".join(self.lines)

    def find(self, pattern: str, *, nth: int = 1) -> re.Match[str]:
        """Wait until the nth line with this pattern is printed, and return its match."""
        with self._changed:
            while True:
                found = [match for line in self.lines if (match := re.search(pattern, line))]
                if len(found) >= nth:
                    return found[nth - 1]
                assert not self._has_ended, f"The tree ended without {pattern!r}:\n{self.output}"
                self._changed.wait()

    def pid_of(self, child: str, *, nth: int = 1) -> int:
        """The process id that a child has after its nth start; `child` is its name."""
        return int(self.find(rf"\b{child} runs as process (\d+)", nth=nth)[1])

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def wait_for_all(self) -> int:
        """Wait until all processes of the tree have ended, and return the parent's exit code."""
        self._reader.join()
        return self.process.wait()


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Tree]:
    """Run a tree, and kill it at the end of the context if it still runs."""
    tree = Tree(command, environment)
    try:
        yield tree
    finally:
        tree.process.kill()
        tree.wait_for_all()
        assert tree.process.stdout is not None
        tree.process.stdout.close()


def bare_environment(**variables: str) -> dict[str, str]:
    """The environment of this process without the portal's variables, and with `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAXPORTAL_")}
    return kept | variables


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Variables that name an empty database on the server of the tests; no variables for SQLite."""
    url = os.environ.get("FAXPORTAL_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}  # SQLite: each data directory has a database of its own
        return
    name = f"faxportal_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield {"FAXPORTAL_DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def run(*arguments: str, environment: Mapping[str, str], password: str = "") -> str:
    """Run a command of `manage.py` to its end, and return what it printed."""
    return run_to_end(*arguments, environment=environment, password=password).stdout


def run_to_end(
    *arguments: str, environment: Mapping[str, str], password: str = "", root: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command of the `manage.py` in `root` to its end; `stdout` has all that it printed."""
    return subprocess.run(
        [sys.executable, str(root / "manage.py"), *arguments],
        env=environment,
        cwd=root,
        input=password,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def status_of(url: str, **headers: str) -> int:
    """The HTTP status of a GET of this URL. Redirects are not followed."""
    where = urlsplit(url)
    ask = http.client.HTTPConnection(where.netloc)
    try:
        ask.request("GET", where.path, headers=headers)
        return ask.getresponse().status
    finally:
        ask.close()
