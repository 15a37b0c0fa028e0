"""What a person enters of a fax, as they entered it: nothing here is checked or read yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CoverContent:
    """The cover page's part of a form, as entered; all empty where there is none."""

    #: Id of the chosen one.
    template: int | None = None
    attention: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    message: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return self != CoverContent()


@dataclass(frozen=True, kw_only=True)
class DraftContent:
    """What a person entered into the form, as they did."""

    extension: str = ""
    recipients: str = field(default="", repr=False)
    subject: str = ""
    note: str = ""
    #: Aware; None sends at once.
    due_at: datetime | None = None
    cover: CoverContent = field(default_factory=CoverContent)

    @property
    def is_empty(self) -> bool:
        """Nothing was typed; an extension is chosen in every form."""
        texts = self.recipients or self.subject or self.note
        return not (texts or self.due_at or self.cover)
