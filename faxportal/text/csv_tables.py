"""A CSV file that a person brings, as a table: from bytes to heads and rows of cells.

For whatever takes such a file: contacts to import, recipients from a column. It reads what Excel,
LibreOffice, address books and the portal's own exports write: UTF-8, UTF-16 with its mark, or
Windows-1252; separated by commas, semicolons or tabs; quoted as in RFC 4180. A cell that an export
of ours made `harmless` is read as it was meant. Knows nothing of what the columns hold.

    text = decode(data)         # what to keep while a person looks at it
    table = read_table(text)
    for row in table.rows: row.line, row.cell(1)
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

#: What is read of one file; a table for people to look through is not larger.
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 100

#: Where two fit alike, the earlier one is it: names hold commas more often than semicolons.
_DELIMITERS = ("\t", ";", ",")
#: Rows from which the delimiter is told, and which column holds numbers.
_SAMPLE = 50
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: The line with which Excel is told the delimiter.
_SEP = re.compile(r"sep=([^\"\r])\r?\n", re.IGNORECASE)
#: OWASP, "CSV Injection": a cell that begins so may be run as a formula. Apostrophes before it
#: count, so that `as_meant` takes away exactly what `harmless` put there.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


class NoTable(Enum):
    """Why a file is no table."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    QUOTES = "quotes"


class NotATable(Exception):
    """The file can't be read; `line` is where, if it is one line's fault."""

    def __init__(self, why: NoTable, *, line: int | None = None) -> None:
        super().__init__(f"{why.value} in line {line}" if line else why.value)
        self.why = why
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row, with the line of the file that it begins in (1 is the first)."""

    line: int
    cells: Sequence[str] = field(repr=False)

    def cell(self, column: int | None) -> str:
        """The cell without space around it; empty for none, and where the row is shorter."""
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].strip()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; rows without any content are left out."""

    #: The first row where it names the columns; else empty.
    heads: Sequence[str]
    rows: Sequence[Row] = field(repr=False)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max((len(self.heads), *(len(row.cells) for row in self.rows)))

    def numbers_column(self) -> int:
        """The column that most likely holds numbers: most cells of it are digits."""
        sample = self.rows[:_SAMPLE]
        counts = [sum(_is_number(row.cell(n)) for row in sample) for n in range(self.width)]
        return counts.index(max(counts))


def decode(data: bytes) -> str:
    """The file's text. Raises `NotATable`."""
    if len(data) > MAX_BYTES:
        raise NotATable(NoTable.TOO_LARGE)
    for encoding in ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise NotATable(NoTable.NOT_TEXT)


def read_table(text: str) -> Table:
    """The table that a text holds. Raises `NotATable`."""
    said = _SEP.match(text)
    delimiter = said[1] if said else _likeliest_delimiter(text)
    rows: list[Row] = []
    for row in _rows(text, delimiter):
        if row.line == 1 and said:
            continue
        if len(row.cells) > MAX_COLUMNS:
            raise NotATable(NoTable.TOO_MANY_COLUMNS, line=row.line)
        if len(rows) > MAX_ROWS:  # and the heads
            raise NotATable(NoTable.TOO_MANY_ROWS)
        rows.append(row)
    if not rows:
        raise NotATable(NoTable.EMPTY)
    if any(_has_number(cell) or _has_digits_alone(cell) for cell in rows[0].cells):
        return Table(heads=(), rows=rows)
    return Table(heads=[cell.strip() for cell in rows[0].cells], rows=rows[1:])


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet might run it as a formula.

    Lines within a cell end with a newline alone, so that CR LF is the end of a row and no other.
    """
    written = cell.replace("\r\n", "\n")
    return f"'{written}" if _FORMULA.match(written) else written


def as_meant(cell: str) -> str:
    """What `harmless` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise NotATable(NoTable.QUOTES, line=line) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line=line, cells=[as_meant(cell) for cell in cells])
        line = reader.line_num + 1


def _likeliest_delimiter(text: str) -> str:
    """The one by which most rows have as many cells as the first, and that is more than one."""

    def regular_rows(delimiter: str) -> int:
        widths: list[int] = []
        with suppress(NotATable):  # what came before the mistake counts
            widths.extend(len(row.cells) for row in islice(_rows(text, delimiter), _SAMPLE))
        return widths.count(widths[0]) if widths and widths[0] > 1 else 0

    return max(_DELIMITERS, key=regular_rows)


def _has_number(cell: str) -> bool:
    return sum(character.isdigit() for character in cell) >= 3


def _is_number(cell: str) -> bool:
    return _has_number(cell) and _has_digits_alone(cell)


def _has_digits_alone(cell: str) -> bool:
    """As an extension has, however short."""
    has_digits = any(character.isdigit() for character in cell)
    return has_digits and not any(character.isalpha() for character in cell)
