"""How a line of the log is written. What a database says of a row's values is left out."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from types import TracebackType

import psycopg
from django.db import Error as DatabaseError

_SAY_VALUES = (DatabaseError, psycopg.Error, sqlite3.Error)


class LineFormatter(logging.Formatter):
    """Writes tracebacks without the messages of database errors.

    PostgreSQL puts the row's values into such a message, for example "Key (phone)=(+1650…) already
    exists". They may be numbers and names. The name of the constraint stays.
    """

    def formatException(  # noqa: N802  # the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return "\n\n".join(map(_one, reversed(_chain(ei[1]))))


def _chain(error: BaseException | None) -> list[BaseException]:
    """An error, its cause, the cause's cause, and so on."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _one(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    lines = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    return "".join([*lines, f"{kind}: {_said_by(error)}"])


def _said_by(error: BaseException) -> str:
    if not isinstance(error, _SAY_VALUES):
        return str(error)
    if isinstance(error, psycopg.Error):
        return error.diag.constraint_name or ""
    return ""
