"""CSV files as programs write them, and files that are no tables."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.text import csv_tables
from faxportal.text.csv_tables import (
    Table,
    TableProblem,
    UnreadableTable,
    decode,
    escape_formula,
    read_table,
    unescape_formula,
)

EXCEL = "Name;Fax\r\nDr. Müller;+49 30 1234\r\n"


def read(data: bytes) -> Table:
    return read_table(decode(data))


def cells(table: Table) -> list[list[str]]:
    return [list(row.cells) for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encodings_that_programs_write(encoding: str) -> None:
    table = read(EXCEL.encode(encoding))
    assert (table.header, cells(table)) == (["Name", "Fax"], [["Dr. Müller", "+49 30 1234"]])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found(delimiter: str, end: str) -> None:
    text = end.join(["Name|Fax", "Anna|210", "Ben|211"]).replace("|", delimiter)
    assert cells(read(text.encode())) == [["Anna", "210"], ["Ben", "211"]]


def test_a_comma_in_every_name_is_not_taken_for_the_delimiter() -> None:
    assert cells(read(b"Meyer, Anna;210\nMeyer, Ben;211\n"))[0] == ["Meyer, Anna", "210"]


def test_a_first_line_for_excel_names_the_delimiter() -> None:
    table = read(b"sep=|\r\nName|Fax\r\nAnna|210\r\n")
    assert (table.header, table.rows[0].line) == (["Name", "Fax"], 3)


@pytest.mark.parametrize("no_delimiter", [b'"', b"\r"])
def test_a_sep_line_without_a_usable_delimiter_is_a_row(no_delimiter: bytes) -> None:
    with suppress(UnreadableTable):
        assert read(b"sep=" + no_delimiter + b"\r\nAnna,210\r\n").rows


def test_without_a_header_the_first_row_is_a_row() -> None:
    table = read(b"Anna,+1 650 253 0000\nBen,210\n")
    assert (table.header, len(table.rows), table.width) == ((), 2, 2)


def test_a_first_row_with_a_short_extension_is_no_header() -> None:
    assert cells(read(b"Anna,21\nBen,22\n")) == [["Anna", "21"], ["Ben", "22"]]


def test_a_column_of_numbers_alone_is_a_table() -> None:
    assert cells(read(b"+1 650 253 0000\n210\n")) == [["+1 650 253 0000"], ["210"]]


def test_rows_know_their_lines_and_empty_ones_are_left_out() -> None:
    table = read(b'Name,Fax\n"Anna\nB.",210\n\n,\nBen,211\n')
    assert [(row.line, row.cell(1)) for row in table.rows] == [(2, "210"), (6, "211")]


def test_a_short_row_has_empty_cells_at_its_end() -> None:
    row = read(b"Name,Fax\n Anna \n").rows[0]
    assert (row.cell(0), row.cell(1), row.cell(None)) == ("Anna", "", "")


def test_the_column_of_numbers_is_found() -> None:
    assert read(b"Name,Fax,Room\nAnna 12345,+1 650 253 0000,1\nBen,211,22\n").numbers_column() == 1


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b"", TableProblem.EMPTY, None),
        (b" \n\n", TableProblem.EMPTY, None),
        (b"PK\3\4\0\0\0", TableProblem.NOT_TEXT, None),
        (b"\x81\x8d", TableProblem.NOT_TEXT, None),
        (b"\xff\xfe\xd8", TableProblem.NOT_TEXT, None),
        (b"x" * (csv_tables.MAX_BYTES + 1), TableProblem.TOO_LARGE, None),
        (b"a,210\n" * (csv_tables.MAX_ROWS + 2), TableProblem.TOO_MANY_ROWS, None),
        (b"a,210\n" + b"," * csv_tables.MAX_COLUMNS + b"a\n", TableProblem.TOO_MANY_COLUMNS, 2),
        (b'Name,Fax\nAnna,210\n"Ben,211\nCleo,212\n', TableProblem.QUOTES, 3),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_problem(
    data: bytes, problem: TableProblem, line: int | None
) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read(data)
    assert (refused.value.problem, refused.value.line) == (problem, line)


@pytest.mark.parametrize("start", list("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
def test_a_cell_that_could_run_as_a_formula_is_text(start: str) -> None:
    assert escape_formula(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize("delimiter", [";", "\t", "\n", ";;"])
def test_a_formula_is_text_where_excel_splits_a_cell(delimiter: str) -> None:
    assert escape_formula(f"Offer{delimiter}=1+1") == f"Offer{delimiter}'=1+1"


@pytest.mark.parametrize("cell", ["", "Offer", "0003*210", "2026-11-23", "a=b", "'t Hart"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert escape_formula(cell) == unescape_formula(cell) == cell


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts | st.text("'=+-@\uff1d;\t\r\n 1"))
def test_an_escaped_cell_is_read_back_unescaped(cell: str) -> None:
    assert unescape_formula(escape_formula(cell)) == cell.replace("\r\n", "\n")


@given(st.lists(st.lists(texts, min_size=2, max_size=4), max_size=5))
def test_a_written_table_is_read_back(rows: list[list[str]]) -> None:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerows([["Name", "Fax"], ["Anna", "210"], *rows])
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    expected = [["Anna", "210"], *([unescape_formula(cell) for cell in row] for row in kept)]
    assert cells(read_table(written.getvalue())) == expected
