"""A CSV file as a form field, and its columns as choices. The caller knows what columns hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.text import csv_tables
from faxportal.text.csv_tables import Table, TableProblem, UnreadableTable, decode, read_table
from faxportal.text.folding import fold

#: The most characters of a cell that a choice shows.
_SAMPLE = 40

_WHY: dict[TableProblem, str | Promise] = {
    TableProblem.EMPTY: gettext_lazy("This file is empty."),
    TableProblem.NOT_TEXT: gettext_lazy(
        "This is not a CSV file. In Excel, choose “Save as” and “CSV UTF-8”, and use that file."
    ),
    TableProblem.TOO_LARGE: gettext_lazy(
        "This file is larger than %(megabytes)d MB. Split it and use the parts one by one."
    ),
    TableProblem.TOO_MANY_ROWS: gettext_lazy(
        "This file has more than %(rows)d rows. Split it and use the parts one by one."
    ),
    TableProblem.TOO_MANY_COLUMNS: gettext_lazy(
        "Line %(line)d has more than %(columns)d columns. Remove the ones you don't need."
    ),
    TableProblem.QUOTES: gettext_lazy(
        "The quotation marks in line %(line)d or after it don't match. Correct them."
    ),
}


def table_sentence(refused: UnreadableTable) -> str:
    """A sentence: why a file can't be read, and what to do."""
    limits = {
        "megabytes": csv_tables.MAX_BYTES // 2**20,
        "rows": csv_tables.MAX_ROWS,
        "columns": csv_tables.MAX_COLUMNS,
        "line": refused.line or 1,
    }
    return str(_WHY[refused.problem]) % limits


class TableField(forms.FileField):
    """A CSV file. Its clean value is the text, which `read_table` reads without an error."""

    widget = forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"})

    def clean(self, data: Any, initial: Any = None) -> str:
        file = super().clean(data, initial)
        try:
            # One byte over the limit shows that a file is too large, without reading all of it.
            text = decode(file.read(csv_tables.MAX_BYTES + 1))
            read_table(text)
        except UnreadableTable as refused:
            raise forms.ValidationError(table_sentence(refused)) from None
        return text


def column_choices(table: Table) -> list[tuple[str, str]]:
    """A choice (value, label) for each column.

    The value is the column's position from 0. The label is the column's head with the beginning of
    its first filled cell.
    """
    choices = []
    for place in range(table.width):
        head = table.header[place] if place < len(table.header) else ""
        first = next(filter(None, (row.cell(place) for row in table.rows)), "")
        name = head or _("Column %(number)d") % {"number": place + 1}
        choices.append((str(place), f"{name}: {first[:_SAMPLE]}" if first else name))
    return choices


def column_named(table: Table, names: Iterable[str]) -> int | None:
    """The position, from 0, of the column whose head is one of the names; None if no head fits.

    If no head is a name, a head that begins with a name fits. Earlier names are tried first.
    Capitals and accents don't count.
    """
    heads = [fold(head) for head in table.header]
    wanted = [fold(name) for name in names]
    for fits in (str.__eq__, str.startswith):
        for name in wanted:
            for place, head in enumerate(heads):
                if fits(head, name):
                    return place
    return None
