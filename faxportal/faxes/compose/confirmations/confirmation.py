"""The questions, and what counts as their answer.

What was answered is bound to what was asked: a form that is changed afterwards, or of which there
is more to ask by now, is asked again, and nothing is taken as answered that was not shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import Number


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a form brings of what its sender said to the questions."""

    #: Of all that they were asked (see `Asked.digest`); empty: they were asked nothing.
    digest: str = ""
    #: New numbers, entered a second time.
    typed_again: str = field(default="", repr=False)


NO_ANSWER = Answer()


@dataclass(frozen=True, kw_only=True)
class Before:
    """A fax with the same documents to the same phone."""

    number: Number = field(repr=False)
    fax: UUID
    submitted_at: datetime
    due_at: datetime
    #: User name of its sender; None: the very person who is asked.
    by: str | None
    #: What the group of recipients stands at that the number is in, in the words of a fax.
    state: FaxState
    #: The person who is asked may open its page.
    is_visible: bool


@dataclass(frozen=True, kw_only=True)
class AlreadySent:
    """The same content went, or is to go, to the same numbers in the last days."""

    code: ClassVar = "already_sent"

    days: int
    before: tuple[Before, ...]

    @property
    def about(self) -> Sequence[str]:
        # Not how those stand: that changes by itself while somebody reads the question.
        return [f"{one.number.canonical} {one.fax}" for one in self.before]


@dataclass(frozen=True, kw_only=True)
class NewNumbers:
    """Numbers that this office never faxed: each is to be entered a second time."""

    code: ClassVar = "new_numbers"

    numbers: tuple[Number, ...] = field(repr=False)
    #: Those of them that were not entered the second time.
    missing: tuple[Number, ...] = field(repr=False)
    #: Something was entered, if not all of them.
    is_tried: bool

    @property
    def about(self) -> Sequence[str]:
        return [number.canonical for number in self.numbers]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """It goes to more recipients, or has more pages, than faxes of this office usually do."""

    code: ClassVar = "summary"

    recipients: int
    documents: int
    #: As far as they are known.
    pages: int
    #: A document among them has pages that the portal doesn't know.
    has_more_pages: bool

    @property
    def about(self) -> Sequence[str]:
        return []


#: Each has a `code`, and is `about` what an answer is bound to, beside the fax's own content.
Question = AlreadySent | NewNumbers | Summary


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All questions about one fax, to be asked at once."""

    questions: tuple[Question, ...]
    recipients: int
    #: `submit.fingerprint` of what is to be sent.
    fingerprint: str = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over the questions and the fax that they are about."""
        asked = [[question.code, *question.about] for question in self.questions]
        return hashlib.sha256(json.dumps([self.fingerprint, asked]).encode()).hexdigest()

    def is_settled_by(self, answer: Answer) -> bool:
        """Whether nothing is left to ask."""
        if any(isinstance(one, NewNumbers) and one.missing for one in self.questions):
            return False
        return not self.questions or answer.digest == self.digest

    def in_record(self) -> dict[str, object]:
        """What the fax's record says of it: which questions its sender was asked and answered."""
        codes = [question.code for question in self.questions]
        return {"asked": codes} if codes else {}
