"""Dumping the database while the portal uses it, and loading a dump into an empty database.

An SQLite database is copied by SQLite's backup function, and a PostgreSQL database by `pg_dump`.
Either dump shows the database at one moment, and does not disturb the portal's transactions.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction

from faxportal.faxes.maintenance.backup.manifest import BackupRefused, flush_folder

#: Kind of database → the name of its dump in a backup.
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
#: The alias of the connection that sees the dumped rows.
DUMPED = "dumped"
#: Seconds that a dump waits for another process's lock of an SQLite file.
_LOCK_SECONDS = 20


@contextmanager
def dump_database(to: Path) -> Iterator[str]:
    """Write a dump, and yield the alias of a connection that sees exactly the dumped rows.

    Raises `BackupRefused` and `OSError`, and what Django raises while the database does not answer.
    """
    if connection.vendor == "sqlite":
        _dump_sqlite(to)
        with _another_connection(NAME=str(to), OPTIONS={}):
            yield DUMPED
        return
    with _another_connection(), transaction.atomic(using=DUMPED):
        with connections[DUMPED].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", *_PLAIN, f"--snapshot={snapshot}", f"--file={to}")
        to.chmod(0o600)
        _flush(to)
        yield DUMPED


def load_database(dump: Path) -> None:
    """Load a dump into the empty database, completely or not at all.

    Raises `BackupRefused` and `OSError`.
    """
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        _load_sqlite(dump, Path(name))
        return
    _run(
        "pg_restore", "--single-transaction", "--exit-on-error", *_PLAIN, f"--dbname={name}",
        str(dump),
    )  # fmt: skip


def tables(alias: str = "default") -> set[str]:
    """The names of the tables in a database."""
    return set(connections[alias].introspection.table_names())


#: A dump names no roles, because the restored portal may use another role. Only the owner of an
#: extension may change its comment, so comments are left out, too.
_PLAIN = ("--no-owner", "--no-privileges", "--no-comments")


def _dump_sqlite(to: Path) -> None:
    to.touch(mode=0o600, exist_ok=False)
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=_LOCK_SECONDS)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        # The file says which journal mode it has, and the copy has the original's (WAL). Without
        # WAL, there are no other files beside the dump.
        target.execute("PRAGMA journal_mode=DELETE")
    _flush(to)


def _load_sqlite(dump: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(dump, part)
    part.chmod(0o600)
    _flush(part)
    for suffix in ("-wal", "-shm"):  # of the empty database, into which nobody wrote
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
    part.rename(target)
    flush_folder(target.parent)


@contextmanager
def _another_connection(**other: Any) -> Iterator[None]:
    """Open another connection, `DUMPED`, with the portal's own settings changed by `other`."""
    dumped = connection.copy(alias=DUMPED)
    dumped.settings_dict.update(other)
    connections[DUMPED] = dumped
    try:
        yield
    finally:
        dumped.close()
        del connections[DUMPED]


def _run(program: str, *arguments: str) -> None:
    """Run a client program of PostgreSQL on the portal's database."""
    try:
        subprocess.run(  # noqa: S603  # our own command line
            [program, *arguments],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
            text=True,
        )
    except FileNotFoundError:
        raise BackupRefused(
            f"The program {program} is missing: it is one of PostgreSQL's client programs."
        ) from None
    except subprocess.CalledProcessError as error:
        raise BackupRefused(f"{program} failed: {_last_line(error.stderr)}") from None


def _environment() -> dict[str, str]:
    """The environment variables with which PostgreSQL's programs connect.

    They are not arguments, because all users of the machine can see the arguments of a process.
    """
    database = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",  # the name of a setting
        "PGDATABASE": "NAME",
    }
    given = {variable: str(database[name]) for variable, name in names.items() if database[name]}
    return os.environ | given


def _last_line(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing."


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
