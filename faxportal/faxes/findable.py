"""The words and numbers that a fax is found by, and how what a person looks for is read.

Both sides are folded alike: without capitals, accents and doubled spaces, so that either database
only has to compare. A text is looked for by its trigrams, so it has three characters or more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

#: What is looked for by trigrams has at least so many characters.
SHORTEST = 3

#: The columns of a fax's row to search; `models.search` holds it.
COLUMNS = ("recipients", "subject", "note", "files", "sender", "extension")

_NUMBER = re.compile(r"[\d\s+()\-./*]+")


@dataclass(frozen=True, kw_only=True)
class Needle:
    """A folded text that must stand in one of the columns, or its digits in a number."""

    text: str
    columns: tuple[str, ...] = COLUMNS
    #: Digits that count as well where a recipient's number holds them; empty for words.
    digits: str = ""

    @property
    def has_trigrams(self) -> bool:
        """Whether an index of trigrams finds it; a shorter one is only tested."""
        return len(self.text) >= SHORTEST


def fold(text: str) -> str:
    """A text as it is compared: no capitals, no accents, single spaces, nothing unseen."""
    small = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", small)
    plain = (c for c in apart if not unicodedata.combining(c) and (c.isspace() or c.isprintable()))
    return " ".join("".join(plain).split())


def digits_of(text: str) -> str:
    """The digits of a number, in whatever script and with whatever between them."""
    return str(phonenumbers.normalize_digits_only(text))


def anywhere(text: str) -> list[Needle]:
    """What a search over everything asks for: each of its words, or a number however written."""
    folded = fold(text)
    digits = digits_of(folded)
    if len(digits) >= SHORTEST and _NUMBER.fullmatch(folded):
        return [Needle(text=folded, digits=digits)]
    return in_column(text, *COLUMNS)


def in_column(text: str, *columns: str) -> list[Needle]:
    """What a search over some columns asks for: each of its words."""
    return [Needle(text=word, columns=columns) for word in dict.fromkeys(fold(text).split())]


def in_number(text: str) -> list[Needle]:
    """What a search for a recipient asks for: its digits in a row."""
    return [Needle(text=digits_of(text), columns=("recipients",))]


def can_be_found(needles: Iterable[Needle]) -> bool:
    """Whether an index helps: one part of it, at least, is long enough."""
    return any(needle.has_trigrams for needle in needles)


def findable_texts(
    *,
    recipients: Iterable[tuple[str, str]],
    subject: str,
    note: str,
    files: Iterable[str],
    sender: Iterable[str],
    extension: Iterable[str],
    region: str,
) -> dict[str, str]:
    """column → folded text, of a fax to these recipients (each as typed and as dialled)."""
    return {
        "recipients": "\n".join(_number(*recipient, region) for recipient in recipients),
        "subject": fold(subject),
        "note": fold(note),
        "files": _lines(files),
        "sender": _lines(sender),
        "extension": _lines(extension),
    }


def _lines(texts: Iterable[str]) -> str:
    """Folded, one a line: no word reaches from one into the next."""
    return "\n".join(filter(None, map(fold, texts)))


def _number(typed: str, dialled: str, region: str) -> str:
    """All the ways in which somebody may look for a recipient, a line each.

    As typed, and the digits alone: typed, dialled, with the country's code and without it. So
    `030 1234` is found by `+49 30 1234`, where `region` (ISO 3166-1 alpha-2) is Germany.
    """
    lines = [fold(typed)]
    for digits in (digits_of(typed), digits_of(dialled), *_other_writings(dialled, region)):
        if not any(digits in line for line in lines):
            lines.append(digits)
    return "\n".join(lines)


def _other_writings(dialled: str, region: str) -> list[str]:
    """The digits of a phone number with its country's code and without; none of an extension's."""
    try:
        number = phonenumbers.parse(dialled, region)
    except NumberParseException:
        return []
    possible = phonenumbers.is_possible_number_with_reason(number)
    if "*" in dialled or possible != ValidationResult.IS_POSSIBLE:
        return []
    forms = (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL)
    return [digits_of(phonenumbers.format_number(number, form)) for form in forms]
