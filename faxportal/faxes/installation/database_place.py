"""The place of the database, which distinguishes the database from its copies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.utils import ProgrammingError

from faxportal.faxes.installation.file_identity import identity_of


@dataclass(frozen=True, kw_only=True)
class DatabasePlace:
    """Where a database is."""

    #: On PostgreSQL the cluster's system identifier and the database's number, on SQLite the
    #: identity of the file.
    place: str
    #: PostgreSQL's timeline: a failover to a standby raises it. "" on SQLite.
    timeline: str = ""

    def __str__(self) -> str:
        return f"{self.place} {self.timeline}".strip()


def database_place() -> DatabasePlace:
    """Where the database of this process is.

    Raises what Django raises while the database does not answer, or is a standby that takes no
    changes.
    """
    if connection.vendor == "sqlite":
        return DatabasePlace(place=f"sqlite {_sqlite_file()}")
    with connection.cursor() as cursor:
        # Not `pg_control_checkpoint`: it has the timeline of the last checkpoint.
        cursor.execute(
            "SELECT oid, left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_database "
            "WHERE datname = current_database()"
        )
        number, timeline = cursor.fetchone()
    return DatabasePlace(place=f"postgresql {_system_identifier()} {number}", timeline=timeline)


def _sqlite_file() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
        (path,) = cursor.fetchone()
    return identity_of(Path(path)) if path else "in memory"


def _system_identifier() -> str:
    """The id that `initdb` gave the cluster; "" if the database's user may not read it.

    Physical copies of a cluster have the same id.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            return str(cursor.fetchone()[0])
    except ProgrammingError:  # an operator can forbid the function
        return ""
