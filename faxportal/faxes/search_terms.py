"""What a fax is searched by: the texts of its search row, and the terms that a person types.

Both are folded in the same way (see `text.folding`), so the database can compare them directly. The
index is made of trigrams: it finds texts of three characters or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from faxportal.text.folding import digits_of, fold, number_spellings

#: The fewest characters that the trigram index finds.
TRIGRAM = 3

#: The columns of a fax's search row, `models.FaxSearch`.
COLUMNS = ("recipients", "subject", "note", "files", "sender", "extension")

_NUMBER = re.compile(r"[\d\s+()\-./*]+")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A folded text that at least one of `columns` has to contain."""

    text: str
    columns: tuple[str, ...] = COLUMNS
    #: A recipient's number that contains these digits matches as well. "" for words, and if
    #: `text` itself consists of digits only.
    digits: str = ""

    @property
    def has_trigrams(self) -> bool:
        """Whether the trigram index can find the text. A shorter text is tested row by row."""
        return len(self.text) >= TRIGRAM


def anywhere(text: str) -> list[Term]:
    """The terms of a search over all columns: each word, or one number in any spelling."""
    folded = fold(text)
    digits = digits_of(folded)
    if len(digits) >= TRIGRAM and _NUMBER.fullmatch(folded):
        return [Term(text=folded, digits="" if digits == folded else digits)]
    return in_column(text, *COLUMNS)


def in_column(text: str, *columns: str) -> list[Term]:
    """The terms of a search over some columns: each word, once."""
    return [Term(text=word, columns=columns) for word in dict.fromkeys(fold(text).split())]


def in_number(text: str) -> list[Term]:
    """The term of a search for a recipient's number: its digits alone."""
    return [Term(text=digits_of(text), columns=("recipients",))]


def can_be_found(terms: Iterable[Term]) -> bool:
    """Whether at least one term is long enough for the trigram index."""
    return any(term.has_trigrams for term in terms)


@dataclass(frozen=True, kw_only=True)
class FaxTexts:
    """The texts that a fax is found by, as people wrote them."""

    #: Each recipient's number as typed and as dialled.
    numbers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    #: The recipients' names.
    names: Sequence[str] = field(default=(), repr=False)
    subject: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    #: Names of the documents.
    files: Sequence[str] = field(default=(), repr=False)
    #: User name and full name.
    sender: Sequence[str] = field(default=(), repr=False)
    #: Number and label.
    extension: Sequence[str] = field(default=(), repr=False)


def search_row(texts: FaxTexts, *, region: str) -> dict[str, str]:
    """Column → folded text, for each of `COLUMNS`.

    `region` (ISO 3166-1 alpha-2) is the country of numbers without a country code. The column
    `recipients` has a line for each spelling of each number, and then a line for each name.
    """
    numbers = [number_spellings(typed, dialled, region) for typed, dialled in texts.numbers]
    return {
        "recipients": "\n".join([*numbers, _lines(texts.names)]).rstrip("\n"),
        "subject": fold(texts.subject),
        "note": fold(texts.note),
        "files": _lines(texts.files),
        "sender": _lines(texts.sender),
        "extension": _lines(texts.extension),
    }


def _lines(texts: Iterable[str]) -> str:
    """Folded texts, each on its own line, so that no term matches across two texts."""
    return "\n".join(filter(None, map(fold, texts)))
