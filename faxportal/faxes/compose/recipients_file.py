"""A draft to recipients from a column of a CSV table."""

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
    """The recipients of a table's rows; each row is in one of the two."""

    #: Recipients as a person would write them into the recipients' field.
    texts: tuple[str, ...] = field(repr=False)
    #: Numbers of the file's lines that have no fax number.
    lines_without_number: tuple[int, ...]

    @property
    def text(self) -> str:
        """All recipients, one a line."""
        return "\n".join(self.texts)


def recipients_of(table: Table, *, number: int, name: int | None) -> TableRecipients:
    """The recipients of the columns (from 0) with numbers and, if any, names."""
    texts: list[str] = []
    lines_without_number: list[int] = []
    for row in table.rows:
        # Two lines in a cell may be two numbers; joined they would be a third number.
        if typed := _LINE_ENDS.sub(", ", row.cell(number)):
            texts.append(format_recipient(row.cell(name), typed))
        else:
            lines_without_number.append(row.line)
    return TableRecipients(texts=tuple(texts), lines_without_number=tuple(lines_without_number))


def draft_to(recipients: TableRecipients, *, by: User) -> Fax:
    """A new draft to these recipients."""
    return drafts.new_draft(by, DraftContent(recipients=recipients.text))
