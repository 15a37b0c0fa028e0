"""CSV files for spreadsheets, streamed: memory doesn't grow with the number of rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from faxportal.text.csv_tables import escape_formula

#: Excel reads a file as UTF-8 when it begins with this.
_MARK = "\N{BYTE ORDER MARK}"
#: Rows in one chunk of the response.
_TOGETHER = 200


def as_spreadsheet(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """A response that a browser saves as `name`.csv.

    `rows` is read after the view has returned. At that time, the request's time zone and language
    are not active any more, so `rows` must not depend on them.
    """
    response = StreamingHttpResponse(_pieces(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """A time in a zone with its offset, e.g. 2026-11-23 14:02:07 +01:00; empty for None."""
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
    lines.writerows([escape_formula(cell) for cell in row] for row in rows)
    return written.getvalue()
