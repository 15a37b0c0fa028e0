"""Folding texts and numbers for search: without capitals, accents and punctuation.

The portal folds stored texts and search texts in the same way. So the database finds a match by
comparing characters.
"""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult


def fold(text: str) -> str:
    """A text without capitals, accents and invisible characters, and with single spaces."""
    caseless = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", caseless)
    plain = (
        c for c in decomposed if not unicodedata.combining(c) and (c.isspace() or c.isprintable())
    )
    return " ".join("".join(plain).split())


def digits_of(text: str) -> str:
    """Only the digits of a text, as ASCII digits. Digits of every script count."""
    return str(phonenumbers.normalize_digits_only(text))


def number_spellings(typed: str, dialled: str, region: str) -> str:
    """The spellings by which somebody may look for a number, each on a line of its own.

    The first spelling is the number as typed. The others are digits alone: as typed, as dialled,
    with the country code, and without the country code. So a search for `+49 30 1234` finds
    `030 1234`, if `region` (ISO 3166-1 alpha-2) is Germany.
    """
    lines = [fold(typed)]
    for digits in (
        digits_of(typed),
        digits_of(dialled),
        *_with_and_without_country(dialled, region),
    ):
        if not any(digits in line for line in lines):
            lines.append(digits)
    return "\n".join(lines)


def _with_and_without_country(dialled: str, region: str) -> list[str]:
    """The digits of a phone number with and without country code; empty for an extension."""
    try:
        number = phonenumbers.parse(dialled, region)
    except NumberParseException:
        return []
    possible = phonenumbers.is_possible_number_with_reason(number)
    if "*" in dialled or possible != ValidationResult.IS_POSSIBLE:
        return []
    forms = (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL)
    return [digits_of(phonenumbers.format_number(number, form)) for form in forms]
