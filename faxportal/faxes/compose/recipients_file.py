"""Recipients from a column of a table that a person brings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import uuid4

from faxportal.accounts.models import User
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import Fax
from faxportal.text.csv_tables import Table
from faxportal.text.recipient_grammar import format_recipient

_LINE_ENDS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class FromTable:
    """What the rows of a table stand for: each row is in one of the two."""

    #: Each as it stands in the recipients' field, where it is read like any other.
    texts: tuple[str, ...] = field(repr=False)
    #: Lines of the file without a number.
    without: tuple[int, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def recipients_of(table: Table, *, number: int, name: int | None) -> FromTable:
    """The recipients of two columns (places from 0)."""
    texts: list[str] = []
    without: list[int] = []
    for row in table.rows:
        # Two lines in a cell may be two numbers: put together they would be a third one.
        if typed := _LINE_ENDS.sub(", ", row.cell(number)):
            texts.append(format_recipient(row.cell(name), typed))
        else:
            without.append(row.line)
    return FromTable(texts=tuple(texts), without=tuple(without))


def draft_to(found: FromTable, *, by: User) -> Fax:
    """A new draft to them."""
    return drafts.save_draft(
        by, key=uuid4(), typed=DraftContent(recipients=found.text), files=[]
    ).draft
