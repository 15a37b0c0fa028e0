"""A draft to the recipients in a CSV table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from faxportal.accounts.models import User
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import Fax
from faxportal.text.csv_tables import Table
from faxportal.text.recipient_grammar import format_recipient

_LINE_ENDS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class TableRecipients:
    """The recipients of a table. Each row is in exactly one of the two fields."""

    #: Recipients as a person would type them into the recipients field.
    texts: tuple[str, ...] = field(repr=False)
    #: Line numbers, from 1, of the rows without a fax number.
    lines_without_number: tuple[int, ...]

    @property
    def text(self) -> str:
        """All recipients, one on each line."""
        return "\n".join(self.texts)


def recipients_of(table: Table, *, number: int, name: int | None) -> TableRecipients:
    """The recipients of a table. `number` and `name` are the columns to read, counted from 0."""
    texts: list[str] = []
    lines_without_number: list[int] = []
    for row in table.rows:
        # Two lines in a cell may be two numbers. Joined without a comma they would be read as one
        # number, which is neither of the two.
        if typed := _LINE_ENDS.sub(", ", row.cell(number)):
            texts.append(format_recipient(row.cell(name), typed))
        else:
            lines_without_number.append(row.line)
    return TableRecipients(texts=tuple(texts), lines_without_number=tuple(lines_without_number))


def draft_to(recipients: TableRecipients, *, by: User) -> Fax:
    """Make a draft to these recipients."""
    return drafts.new_draft(by, DraftContent(recipients=recipients.text))
