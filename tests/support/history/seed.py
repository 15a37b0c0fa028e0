"""Writes a history into an empty, migrated database: a million faxes in minutes.

Faxes, recipients, documents and search rows come from `content`; SQL derives handovers, uploads,
attempts and events from them. The events' hashes are zeros.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes import search_terms
from faxportal.faxes.compose.content_hash import content_hash
from faxportal.faxes.models import (
    Attempt,
    Document,
    Fax,
    FaxEvent,
    FaxSearch,
    Handover,
    Recipient,
    Upload,
)
from faxportal.faxes.models.fax import list_key_at
from faxportal.text.folding import fold
from tests.support.history import content
from tests.support.history.content import SeededFax

Row = Sequence[Any]

AT_ONCE = 20_000
#: Rows that SQL derives: column → expression. Other columns have their defaults.
HANDOVERS = {
    "id": "f.id",
    "fax_id": "f.id",
    "batch": "1",
    "state": "CASE f.state WHEN 'partly_handed_over' THEN 'refused' WHEN 'failed' THEN 'refused' "
    "WHEN 'cancelled' THEN 'abandoned' WHEN 'handed_over' THEN 'complete' "
    "WHEN 'confirmed' THEN 'complete' ELSE f.state END",
    "reason": "CASE WHEN f.state NOT IN ('failed', 'partly_handed_over') THEN '' "
    "ELSE CASE f.id % 7 "
    "WHEN 0 THEN 'extension_invalid' WHEN 1 THEN 'file_invalid' WHEN 2 THEN 'sign_in_refused' "
    "WHEN 3 THEN 'deadline' ELSE 'recipients_invalid' END END",
    "voipnow_id": "CAST(f.id + 100000 AS text)",
    "voipnow_uid": "CAST(f.uuid AS text)",
    "due_at": "f.submitted_at",
    "created_at": "f.submitted_at",
    "closed_at": "f.submitted_at",
}
UPLOADS = {
    "id": "d.id",
    "handover_id": "d.fax_id",
    "document_id": "d.id",
    "state": "'stored'",
    "bytes_sent": "d.size",
}
CREATES = {
    "handover_id": "f.id",
    "opened_at": "f.submitted_at",
    "closed_at": "f.submitted_at",
    "outcome": "'done'",
}
PUTS = {
    "handover_id": "d.fax_id",
    "upload_id": "d.id",
    "opened_at": "f.submitted_at",
    "closed_at": "f.submitted_at",
    "outcome": "'done'",
}
EVENTS = {
    "fax_id": "f.id",
    "position": "k.position",
    "kind": "k.kind",
    "at": "f.submitted_at",
    "data": "k.data",
    "hash": f"'{'0' * 64}'",
}
DATA = (
    ("submitted", '{"recipients": 1, "documents": [{"size": 150000}]}'),
    ("creating", "{}"),
    ("created", '{"voipnow_id": "100001"}'),
    ("putting", '{"document": 1}'),
    ("stored", '{"document": 1}'),
    ("complete", '{"voipnow_id": "100001"}'),
)


def seed(count: int) -> None:
    """Write `count` faxes, and the people who sent them. `person0` sent the most faxes."""
    people = _people()
    until = timezone.now()
    faxes = content.faxes(count, until=until)
    with _without_indexes():
        while part := list(islice(faxes, AT_ONCE)):
            with transaction.atomic():
                _write(part, people)
        _derive(Handover, HANDOVERS, "faxes_fax f")
        _derive(Upload, UPLOADS, "faxes_document d")
        _derive(Attempt, CREATES, "faxes_fax f")
        _derive(Attempt, PUTS, "faxes_document d JOIN faxes_fax f ON f.id = d.fax_id")
        _derive(FaxEvent, EVENTS, f"faxes_fax f CROSS JOIN ({_kinds()}) k")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _kinds() -> str:
    """SQL for the rows of an ordinary fax's events."""
    text = "CAST(%s AS jsonb)" if connection.vendor == "postgresql" else "%s"
    return " UNION ALL ".join(
        f"SELECT {position} AS position, '{kind}' AS kind, {text % _literal(data)} AS data"
        for position, (kind, data) in enumerate(DATA, start=1)
    )


def _people() -> list[User]:
    people = [User(username=f"person{number}") for number in range(content.PEOPLE)]
    User.objects.bulk_create(people)
    for person in people:
        give_role(person, Role.SENDER)
    return list(User.objects.filter(username__startswith="person").order_by("pk"))


def _write(faxes: Sequence[SeededFax], people: Sequence[User]) -> None:
    """Write faxes with recipients, documents and search rows."""
    _insert(Fax, FAX, (_fax(fax, people) for fax in faxes))
    _insert(Recipient, RECIPIENT, (row for fax in faxes for row in _recipients(fax)))
    _insert(Document, DOCUMENT, (row for fax in faxes for row in _documents(fax)))
    in_order = sorted(faxes, key=lambda fax: fax.at)  # the order in which faxes are submitted
    _insert(FaxSearch, SEARCH, (_search(fax, people) for fax in in_order))


