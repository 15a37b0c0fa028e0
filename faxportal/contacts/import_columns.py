"""What each column of a CSV file holds: a first guess from the headings, for a person to check.

Contacts and the recipients of a fax are read from such files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from faxportal.text.csv_tables import Table
from faxportal.text.folding import fold

#: Field of a contact → headings of its column in exports of other programs and of the portal.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("fax number", "fax", "telefax", "business fax", "number", "nummer", "phone", "tel"),
    "name": ("name", "display name", "full name", "contact", "first name", "last name"),
    "organisation": ("organisation", "organization", "company", "firma", "business"),
    "note": ("note", "notes", "notiz", "comment"),
    "group": ("groups", "group", "gruppe", "category", "categories"),
}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The position of each column, counted from 0; None if the table has no such column."""

    number: int
    name: int | None = None
    organisation: int | None = None
    note: int | None = None
    group: int | None = None


def guess_columns(table: Table, *, fields: Iterable[str] = tuple(HEADINGS)) -> dict[str, int]:
    """Field → position of its column, from 0: a guess from the headings, or else from the cells.

    `fields` are keys of `HEADINGS`, with "number" and "name" among them. Each column is guessed for
    one field at most, and a field without a column is left out.
    """
    places = {field: _column_headed(table, HEADINGS[field]) for field in fields}
    if places["number"] is None:
        places["number"] = table.numbers_column()
    if places["name"] is None and not table.header:
        others = (place for place in range(table.width) if place != places["number"])
        places["name"] = next(others, None)
    guess: dict[str, int] = {}
    for field, place in places.items():
        if place is not None and place not in guess.values():
            guess[field] = place
    return guess


def _column_headed(table: Table, headings: Iterable[str]) -> int | None:
    """The position, from 0, of the column with one of the headings; None if no heading fits.

    If no column heading equals one of `headings`, a column heading that begins with one of them
    fits. Earlier `headings` are tried first. Capitals and accents make no difference.
    """
    found = [fold(heading) for heading in table.header]
    wanted = [fold(heading) for heading in headings]
    for fits in (str.__eq__, str.startswith):
        for heading in wanted:
            for place, head in enumerate(found):
                if fits(head, heading):
                    return place
    return None
