"""CSV that a spreadsheet reads correctly, and in which no formula runs."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse

from faxportal.web.site.csv_download import as_spreadsheet, local


def pieces(response: StreamingHttpResponse) -> Iterator[bytes]:
    return iter(response)


def test_it_is_utf8_with_a_mark_and_lines_as_the_rfc_has_them() -> None:
    sheet = b"".join(pieces(as_spreadsheet("faxes", ["Größe"], [['say "ja",\nnow']])))
    assert sheet == '\ufeffGröße\r\n"say ""ja"",\nnow"\r\n'.encode()
    [_head, row] = csv.reader(io.StringIO(sheet.decode(), newline=""))
    assert row == ['say "ja",\nnow']


def test_the_heads_come_before_any_row_is_read() -> None:
    def rows() -> Iterator[list[str]]:
        raise AssertionError("read too early")
        yield []

    assert next(pieces(as_spreadsheet("faxes", ["At"], rows()))) == "\ufeffAt\r\n".encode()


def test_memory_does_not_grow_with_rows() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        for _piece in pieces(
            as_spreadsheet("faxes", ["At"], (["x" * 200] for _row in range(rows)))
        ):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1000)
    assert peak(20_000) < 1.5 * peak(2_000)


def test_times_state_their_offset() -> None:
    at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert local(at, ZoneInfo("Europe/Berlin")) == "2026-07-01 14:00:00 +02:00"
    assert local(None, ZoneInfo("UTC")) == ""
