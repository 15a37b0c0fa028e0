"""PostgreSQL fails over to a standby while a worker delivers.

The test starts the primary and its standby itself. After the failover, the standby runs on the
primary's port, as if the primary's address had moved to it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.simulator.control_client import Simulator
from tests.crash import acts
from tests.crash.conftest import Portal
from tests.support.process_tree import MANAGE, Tree, running
from tests.support.submitting import send_form

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

FAXES = 30
#: How many faxes are complete when the standby is cut off from the primary, and when the primary
#: fails.
CUT_AT, FAILS_AT = 5, 12


class Server:
    """A PostgreSQL server of the test, in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL. Root may not run it, so root does so as postgres."""
        subprocess.run(
            [_program(program), *arguments],
            user="postgres" if os.geteuid() == 0 else None,
            cwd=self.folder.parent,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def control(self, *arguments: str) -> None:
        self.run("pg_ctl", "--silent", "--wait", "--pgdata", str(self.folder), *arguments)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = str(self.folder.with_suffix(".log"))
        self.control("--options", options, "--log", log, "start")

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _program(name: str) -> str:
    """The path of a program of PostgreSQL's server, which Debian keeps off the PATH."""
    folders = [os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if not found:
        pytest.skip(f"{name} of PostgreSQL's server is not installed")
    return found


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[Server]:
    folder = Path("/tmp") / f"faxportal-{uuid.uuid4().hex}"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    server = Server(folder / "primary", port)
    server.run("initdb", "--auth=trust", "--username=postgres", "--pgdata", str(server.folder))
    server.start()
    yield server
    for one in folder.glob("*/postmaster.pid"):
        os.kill(int(one.read_text().split()[0]), signal.SIGKILL)
    shutil.rmtree(folder)


@pytest.fixture
def standby(primary: Server) -> Server:
    """A standby that receives everything that the primary commits."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    server = Server(primary.folder.with_name("standby"), port)
    source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=standby"
    server.run(
        "pg_basebackup", "--dbname", source, "--pgdata", str(server.folder),
        "--write-recovery-conf", "--checkpoint=fast",
    )  # fmt: skip
    server.start()
    return server


@pytest.fixture
def moved(
    primary: Server, variables: dict[str, str], person: User, standby: Server
) -> dict[str, str]:
    """Submit faxes, and copy the database to the primary, as its database `faxportal`.

    Returns the environment for a worker of that database.
    """
    for number in range(FAXES):
        content = DraftContent(
            extension=acts.EXTENSION, recipients=f"2125550{number:03}", subject="Offer"
        )
        file = SimpleUploadedFile("note.txt", b"note %d" % number)
        send_form(person, key=uuid.uuid4(), content=content, files=[file])
    primary.execute("CREATE DATABASE faxportal")
    url = f"postgres://postgres@127.0.0.1:{primary.port}/faxportal"
    source = variables["FAXPORTAL_DATABASE_URL"]
    dump = subprocess.run(
        ["pg_dump", "--no-owner", "--dbname", source], stdout=subprocess.PIPE, check=True
    )
    load = ["psql", "--quiet", "--dbname", url]
    subprocess.run(load, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)
    return variables | {"FAXPORTAL_DATABASE_URL": url}


def fail_over(primary: Server, standby: Server) -> None:
    """Crash the primary, and let the standby take its place and its address."""
    primary.control("--mode=immediate", "stop")
    standby.control("--mode=fast", "stop")
    standby.port = primary.port
    standby.start()
    standby.control("promote")


def states(variables: dict[str, str]) -> Counter[str]:
    with psycopg.connect(variables["FAXPORTAL_DATABASE_URL"]) as database:
        return Counter(state for (state,) in database.execute("SELECT state FROM faxes_fax"))


def _wait(happened: Callable[[], bool]) -> None:
    while not happened():
        time.sleep(0.01)


def _stop(worker: Tree) -> None:
    worker.send(signal.SIGTERM)
    assert worker.wait_for_all() == 0


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_standby_that_lagged_sends_nothing_a_second_time(
    moved: dict[str, str],
    primary: Server,
    standby: Server,
    simulator: Simulator,
    portal: Portal,
    is_restarted: bool,
) -> None:
    with ExitStack() as stack:
        worker = stack.enter_context(running((*MANAGE, "worker"), moved))
        _wait(lambda: simulator.report().complete >= CUT_AT)
        standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
        standby.execute("SELECT pg_reload_conf()")
        _wait(lambda: not primary.execute("SELECT 1 FROM pg_stat_replication"))
        _wait(lambda: simulator.report().complete >= FAILS_AT)
        if is_restarted:
            _stop(worker)
        fail_over(primary, standby)
        if is_restarted:
            worker = stack.enter_context(running((*MANAGE, "worker"), moved))
        worker.find("this database is a copy or was restored")
        _stop(worker)
    found = states(moved)
    assert set(found) <= {"handed_over", "uncertain"}
    assert found.total() == FAXES
    assert not simulator.report().duplicates


def test_after_a_standby_that_has_everything_took_over_sending_goes_on(
    moved: dict[str, str], primary: Server, standby: Server, simulator: Simulator, portal: Portal
) -> None:
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    primary.execute("SELECT pg_reload_conf()")
    with running((*MANAGE, "worker"), moved) as worker:
        _wait(lambda: simulator.report().complete >= FAILS_AT)
        fail_over(primary, standby)
        worker.find("the database goes on in timeline 00000002")
        _wait(lambda: states(moved).keys() <= {"handed_over", "uncertain"})
        _stop(worker)
    found = states(moved)
    assert found["handed_over"] == FAXES - found["uncertain"]
    assert simulator.report().complete == FAXES
    assert not simulator.report().duplicates
