"""The log after an error of the database: it names no number and no name."""

from __future__ import annotations

import logging
import sys

import pytest
from django.db import DatabaseError, connection, transaction

from faxportal.log_lines import LineFormatter

pytestmark = pytest.mark.django_db

SECRET = "+16502530099"
NAME = "Dr. Ada Meyer"


def written() -> str:
    """What the log has of the error that is being handled."""
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "/", (), sys.exc_info())
    return LineFormatter("%(message)s").format(record)


def violate(*, row: str) -> None:
    """Insert a row twice into a table where it must be unique."""
    with transaction.atomic(), connection.cursor() as cursor:
        for _time in range(2):
            cursor.execute("INSERT INTO of_a_test VALUES (%s)", [row])


@pytest.mark.parametrize("value", [SECRET, f"{NAME}\n{SECRET}"])
def test_the_values_of_a_row_stay_out_of_the_log(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE of_a_test (phone text UNIQUE)")
    try:
        violate(row=value)
    except DatabaseError:
        said = written()
    assert "IntegrityError" in said
    assert "in violate" in said, "it says where"
    assert SECRET not in said
    assert NAME not in said


def test_what_an_error_of_our_own_says_is_in_the_log_with_its_cause() -> None:
    try:
        try:
            int("seven")
        except ValueError as error:
            raise LookupError("There is no such thing.") from error
    except LookupError:
        said = written()
    assert said.index("ValueError: invalid literal") < said.index("LookupError: There is no such")
