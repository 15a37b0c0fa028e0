"""Rehearsing a restore: a backup is restored into a temporary portal, which is checked and removed.

Each step is a command in a process of its own. The settings of that process name a temporary data
directory and an empty temporary database. So the rehearsal runs the same command as a real restore,
and no step can reach the portal's own data.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from faxportal import environment
from faxportal.faxes.maintenance.backup.manifest import BackupRefused, read_manifest
from faxportal.faxes.record.verification import EXIT_UNVERIFIABLE

#: Sentence that a step proves → its command. `{folder}` is the backup.
STEPS: Mapping[str, tuple[str, ...]] = {
    "The backup is restored, with as many faxes and documents as its manifest says.": (
        "restore",
        "{folder}",
    ),
    "No migration is missing.": ("migrate", "--check"),
    "Every document that a fax names is there, with its size and SHA-256.": ("checkdocuments",),
    "Every history is whole.": ("verifyrecords",),
}
#: Variables that name the portal's own data. A rehearsal gets none of them.
_OWN_DATA = ("FAXPORTAL_DATA_DIR", "FAXPORTAL_DATABASE_URL", "FAXPORTAL_DOCUMENTS_URL")


class NotWhole(Exception):
    """The backup is not whole; the text says what a step found."""


class NotVerified(Exception):
    """Nothing is wrong with the backup, but a step could not verify all; the text says what."""


def rehearse(folder: Path) -> Iterator[str]:
    """Rehearse a restore. Yields, after each step, the sentence that the step has proved.

    Raises `NotWhole` if a step fails, `NotVerified` if a step can't tell, and `BackupRefused` if
    the rehearsal can't begin.
    """
    kind = read_manifest(folder).database
    with (
        tempfile.TemporaryDirectory(prefix="faxportal-rehearsal-") as aside,
        _temporary_database(kind, Path(aside)) as url,
    ):
        variables = _variables(Path(aside) / "data", url)
        for proves, step in STEPS.items():
            _run([each.format(folder=folder) for each in step], variables)
            yield proves


@contextmanager
def _temporary_database(kind: str, aside: Path) -> Iterator[str]:
    """The URL of an empty database for the rehearsal. `kind` is Django's `connection.vendor`.

    An SQLite database is a file in the folder `aside`. A PostgreSQL database is made on the
    portal's server, and is dropped at the end.
    """
    if kind == "sqlite":
        yield f"sqlite:///{quote(str(aside / 'faxportal.sqlite3'))}"
        return
    if connection.vendor != kind:
        raise BackupRefused(
            f"The backup is of a {kind} database: FAXPORTAL_DATABASE_URL must name a server of "
            "this kind, on which the rehearsal makes a temporary database."
        )
    url = urlsplit(environment.read("FAXPORTAL_DATABASE_URL"))
    # A rehearsal that is killed leaves its database behind. The id of its process is in the name
    # and tells whether the rehearsal still runs.
    name = f"faxportal_rehearsal_{os.getpid()}_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(url.geturl(), autocommit=True)
    except psycopg.Error as error:
        # Without the error's text, which may have the URL with its password.
        raise BackupRefused(f"The database can't be used: {type(error).__name__}.") from None
    with server:
        try:
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise BackupRefused(
                "The rehearsal needs a temporary database, which this user of PostgreSQL may not "
                "create: ALTER ROLE … CREATEDB allows it."
            ) from None
        try:
            yield url._replace(path=f"/{name}").geturl()
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _variables(data_dir: Path, database_url: str) -> dict[str, str]:
    """The environment of the steps, without the variables that name the portal's own data.

    Each variable NAME_FILE is left out, too, because it would be used instead of NAME.
    """
    own = {name for each in _OWN_DATA for name in (each, f"{each}_FILE")}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {
        "FAXPORTAL_DATA_DIR": str(data_dir),
        "FAXPORTAL_DATABASE_URL": database_url,
        "FAXPORTAL_DOCUMENTS_URL": "",  # documents are then in the data directory
    }


def _run(step: list[str], variables: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  # our own commands
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *step],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = _without_password(done.stdout.strip(), variables["FAXPORTAL_DATABASE_URL"])
    if done.returncode == EXIT_UNVERIFIABLE:
        raise NotVerified(said)
    if done.returncode:
        raise NotWhole(said or f"{step[0]} ended without a word.")


def _without_password(text: str, url: str) -> str:
    """The text without the password of a database URL, as it is in the URL or decoded."""
    password = urlsplit(url).password
    for secret in filter(None, (password, unquote(password or ""))):
        text = text.replace(secret, "…")
    return text
