"""Texts and numbers as they are compared with what a person looks for.

Both sides are folded alike: without capitals, accents and doubled spaces, so that a database only
has to compare.
"""

from __future__ import annotations

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult


def fold(text: str) -> str:
    """A text as it is compared: no capitals, no accents, single spaces, nothing unseen."""
    small = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", small)
    plain = (c for c in apart if not unicodedata.combining(c) and (c.isspace() or c.isprintable()))
    return " ".join("".join(plain).split())


def digits_of(text: str) -> str:
    """The digits of a number, in whatever script and with whatever between them."""
    return str(phonenumbers.normalize_digits_only(text))


def number_writings(typed: str, dialled: str, region: str) -> str:
    """All the ways in which somebody may look for a number, a line each.

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
