"""Reading texts, numbers and JSON that a browser sends: anybody can send anything else."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from django.http import QueryDict

#: A database has no larger ids: the largest 64-bit number has 19 digits.
_MOST_DIGITS = 18


def text_of(sent: QueryDict, name: str) -> str:
    """A field's text; empty without the field. NUL is dropped: PostgreSQL refuses it."""
    return sent.get(name, "").replace("\0", "")


def whole_number(text: str) -> int | None:
    """A number of decimal digits alone, such as an id; None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises `ValueError` for a text that is not valid or is nested too deeply, and for a number that
    is not finite or has thousands of digits.
    """
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("The JSON is nested too deeply.") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse(text)
    return number


def _refuse(text: str) -> NoReturn:
    raise ValueError("JSON has no such number.")
