"""Reading CSV files that people upload: from bytes to a header and rows of cells.

Contacts and recipients are imported from such files. This module reads what Excel, LibreOffice,
address books and the portal's own exports write: UTF-8, UTF-16 with a byte order mark, or
Windows-1252; separated by commas, semicolons or tabs; quoted as in RFC 4180. It undoes what
`escape_formula` does to a cell of an export. It does not know what the columns hold.

    text = decode(data)         # to be stored while a person looks at the table
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

#: Files with more bytes, rows or columns are refused.
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 100

#: If two delimiters fit equally well, the earlier delimiter in this list is used, because names
#: contain commas more often than semicolons.
_DELIMITERS = ("\t", ";", ",")
#: How many rows are read to find the delimiter and the column of numbers.
_SAMPLE = 50
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: A first line that tells Excel the delimiter: `sep=;`.
_SEP = re.compile(r"sep=([^\"\r])\r?\n", re.IGNORECASE)
#: Where a spreadsheet may find a formula (OWASP, "CSV Injection"): at a cell's beginning, after a
#: line break, and after a delimiter, because in some countries Excel splits a CSV file at
#: semicolons or tabs. The full-width signs = + - @ of East Asian keyboards count, too.
_MAY_BEGIN = r"(?:^|(?<=[;\t\r\n]))"
_SIGN = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
#: Leading apostrophes belong to it, so that `unescape_formula` removes exactly what
#: `escape_formula` adds.
_FORMULA = re.compile(rf"{_MAY_BEGIN}('*{_SIGN})")
_ESCAPED = re.compile(rf"{_MAY_BEGIN}'('*{_SIGN})")


class TableProblem(Enum):
    """Why a file can't be read as a table."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    QUOTES = "quotes"


class UnreadableTable(Exception):
    """The file can't be read as a table.

    `line` is the line, counted from 1, that has the problem. None if the whole file has it.
    """

    def __init__(self, problem: TableProblem, *, line: int | None = None) -> None:
        super().__init__(f"{problem.value} in line {line}" if line else problem.value)
        self.problem = problem
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row, and the line of the file that it begins in, counted from 1."""

    line: int
    cells: Sequence[str] = field(repr=False)

    def cell(self, column: int | None) -> str:
        """The cell of a column, counted from 0, without surrounding space.

        Empty if `column` is None, or if the row is too short for that column.
        """
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].strip()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table without its empty rows."""

    #: The names of the columns, from the first row. Empty if the first row holds a number.
    header: Sequence[str]
    rows: Sequence[Row] = field(repr=False)

    @property
    def width(self) -> int:
        """The number of columns in the longest row."""
        return max((len(self.header), *(len(row.cells) for row in self.rows)))

    def numbers_column(self) -> int:
        """The column, counted from 0, with the most cells that look like phone numbers."""
        sample = self.rows[:_SAMPLE]
        counts = [sum(_is_number(row.cell(n)) for row in sample) for n in range(self.width)]
        return counts.index(max(counts))


def decode(data: bytes) -> str:
    """The text of a file's bytes. Raises `UnreadableTable`."""
    if len(data) > MAX_BYTES:
        raise UnreadableTable(TableProblem.TOO_LARGE)
    for encoding in ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableTable(TableProblem.NOT_TEXT)


def read_table(text: str) -> Table:
    """The table that a text holds. Raises `UnreadableTable`."""
    declared = _SEP.match(text)
    delimiter = declared[1] if declared else _likeliest_delimiter(text)
    rows: list[Row] = []
    for row in _rows(text, delimiter):
        if row.line == 1 and declared:
            continue
        if len(row.cells) > MAX_COLUMNS:
            raise UnreadableTable(TableProblem.TOO_MANY_COLUMNS, line=row.line)
        if len(rows) > MAX_ROWS:  # the first row may be the header
            raise UnreadableTable(TableProblem.TOO_MANY_ROWS)
        rows.append(row)
    if not rows:
        raise UnreadableTable(TableProblem.EMPTY)
    if any(_has_number(cell) or _has_digits_alone(cell) for cell in rows[0].cells):
        return Table(header=(), rows=rows)
    return Table(header=[cell.strip() for cell in rows[0].cells], rows=rows[1:])


def escape_formula(cell: str) -> str:
    """A cell for an export. An apostrophe is put before what a spreadsheet may run as a formula.

    CR LF within the cell becomes LF, so that in the export CR LF always ends a row.
    """
    return _FORMULA.sub(r"'\1", cell.replace("\r\n", "\n"))


def unescape_formula(cell: str) -> str:
    """A cell without the apostrophes that `escape_formula` put into it."""
    return _ESCAPED.sub(r"\1", cell)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UnreadableTable(TableProblem.QUOTES, line=line) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line=line, cells=[unescape_formula(cell) for cell in cells])
        line = reader.line_num + 1


def _likeliest_delimiter(text: str) -> str:
    """The delimiter by which the most rows have the same number of cells as the first row.

    A delimiter with which the first row has only one cell doesn't count.
    """

    def regular_rows(delimiter: str) -> int:
        widths: list[int] = []
        with suppress(UnreadableTable):  # the rows before the mistake count
            widths.extend(len(row.cells) for row in islice(_rows(text, delimiter), _SAMPLE))
        return widths.count(widths[0]) if widths and widths[0] > 1 else 0

    return max(_DELIMITERS, key=regular_rows)


def _has_number(cell: str) -> bool:
    """Whether a cell has three digits or more: enough for a phone number or an extension."""
    return sum(character.isdigit() for character in cell) >= 3


def _is_number(cell: str) -> bool:
    return _has_number(cell) and _has_digits_alone(cell)


def _has_digits_alone(cell: str) -> bool:
    """Whether a cell has digits and no letters. A short extension, such as 21, is enough."""
    has_digits = any(character.isdigit() for character in cell)
    return has_digits and not any(character.isalpha() for character in cell)
