"""The steps with which `serve` and `demo` prepare the portal and run its processes.

If the portal can't start, these functions raise `CommandError`. Its text is a sentence for the
operator.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError, connection

from faxportal import environment
from faxportal.accounts import demo_people, encryption
from faxportal.accounts.key_check import check_keys
from faxportal.audit import record_keys
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.after_restore import secure_copy
from faxportal.faxes.installation.messages import why_nothing_is_sent
from faxportal.faxes.installation.recognition import Recognised
from faxportal.web.server import listen_address
from faxportal.web.server.processes import CannotStart, Child, run_together

logger = logging.getLogger(__name__)

#: Mode of the data directory and its folders: nobody but this user may read them.
PRIVATE = 0o700
#: The number of the advisory lock in PostgreSQL for migrating. All machines use the same number.
MIGRATION_LOCK = int.from_bytes(b"faxports")
#: The file in STATIC_ROOT that says from which sources the collected files were made.
COLLECTED_FROM = ".collected-from"
#: Seconds that `answers` waits.
TIMEOUT = 1.0

HOW_TO_MAKE_A_KEY = (
    f"{sys.executable} -c "
    "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
)


def take_port(command: str) -> socket.socket:
    """The listening socket of the web server. While it is open, no other program gets the port.

    `command` is the target of `make` that the sentence for the operator names.
    """
    try:
        return listen_address.listen(settings.BIND)
    except listen_address.PortTaken as taken:
        variable = (
            "PORT=" if taken.host == listen_address.LOOPBACK else f"FAXPORTAL_BIND={taken.host}:"
        )
        raise CommandError(
            f"{taken} Stop it or choose another: {variable}{taken.port + 1} make {command}"
        ) from taken
    except listen_address.CannotListen as error:
        raise CommandError(str(error)) from error


def make_data_dir(data_dir: Path | None = None) -> None:
    """Make the data directory and the folder for uploads. An existing folder keeps its mode.

    With `data_dir`, only this folder is made: the settings do not name it yet.
    """
    wanted = [data_dir] if data_dir else [settings.DATA_DIR, settings.FILE_UPLOAD_TEMP_DIR]
    try:
        for folder in wanted:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"The data directory {wanted[0]} can't be made: {error.strerror}. "
            "FAXPORTAL_DATA_DIR names another."
        ) from error
    if not os.access(wanted[0], os.W_OK | os.X_OK):
        raise CommandError(
            f"This user may not write in the data directory {wanted[0]}. "
            "FAXPORTAL_DATA_DIR names another."
        )


def demand_keys() -> None:
    """Check that all settings with keys are set, and that the portal can use the keys.

    The settings are FAXPORTAL_SECRET_KEY, FAXPORTAL_CREDENTIAL_KEYS and FAXPORTAL_RECORD_KEY.
    """
    names = ("FAXPORTAL_SECRET_KEY", "FAXPORTAL_CREDENTIAL_KEYS", "FAXPORTAL_RECORD_KEY")
    if missing := [name for name in names if not environment.read(name)]:
        raise CommandError(
            f"Not set: {' and '.join(missing)}. Make a key of its own for each, once, and keep "
            "it outside the database: without FAXPORTAL_CREDENTIAL_KEYS, nobody's connection to "
            "VoipNow can be opened again, and without FAXPORTAL_RECORD_KEY, nobody can verify "
            "what was recorded. "
            f"This prints a new key:\n{HOW_TO_MAKE_A_KEY}"
        )
    try:
        encryption.encrypt("")
        record_keys.demand_newest()
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error


def migrate() -> None:
    """Migrate the database. If machines share a PostgreSQL, one machine at a time migrates."""
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise CommandError(f"The database can't be used: {str(error).strip()}") from error
    finally:
        connection.close()  # This releases the lock, too.


def refuse_known_passwords() -> None:
    """Raise `CommandError` if somebody can sign in with a password of the demo.

    If the database does not answer, or has not been migrated, nothing is known of its people.
    """
    try:
        names = demo_people.names_with_known_password()
    except DatabaseError:
        return
    finally:
        connection.close()
    if names:
        raise CommandError(demo_people.why_refused(names))


def secure_pair() -> None:
    """Check that database and data directory belong together. A copy is secured.

    If the database does not answer, or has not been migrated, the processes check the pair later.
    """
    try:
        recognised = secure_copy(Clock())
    except DatabaseError:
        return
    except OSError as error:
        raise CommandError(
            f"The data directory {settings.DATA_DIR} can't be used: {error.strerror}."
        ) from error
    finally:
        connection.close()
    if recognised == Recognised.MISMATCH:
        raise CommandError(why_nothing_is_sent(recognised))


def try_keys() -> None:
    """Try the keys on the stored connections. If they don't open all connections, this is logged.

    The portal starts also with a wrong key. Then people can write and find faxes, but the faxes
    wait.
    """
    if sentence := check_keys().sentence:
        logger.error(sentence)
    connection.close()


def collect_static_files() -> None:
    """Collect the static files, if this user may write them and they have changed.

    A container image has them already. Another process may be serving the collected files. While a
    file is being rewritten, that process would send only a part of it. So unchanged files stay
    untouched.
    """
    root = Path(settings.STATIC_ROOT)
    try:
        root.mkdir(exist_ok=True)
        lock = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise CommandError(
            f"The pages' files can't be put into {root}: {error.strerror}."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, sources = root / COLLECTED_FROM, _static_sources()
        if os.access(root, os.W_OK) and not (stamp.exists() and stamp.read_text() == sources):
            # If this process is killed from here on, there is no stamp, so the next start collects
            # the files again.
            stamp.unlink(missing_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(sources)
    finally:
        os.close(lock)


def _static_sources() -> str:
    """A hash over the path, size and last change of each source of the collected files."""
    found = (
        (name, Path(storage.path(name)).stat())
        for finder in get_finders()
        for name, storage in finder.list(None)
    )
    lines = sorted(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def run_portal(
    listener: socket.socket,
    *,
    more: Sequence[Child] = (),
    is_ready: Callable[[], bool] = lambda: True,
    announce: Callable[[str], None],
) -> None:
    """Run the processes `web`, `worker`, `watch` and `more` until a signal asks to stop.

    `announce` gets the portal's address once the web server answers and `is_ready` is true.
    """
    number = listener.fileno()
    web = command("web", "--exit-with-parent", f"--listener={number}")
    children = [
        *more,
        Child("web", web, inherit=[number]),
        Child("worker", command("worker", "--exit-with-parent")),
        Child("watch", command("watch", "--exit-with-parent")),
    ]
    host = listen_address.address(listener)
    try:
        run_together(
            children,
            is_ready=lambda: answers(listener, "/healthz", host=host) and is_ready(),
            announce=lambda: announce(settings.PORTAL_URL or f"http://{host}"),
        )
    except CannotStart as error:
        raise CommandError(str(error)) from error


def command(*arguments: str) -> list[str]:
    """The command line of `manage.py` with these arguments."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def answers(listener: socket.socket, path: str, *, host: str) -> bool:
    """Whether a server on this socket answers a GET of `path` with 200."""
    where, port = listener.getsockname()[:2]
    ask = http.client.HTTPConnection(where, port, timeout=TIMEOUT)
    try:
        ask.request("GET", path, headers={"Host": host})
        return ask.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ask.close()
