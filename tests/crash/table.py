"""The crash matrix as Markdown, for `docs/crash-matrix.md`: `python -m tests.crash.table`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import django

from faxportal.faxes.states import FaxState

if TYPE_CHECKING:  # importing rows imports the portal's models, which need Django's setup first
    from tests.crash.rows import Delivering, Uploading


def markdown() -> str:
    """A table for each group of rows."""
    from tests.crash.points import ASKING, BROWSER, ONE_REQUEST, RELAY, REMOVING, SUBMITTING

    parts = []
    tables: tuple[tuple[str, Sequence[Delivering | Uploading]], ...] = (
        ("Delivering: pre-signed uploads", RELAY),
        ("One request", ONE_REQUEST),
        ("The browser carries the files", BROWSER),
    )
    for title, rows in tables:
        lines = (
            (row.says, str(row), FaxState(row.ends).label, row.again, row.empty) for row in rows
        )
        heads = ["killed when", "point", "ends as", "stored again", "left empty"]
        parts.append(_section(title, heads, lines))
    submits = ((row.says, str(row), _yes(row.is_sent)) for row in SUBMITTING)
    parts.append(_section("Submitting", ["killed when", "point", "is submitted"], submits))
    asked = ((row.says, str(row), FaxState(row.leaves).label, row.drafts) for row in ASKING)
    heads = ["killed when", "point", "the fax then is", "drafts"]
    parts.append(_section("What a person asks for", heads, asked))
    gone = (
        (row.says, str(row), _yes(row.is_there), _yes(row.is_kept), row.left) for row in REMOVING
    )
    heads = [
        "killed when",
        "point",
        "the fax is there",
        "says its documents are kept",
        "files left over",
    ]
    parts.append(_section("Removing what has had its time", heads, gone))
    return "\n".join(parts)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _section(title: str, heads: list[str], rows: Iterable[tuple[object, ...]]) -> str:
    return f"## {title}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in _lines(heads, rows))


def _lines(heads: list[str], rows: Iterable[tuple[object, ...]]) -> Iterator[list[str]]:
    yield heads
    yield ["---"] * len(heads)
    for row in rows:
        yield [str(cell) for cell in row]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faxportal.settings")
    django.setup()
    sys.stdout.write(markdown())
