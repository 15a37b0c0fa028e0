"""Recipients from a column of a file: every row is a recipient, or has no number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faxportal.faxes.compose.recipients import parse_recipients
from faxportal.faxes.compose.recipients_file import recipients_of
from faxportal.text.csv_tables import read_table
from faxportal.text.phone_numbers import DialAs
from faxportal.text.recipient_grammar import lines_of

CELLS = st.text(alphabet='0123456789+ abé,;<>"\n', max_size=12).map(str.strip)


def test_a_column_of_numbers_and_one_of_names_are_recipients() -> None:
    table = read_table("Name;City;Fax\nMeyer, Hans;Berlin;+49 30 1234567\nLee;Oslo;\n;;0003*210\n")
    found = recipients_of(table, number=2, name=0)
    assert found.texts == ('"Meyer, Hans" <+49 30 1234567>', "0003*210")
    assert found.lines_without_number == (3,)


def test_two_lines_in_a_cell_are_not_made_into_a_third_number() -> None:
    table = read_table('Fax,Name\n"650 253\n0000",Lee\n')
    found = recipients_of(table, number=0, name=None)
    parsed = parse_recipients(found.text, region="US", dial_as=DialAs.TYPED)
    assert [number.dialled for number in parsed.numbers] == ["650253", "0000"]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_every_row_is_a_recipient_or_is_reported_to_have_no_number(
    rows: list[tuple[str, str]],
) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    table = read_table("\n".join(["number,name", *lines]))
    found = recipients_of(table, number=0, name=1)
    assert len(found.texts) + len(found.lines_without_number) == len(table.rows)
    assert all(len(lines_of(text)) == 1 for text in found.texts)
