"""The words and numbers that a fax is found by, and how what a person looks for is read.

Both sides are folded alike (see `folding`), so that either database only has to compare. A text is
looked for by its trigrams, so it has three characters or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from faxportal.text.folding import digits_of, fold, number_spellings

#: What is looked for by trigrams has at least so many characters.
SHORTEST = 3

#: The columns of a fax's row to search; `models.search` holds it.
COLUMNS = ("recipients", "subject", "note", "files", "sender", "extension")

_NUMBER = re.compile(r"[\d\s+()\-./*]+")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A folded text that must stand in one of the columns, or its digits in a number."""

    text: str
    columns: tuple[str, ...] = COLUMNS
    #: Digits that count as well where a recipient's number holds them; empty for words, and where
    #: they are the text.
    digits: str = ""

    @property
    def has_trigrams(self) -> bool:
        """Whether an index of trigrams finds it; a shorter one is only tested."""
        return len(self.text) >= SHORTEST


def anywhere(text: str) -> list[Term]:
    """What a search over everything asks for: each of its words, or a number however written."""
    folded = fold(text)
    digits = digits_of(folded)
    if len(digits) >= SHORTEST and _NUMBER.fullmatch(folded):
        return [Term(text=folded, digits="" if digits == folded else digits)]
    return in_column(text, *COLUMNS)


def in_column(text: str, *columns: str) -> list[Term]:
    """What a search over some columns asks for: each of its words."""
    return [Term(text=word, columns=columns) for word in dict.fromkeys(fold(text).split())]


def in_number(text: str) -> list[Term]:
    """What a search for a recipient asks for: its digits in a row."""
    return [Term(text=digits_of(text), columns=("recipients",))]


def can_be_found(terms: Iterable[Term]) -> bool:
    """Whether an index helps: one part of it, at least, is long enough."""
    return any(term.has_trigrams for term in terms)


def searchable_texts(
    *,
    recipients: Iterable[tuple[str, str]],
    subject: str,
    note: str,
    files: Iterable[str],
    sender: Iterable[str],
    extension: Iterable[str],
    region: str,
    names: Iterable[str] = (),
) -> dict[str, str]:
    """column → folded text, of a fax to these recipients (each as typed and as dialled).

    Their names stand with their numbers, where the search over everything finds them.
    """
    numbers = [number_spellings(*recipient, region) for recipient in recipients]
    return {
        "recipients": "\n".join([*numbers, _lines(names)]).rstrip("\n"),
        "subject": fold(subject),
        "note": fold(note),
        "files": _lines(files),
        "sender": _lines(sender),
        "extension": _lines(extension),
    }


def _lines(texts: Iterable[str]) -> str:
    """Folded, one a line: no word reaches from one into the next."""
    return "\n".join(filter(None, map(fold, texts)))
