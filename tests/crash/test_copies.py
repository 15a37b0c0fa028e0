"""A copy of a running portal's database and data directory never sends a fax a second time.

Copies are taken at random moments while a worker delivers. Then the worker finishes, and a worker
is started on each copy, as on any other portal. `tests.support.budget` decides how many faxes and
copies there are.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from psycopg.sql import SQL, Identifier

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.simulator.control_client import Simulator
from tests.crash import acts
from tests.crash.conftest import Portal
from tests.support import budget
from tests.support.process_tree import MANAGE, running
from tests.support.submitting import send_form

pytestmark = pytest.mark.django_db(transaction=True)

FAXES, COPIES = (200, 20) if budget.SECONDS else (20, 4)
#: The states that faxes may have in a copy that has been secured. None says more than is known.
SECURED = {"handed_over", "uncertain", "failed", "cancelled", "partly_handed_over"}


@dataclass(frozen=True)
class Copy:
    """One copy: the environment of its processes, and how its faxes' states are read."""

    variables: dict[str, str]
    states: Callable[[], Counter[str]]


def _data_dir(variables: dict[str, str], to: Path) -> Path:
    """Copy the data directory while processes write into it, as `cp -r` does."""
    subprocess.run(["cp", "-r", variables["FAXPORTAL_DATA_DIR"], str(to)], check=False)
    return to


def _sqlite(path: Path, variables: dict[str, str], data_dir: Path | None) -> Copy:
    def states() -> Counter[str]:
        with closing(sqlite3.connect(path)) as database:
            return Counter(state for (state,) in database.execute("SELECT state FROM faxes_fax"))

    more = {"FAXPORTAL_DATABASE_URL": f"sqlite:///{path}"}
    if data_dir:
        more["FAXPORTAL_DATA_DIR"] = str(data_dir)
    return Copy(variables | more, states)


def _copied_files(variables: dict[str, str], to: Path) -> Copy:
    """The database's files and the data directory, copied one after the other.

    If the portal rewrites the first file while it is copied, SQLite can't read the copy. Nobody
    starts a portal with such a copy, so another copy is taken.
    """
    data_dir = _data_dir(variables, to)
    original = Path(urlsplit(variables["FAXPORTAL_DATABASE_URL"]).path[1:])
    copy = data_dir / "faxportal.sqlite3"
    while True:
        for suffix in ("", "-wal"):
            shutil.copy(f"/{original}{suffix}", f"{copy}{suffix}")
        if _is_readable(copy):
            return _sqlite(copy, variables, data_dir)


def _is_readable(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        try:
            return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False


def _backup(variables: dict[str, str], to: Path, *, own_data_dir: bool = True) -> Copy:
    """A copy made by SQLite's backup function."""
    to.mkdir()
    data_dir = _data_dir(variables, to / "data") if own_data_dir else None
    original = urlsplit(variables["FAXPORTAL_DATABASE_URL"]).path[1:]
    with (
        closing(sqlite3.connect(f"/{original}")) as source,
        closing(sqlite3.connect(to / "backup.sqlite3")) as backup,
    ):
        source.backup(backup)
    return _sqlite(to / "backup.sqlite3", variables, data_dir)


@contextmanager
def _dump(variables: dict[str, str], to: Path, *, own_data_dir: bool = True) -> Iterator[Copy]:
    """A dump of the database, loaded into another database of the same server."""
    data_dir = _data_dir(variables, to) if own_data_dir else None
    url = variables["FAXPORTAL_DATABASE_URL"]
    name = f"faxportal_{uuid.uuid4().hex}"
    copy = urlsplit(url)._replace(path=f"/{name}").geturl()
    dump = subprocess.run(["pg_dump", "--dbname", url], stdout=subprocess.PIPE, check=True)
    with psycopg.connect(os.environ["FAXPORTAL_DATABASE_URL"], autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            load = ["psql", "--quiet", "--dbname", copy]
            subprocess.run(load, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)
            more = {"FAXPORTAL_DATABASE_URL": copy}
            if data_dir:
                more["FAXPORTAL_DATA_DIR"] = str(data_dir)
            yield Copy(variables | more, lambda: _states_on_postgresql(copy))
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _states_on_postgresql(url: str) -> Counter[str]:
    with psycopg.connect(url) as database:
        return Counter(state for (state,) in database.execute("SELECT state FROM faxes_fax"))


def _take(number: int, variables: dict[str, str], to: Path, stack: ExitStack) -> Copy:
    """Take a copy. `number` decides how; every third copy uses the original's data directory."""
    own_data_dir = number % 3 != 2
    if variables["FAXPORTAL_DATABASE_URL"].startswith("postgres"):
        return stack.enter_context(_dump(variables, to, own_data_dir=own_data_dir))
    if number % 3 == 0:
        return _copied_files(variables, to)
    return _backup(variables, to, own_data_dir=own_data_dir)


def _submit_many(person: User) -> None:
    for number in range(FAXES):
        content = DraftContent(
            extension=acts.EXTENSION, recipients=f"2125550{number:03}", subject="Offer"
        )
        file = SimpleUploadedFile("note.txt", b"note %d" % number)
        send_form(person, key=uuid.uuid4(), content=content, files=[file])


def test_copies_of_a_running_portal_send_nothing_a_second_time(
    person: User,
    simulator: Simulator,
    variables: dict[str, str],
    portal: Portal,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(1)
    _submit_many(person)
    moments = sorted(chance.randrange(1, FAXES) for _ in range(COPIES))
    with ExitStack() as stack:
        copies = []
        with running((*MANAGE, "worker"), variables) as original:
            for number, moment in enumerate(moments):
                _wait_for(moment, simulator)
                copies.append(_take(number, variables, tmp_path / str(number), stack))
            _wait_for(FAXES, simulator)
            original.send(signal.SIGTERM)
            assert original.wait_for_all() == 0
        asked = 0
        for copy in copies:
            with running((*MANAGE, "worker"), copy.variables) as worker:
                worker.find("this database is a copy or was restored")
                worker.send(signal.SIGTERM)
                assert worker.wait_for_all() == 0
            states = copy.states()
            assert set(states) <= SECURED
            assert states.total() == FAXES
            asked += states["uncertain"]
    assert simulator.report().complete == FAXES
    assert not simulator.report().duplicates
    record_property("figure", f"copies_faxes_asked_about_of_{COPIES * FAXES} {asked} count")


def _wait_for(complete: int, simulator: Simulator) -> None:
    """Wait until VoipNow has this many complete faxes."""
    while simulator.report().complete < complete:
        time.sleep(0.01)
