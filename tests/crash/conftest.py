"""A portal whose processes can be killed, and the simulated VoipNow that they call."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, HandOverBy, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.models import Attempt, Handover
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from tests.crash.acts import EXTENSION
from tests.crash.rows import InCode, Kill
from tests.support.installation import forget_installation

ROOT = Path(__file__).parents[2]
NEVER = InCode("", "before")


class Portal:
    """Starts the portal's processes, one at a time, and kills them at given points."""

    def __init__(
        self, forker: subprocess.Popen[str], simulator: Simulator, listener: socket.socket
    ) -> None:
        self._forker = forker
        self._simulator = simulator
        self._listener = listener
        self._running = 0
        self.url = "http://{}:{}".format(*listener.getsockname())

    def start(self, *command: str, dies: InCode = NEVER) -> int:
        """Start a command that kills itself at a point, and return the process's id."""
        self.end()
        step = f"faxportal.{dies.step}" if dies.step else ""
        asked = {"command": command, "step": step, "moment": dies.moment, "nth": dies.nth}
        assert self._forker.stdin is not None
        self._forker.stdin.write(json.dumps(asked) + "\n")
        self._forker.stdin.flush()
        self._running = self._answer()
        return self._running

    def wait(self) -> int:
        """Wait for the process that was started last.

        Returns its exit code, which is negative if a signal ended the process.
        """
        self._running = 0
        return self._answer()

    def end(self) -> None:
        """Kill the process that a failed test has left running."""
        if self._running:
            os.kill(self._running, signal.SIGKILL)
            self.wait()

    def run(self, *command: str, dies: InCode = NEVER) -> int:
        self.start(*command, dies=dies)
        return self.wait()

    def start_web(self, *, dies: InCode = NEVER) -> int:
        """Start a web server at `url`, and return the process's id."""
        return self.start("web", "--listener", str(self._listener.fileno()), dies=dies)

    def stop(self, process: int) -> None:
        """End a process as an operator would."""
        os.kill(process, signal.SIGTERM)
        self.wait()

    def kill(self, kill: Kill, *command: str, finish_request: bool = True) -> None:
        """Run a command until it is killed, and let time pass until its leases are over.

        With `finish_request`, a request that the simulator held takes effect before `kill` returns.
        """
        if isinstance(kill, InCode):
            assert self.run(*command, dies=kill) == -signal.SIGKILL, (
                f"this point was never reached: {kill}"
            )
        else:
            self._simulator.script(kill.on, "hold", at=kill.at, file=kill.file)
            process = self.start(*command)
            self._simulator.wait_until_held()
            os.kill(process, signal.SIGKILL)
            self.wait()
            if finish_request:
                self.finish_held_request()
        _end_leases()

    def finish_held_request(self) -> None:
        """Let the request that the simulator holds take effect."""
        self._simulator.forget_script()
        self._simulator.wait_until_idle()

    def _answer(self) -> int:
        assert self._forker.stdout is not None
        return int(self._forker.stdout.readline())


def _end_leases() -> None:
    """Change rows as if time had passed and the leases of a dead process were over."""
    past = timezone.now() - timedelta(seconds=1)
    Handover.objects.exclude(lease=None).update(lease_until=past)
    Connection.objects.exclude(token_lease=None).update(token_lease_until=past)
    Handover.objects.exclude(browser_until=None).update(browser_until=past)
    Attempt.objects.filter(closed_at=None).exclude(browser_until=None).update(browser_until=past)


@pytest.fixture(scope="session")
def _simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(folder=tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def simulator(_simulator: Simulator) -> Simulator:
    _simulator.reset()
    return _simulator


@pytest.fixture(scope="session")
def _data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the processes."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def variables(django_db_setup: None, _simulator: Simulator, _data: Path) -> dict[str, str]:
    """The environment of the processes."""
    return os.environ | {
        "FAXPORTAL_DATA_DIR": str(_data),
        "FAXPORTAL_DATABASE_URL": _database_url(),
        "FAXPORTAL_VOIPNOW_SERVERS": _simulator.url,
        "FAXPORTAL_STORAGE_ORIGINS": _simulator.storage_url,
        "DJANGO_SETTINGS_MODULE": "faxportal.settings",
    }


@pytest.fixture(scope="session")
def _portal(variables: dict[str, str], _simulator: Simulator) -> Iterator[Portal]:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        forker = stack.enter_context(
            subprocess.Popen(
                (sys.executable, "-m", "tests.crash.child"),
                env=variables,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
                text=True,
            )
        )
        built = Portal(forker, _simulator, listener)
        stack.callback(built.end)
        yield built


@pytest.fixture
def portal(_portal: Portal, _data: Path, settings: Settings, transactional_db: None) -> Portal:
    """The portal, on the test's database. The test uses the processes' data directory.

    The database is as empty as a new one, so the data directory must not remember a former test.
    """
    forget_installation(_data)
    settings.DATA_DIR = _data
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": _data / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return _portal


@pytest.fixture
def person(simulator: Simulator, portal: Portal, settings: Settings) -> User:
    """An admin who may send, with a connection that hands over by pre-signed uploads."""
    settings.VOIPNOW_SERVERS = [simulator.url]
    settings.STORAGE_ORIGINS = [simulator.storage_url]
    user = User.objects.create_user("maria")
    give_role(user, Role.ADMIN)
    connect(user, simulator, HandOverBy.PRESIGNED)
    return user


def connect(user: User, simulator: Simulator, form: HandOverBy) -> None:
    """Connect somebody to the simulator, and let the simulator accept the wire form `form`.

    If `form` is the automatic choice, the simulator accepts the older wire form.
    """
    connection = save_connection(
        user,
        server=simulator.url,
        sign_in_with=SignInWith.APP_KEY,
        secrets={"key": config.APP_KEY, "secret": config.APP_SECRET},
        voipnow_user="@me",
        hand_over_by=form,
    )
    if not connection.extensions.exists():
        add_extension(connection, number=EXTENSION, label="Front desk")
    simulator.configure(wire="presigned" if form == HandOverBy.PRESIGNED else "one-request")


def _database_url() -> str:
    """The URL of the test's own database, for the processes."""
    database = project_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    url = urlsplit(os.environ["FAXPORTAL_DATABASE_URL"])
    return url._replace(path=f"/{database['NAME']}").geturl()