FAX = [
    "id",
    "uuid",
    "sender_id",
    "state",
    "submission_key",
    "fingerprint",
    "extension",
    "extension_label",
    "subject",
    "created_at",
    "submitted_at",
    "list_key",
    "due_at",
    "deadline_at",
    "settled_at",
    "notified_at",
    "content_hash",
]


def _fax(fax: SeededFax, people: Sequence[User]) -> Row:
    uuid = fax.uuid.hex if connection.vendor == "sqlite" else str(fax.uuid)
    at, deadline = _moment(fax.at), _moment(fax.at + timedelta(days=1))
    settled = _moment(fax.at + fax.took)
    sender, (extension, label) = people[fax.sender].pk, _extension(fax.sender)
    return (
        *(fax.id, uuid, sender, str(fax.state), uuid, "f" * 64, extension, label, fax.subject),
        *(at, at, list_key_at(fax.at), at, deadline, settled, settled),
        content_hash(_sha256(name) for name in fax.files),
    )


RECIPIENT = ("fax_id", "position", "typed", "dialled", "canonical", "batch")


def _recipients(fax: SeededFax) -> Iterator[Row]:
    for position, index in enumerate(fax.numbers, start=1):
        number, _ = content.number(index)
        yield fax.id, position, number.typed, number.dialled, number.canonical, 1


DOCUMENT = ("fax_id", "position", "name", "size", "content_type", "sha256", "stored_as")


def _documents(fax: SeededFax) -> Iterator[Row]:
    for position, name in enumerate(fax.files, start=1):
        size = 150_000 + fax.id % 99_991
        yield fax.id, position, name, size, "application/pdf", _sha256(name), ""


def _sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


SEARCH = ("rowid", *search_terms.COLUMNS)


def _search(fax: SeededFax, people: Sequence[User]) -> Row:
    numbers = "\n".join(content.number(index)[1] for index in fax.numbers)
    files = "\n".join(map(fold, fax.files))
    extension = "\n".join(map(fold, _extension(fax.sender)))
    sender = people[fax.sender].username
    return list_key_at(fax.at), numbers, fold(fax.subject), "", files, sender, extension


def _extension(sender: int) -> tuple[str, str]:
    return f"0003*{200 + sender}", content.DEPARTMENTS[sender % len(content.DEPARTMENTS)]


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if connection.vendor == "sqlite" else "+00")


def _insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows with these columns. Other columns get their defaults."""
    defaults = _defaults(model, columns)
    target = f"{model._meta.db_table} ({', '.join([*columns, *defaults])})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ["%s"] * len(columns) + [_literal(value) for value in defaults.values()]
            statement = f"INSERT INTO {target} VALUES ({', '.join(marks)})"
            cursor.executemany(statement, list(rows))
            return
        cursor.execute(
            f"CREATE TEMPORARY TABLE incoming AS SELECT {', '.join(columns)}"
            f" FROM {model._meta.db_table} WITH NO DATA"
        )
        with cursor.copy(f"COPY incoming ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        values = [*columns, *map(_literal, defaults.values())]
        cursor.execute(f"INSERT INTO {target} SELECT {', '.join(values)} FROM incoming")
        cursor.execute("DROP TABLE incoming")


def _derive(model: type[models.Model], columns: dict[str, str], source: str) -> None:
    """Insert a row for each row of the SQL `source`. Other columns get their defaults."""
    values = columns | {
        name: _literal(value) for name, value in _defaults(model, [*columns]).items()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(values)})"
            f" SELECT {', '.join(values.values())} FROM {source}"
        )


def _defaults(model: type[models.Model], named: Sequence[str]) -> dict[str, Any]:
    """column → the model's default, for the columns that need a value and are not named."""
    needed = [
        field
        for field in model._meta.concrete_fields
        if field.column not in named and not field.null and not field.primary_key
    ]
    return {
        str(field.column): field.get_db_prep_save(
            timezone.now() if getattr(field, "auto_now", False) else field.get_default(), connection
        )
        for field in needed
    }


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta):
        return f"INTERVAL '{value.total_seconds()} seconds'"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Build indexes after all rows are written, which is much faster.

    PostgreSQL checks no foreign keys meanwhile; only a superuser can turn these checks off.
    """
    if connection.vendor == "sqlite":
        find = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND"
        find += " tbl_name LIKE 'faxes\\_%%' ESCAPE '\\' AND sql NOT LIKE 'CREATE UNIQUE%%'"
    else:
        # PostgreSQL chooses between indexes of equal cost by the order in which they were built.
        # So the indexes are built in the order of the migrations.
        find = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'faxes\\_%%' AND"
        find += " indexdef NOT LIKE 'CREATE UNIQUE%%' ORDER BY indexname::regclass::oid"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(find, [])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, statement in indexes:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("RESET session_replication_role")
            cursor.execute("RESET maintenance_work_mem")
