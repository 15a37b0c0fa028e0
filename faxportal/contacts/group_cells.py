"""The names of a contact's groups in one cell of a CSV file, for imports and exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from faxportal.contacts.address_book import one_line
from faxportal.contacts.models import MAX_NAME
from faxportal.text.folding import fold


def join_names(names: Iterable[str]) -> str:
    """Several names in one cell, separated by semicolons; `split_names` reads them back."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="").writerow(names)
    return written.getvalue()


def split_names(cell: str) -> list[str]:
    """The names in one cell, separated by semicolons and quoted as in a CSV file.

    A cell with wrong quotes is one name.
    """
    try:
        names = next(csv.reader([cell], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        names = [cell]
    in_line = (one_line(name, at_most=MAX_NAME) for name in names)
    return [name for name in in_line if fold(name)]
