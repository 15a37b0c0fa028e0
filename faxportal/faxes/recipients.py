"""Reading recipients: what a person typed, and what VoipNow is to dial.

A recipient is a phone number (digits and `+`) or an extension number, extended (`0003*210`) or
short (`210`). Google's phonenumbers does the reading; only an impossible number is refused, since
dial rules are VoipNow's and its own samples include numbers that merely look invalid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

#: Commas, semicolons and line ends come between recipients; spaces belong to numbers.
_BETWEEN = re.compile(r"[,;\n\r\t]+")
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
# What a copied number brings along unseen: direction marks, zero width spaces, a BOM.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXTENDED = re.compile(r"\d+\*\d+")
_SHORT = re.compile(r"\d{1,6}")
_PHONE = re.compile(r"\+?\d+")
_MAX_TYPED = 200


class DialAs(Enum):
    """How VoipNow gets a phone number; extension numbers go as they are."""

    TYPED = "typed"
    NATIONAL = "national"
    E164 = "e164"


class Wrong(Enum):
    """Why a recipient can't be dialled."""

    LETTERS = "letters"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COUNTRY = "country"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A recipient that can be dialled."""

    typed: str
    dialled: str


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A recipient that can't."""

    typed: str
    wrong: Wrong


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All recipients of a text, in its order: every part of it is in exactly one of the three."""

    numbers: tuple[Number, ...]
    #: Parts that dial the same as an earlier one.
    repeated: tuple[Number, ...]
    misread: tuple[Misread, ...]


def read_recipients(text: str, *, region: str, dial_as: DialAs) -> Reading:
    """Read what was typed or pasted; `region` (ISO 3166-1 alpha-2) is where numbers are at home."""
    numbers: dict[str, Number] = {}
    repeated: list[Number] = []
    misread: list[Misread] = []
    for part in _BETWEEN.split(_UNSEEN.sub("", text)):
        typed = part.strip()
        if not typed:
            continue
        result = _read(typed, region, dial_as)
        if isinstance(result, Wrong):
            misread.append(Misread(typed=typed[:_MAX_TYPED], wrong=result))
            continue
        number = Number(typed=typed[:_MAX_TYPED], dialled=result)
        if result in numbers:
            repeated.append(number)
        else:
            numbers[result] = number
    return Reading(
        numbers=tuple(numbers.values()), repeated=tuple(repeated), misread=tuple(misread)
    )


def _read(typed: str, region: str, dial_as: DialAs) -> str | Wrong:
    """What to dial for one recipient, or why nothing can be."""
    plain = _PUNCTUATION.sub("", typed)
    if any(character.isalpha() for character in plain):
        return Wrong.LETTERS
    # ASCII digits only reach the network, whatever script they were typed in.
    plain = phonenumbers.normalize_digits_only(plain, keep_non_digits=True)
    if _EXTENDED.fullmatch(plain) or _SHORT.fullmatch(plain):
        return plain
    if not _PHONE.fullmatch(plain):
        return Wrong.NOT_A_NUMBER
    return _read_phone(plain, region, dial_as)


def _read_phone(plain: str, region: str, dial_as: DialAs) -> str | Wrong:
    try:
        number = phonenumbers.parse(plain, region)
    except NumberParseException as error:
        return _UNPARSABLE.get(error.error_type, Wrong.TOO_SHORT)
    possible = phonenumbers.is_possible_number_with_reason(number)
    match possible:
        case ValidationResult.TOO_SHORT:
            return Wrong.TOO_SHORT
        case ValidationResult.TOO_LONG:
            return Wrong.TOO_LONG
        case ValidationResult.INVALID_COUNTRY_CODE:
            return Wrong.COUNTRY
    match dial_as:
        case DialAs.NATIONAL if number.country_code == phonenumbers.country_code_for_region(region):
            national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            return str(phonenumbers.normalize_digits_only(national))
        case DialAs.E164 if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Wrong.TOO_SHORT  # without its area code it would become another number
        case DialAs.E164:
            return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
        case _:
            return plain


_UNPARSABLE = {
    NumberParseException.INVALID_COUNTRY_CODE: Wrong.COUNTRY,
    NumberParseException.TOO_LONG: Wrong.TOO_LONG,
}
