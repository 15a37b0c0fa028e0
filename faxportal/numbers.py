"""Reading one number: what a person typed, and what VoipNow is to dial.

A number is a phone number (digits and `+`) or an extension number, extended (`0003*210`) or short
(`210`). Google's phonenumbers does the reading; only an impossible number is refused, since dial
rules are VoipNow's and its own samples include numbers that merely look invalid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
# What a copied number brings along unseen: direction marks, zero width spaces, a BOM.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXTENDED = re.compile(r"\d+\*\d+")
_SHORT = re.compile(r"\d{1,6}")
_PHONE = re.compile(r"\+?\d+")
#: Characters of what was typed that are kept.
MAX_TYPED = 200


class DialAs(Enum):
    """How VoipNow gets a phone number; extension numbers go as they are."""

    TYPED = "typed"
    NATIONAL = "national"
    E164 = "e164"


class Wrong(Enum):
    """Why a number can't be dialled."""

    LETTERS = "letters"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COUNTRY = "country"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that can be dialled."""

    typed: str
    dialled: str


def seen_of(text: str) -> str:
    """A text without what nobody sees in it, such as direction marks of a copied number."""
    return _UNSEEN.sub("", text)


def read_number(typed: str, *, region: str, dial_as: DialAs) -> Number | Wrong:
    """Read one number; `region` (ISO 3166-1 alpha-2) is where numbers are at home."""
    plain = _PUNCTUATION.sub("", seen_of(typed))
    if any(character.isalpha() for character in plain):
        return Wrong.LETTERS
    # ASCII digits only reach the network, whatever script they were typed in.
    plain = phonenumbers.normalize_digits_only(plain, keep_non_digits=True)
    if _EXTENDED.fullmatch(plain) or _SHORT.fullmatch(plain):
        return Number(typed=typed[:MAX_TYPED], dialled=plain)
    if not _PHONE.fullmatch(plain):
        return Wrong.NOT_A_NUMBER
    dialled = _read_phone(plain, region, dial_as)
    return (
        dialled if isinstance(dialled, Wrong) else Number(typed=typed[:MAX_TYPED], dialled=dialled)
    )


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
