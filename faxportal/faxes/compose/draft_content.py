"""The content of a draft without its files, as a person entered it: not checked and not parsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CoverContent:
    """What a person entered for the cover page. Falsy if they entered nothing."""

    #: Id of the chosen `CoverTemplate`.
    template: int | None = None
    attention: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    message: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return self != CoverContent()


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """What a person entered into the form of a fax."""

    #: Number of the extension to send from.
    extension: str = ""
    #: The text of the recipients field; see `text.recipient_grammar`.
    recipients: str = field(default="", repr=False)
    subject: str = ""
    note: str = ""
    #: When to send, as an aware datetime. None means at once.
    due_at: datetime | None = None
    cover: CoverContent = field(default_factory=CoverContent)

    @property
    def is_empty(self) -> bool:
        """Whether the person entered nothing. The extension doesn't count: every form has one."""
        texts = self.recipients or self.subject or self.note
        return not (texts or self.due_at or self.cover)
