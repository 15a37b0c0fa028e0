"""Rows as CSV for spreadsheets, streamed: the first byte at once, in memory that doesn't grow."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from faxportal.text.csv_tables import harmless

#: So that Excel reads UTF-8.
_MARK = "\N{BYTE ORDER MARK}"
#: Rows that are sent together.
_TOGETHER = 200


def as_spreadsheet(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """An answer that a browser saves as `name`.csv.

    It is written after the view has returned: `rows` must not rely on what is around a request.
    """
    response = StreamingHttpResponse(_pieces(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """A time in a zone with its offset, e.g. 2026-11-23 14:02:07 +01:00."""
    if at is None:
        return ""
    there = at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return f"{there[:-6]} {there[-6:]}"


def _pieces(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield (_MARK + _lines([heads])).encode()
    together: list[Sequence[str]] = []
    for row in rows:
        together.append(row)
        if len(together) == _TOGETHER:
            yield _lines(together).encode()
            together = []
    if together:
        yield _lines(together).encode()


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")  # RFC 4180
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()
