"""What a fax is searched by: the texts of its search row, and the terms of what a person types.

Both are folded alike (see `text.folding`), so that either database only has to compare. The index
is one of trigrams: it finds texts of three characters or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from faxportal.text.folding import digits_of, fold, number_spellings

#: The fewest characters that an index of trigrams finds.
TRIGRAM = 3

#: The columns of a fax's search row, `models.FaxSearch`.
COLUMNS = ("recipients", "subject", "note", "files", "sender", "extension")

_NUMBER = re.compile(r"[\d\s+()\-./*]+")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A folded text that one of some columns has to contain."""

    text: str
    columns: tuple[str, ...] = COLUMNS
    #: Digits that are enough, too, if a recipient's number contains them. "" for words, and where
    #: `text` is those digits.
    digits: str = ""

    @property
    def has_trigrams(self) -> bool:
        """Whether an index of trigrams can find the text; a shorter one is only tested for."""
        return len(self.text) >= TRIGRAM


def anywhere(text: str) -> list[Term]:
    """The terms of a search over everything: each word, or a number however it is written."""
    folded = fold(text)
    digits = digits_of(folded)
    if len(digits) >= TRIGRAM and _NUMBER.fullmatch(folded):
        return [Term(text=folded, digits="" if digits == folded else digits)]
    return in_column(text, *COLUMNS)


def in_column(text: str, *columns: str) -> list[Term]:
    """The terms of a search over some columns: each word, once."""
    return [Term(text=word, columns=columns) for word in dict.fromkeys(fold(text).split())]


def in_number(text: str) -> list[Term]:
    """The term of a search for a recipient: the digits, without what is between them."""
    return [Term(text=digits_of(text), columns=("recipients",))]


def can_be_found(terms: Iterable[Term]) -> bool:
    """Whether an index of trigrams helps: at least one term is long enough."""
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
    """column → folded text, for each of `COLUMNS`.

    `region` is the one that numbers without a country code belong to, e.g. "US". A number has a
    line for each way to write it. Names are in the column of the numbers.
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
    """Folded texts, one a line: no term matches across two of them."""
    return "\n".join(filter(None, map(fold, texts)))
