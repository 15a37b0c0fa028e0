"""Reading one number as a person typed it, and turning it into the number that VoipNow dials.

A number is a phone number (digits, perhaps after a `+`) or an extension number. An extension number
is extended (`0003*210`) or short (`210`). The library phonenumbers reads phone numbers. Only an
impossible number is refused: VoipNow decides what it can dial, and the vendor's own samples contain
numbers that look invalid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)

_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
# Invisible characters of copied numbers: direction marks, zero width spaces, byte order marks.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXTENDED = re.compile(r"\d+\*\d+")
_SHORT = re.compile(r"\d{1,6}")
_PHONE = re.compile(r"\+?\d+")
#: The most characters of a typed number, of a name, and of a number that is dialled.
MAX_TYPED = 200
MAX_NAME = 100
MAX_DIALLED = 50


class DialAs(Enum):
    """How VoipNow gets a phone number (FAXPORTAL_DIAL_AS). It gets an extension number as typed.

    - `TYPED`: what the person typed, without punctuation.
    - `NATIONAL`: a number of the operator's own region as it is dialled within the country, in
      digits; any other number as with `TYPED`.
    - `E164`: the number with `+` and its country code.
    """

    TYPED = "typed"
    NATIONAL = "national"
    E164 = "e164"


class NumberProblem(Enum):
    """Why a number can't be dialled."""

    LETTERS = "letters"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COUNTRY = "country"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that can be dialled."""

    #: As typed, cut to `MAX_TYPED` characters.
    typed: str
    #: What VoipNow gets.
    dialled: str
    #: The form that all spellings of one number share: E.164 if the number has all its parts, else
    #: `dialled`.
    canonical: str
    #: The country of the number, ISO 3166-1 alpha-2; "001" for a number of no country, "" for an
    #: extension.
    region: str
    #: Whether the country's numbering plan has such a number. If not, the number can still be
    #: dialled, and people get a warning.
    looks_valid: bool
    #: The name that was given for the number; "" if no name was given.
    name: str = field(default="", repr=False)


def visible_text(text: str) -> str:
    """A text without invisible characters, such as the direction marks of a copied number."""
    return _INVISIBLE.sub("", text)


def read_number(typed: str, *, region: str, dial_as: DialAs) -> Number | NumberProblem:
    """Read one number, or say why it can't be dialled.

    `region` (ISO 3166-1 alpha-2) is the country of numbers without a country code.
    """
    plain = _PUNCTUATION.sub("", visible_text(typed))
    if any(character.isalpha() for character in plain):
        return NumberProblem.LETTERS
    # Digits of any script become ASCII digits.
    plain = phonenumbers.normalize_digits_only(plain, keep_non_digits=True)
    typed = typed[:MAX_TYPED]
    if len(plain) > MAX_DIALLED:
        return NumberProblem.TOO_LONG
    if _EXTENDED.fullmatch(plain) or _SHORT.fullmatch(plain):
        return Number(typed=typed, dialled=plain, canonical=plain, region="", looks_valid=True)
    if not _PHONE.fullmatch(plain):
        return NumberProblem.NOT_A_NUMBER
    phone = _read_phone(plain, region)
    if isinstance(phone, NumberProblem):
        return phone
    is_whole = phonenumbers.is_possible_number_with_reason(phone) == ValidationResult.IS_POSSIBLE
    if dial_as == DialAs.E164 and not is_whole:
        return NumberProblem.TOO_SHORT  # E.164 without the area code would be another number
    dialled = _dialled(phone, plain, region, dial_as)
    is_same = is_whole and not (dialled == plain and _lacks_its_prefix(phone, plain, region))
    return Number(
        typed=typed,
        dialled=dialled,
        canonical=_e164(phone) if is_same else dialled,
        region=_region(phone, region),
        looks_valid=phonenumbers.is_valid_number(phone),
    )


def _read_phone(plain: str, region: str) -> PhoneNumber | NumberProblem:
    try:
        phone = phonenumbers.parse(plain, region)
    except NumberParseException as error:
        return _UNPARSABLE.get(error.error_type, NumberProblem.TOO_SHORT)
    return _IMPOSSIBLE.get(phonenumbers.is_possible_number_with_reason(phone), phone)


def _dialled(phone: PhoneNumber, plain: str, region: str, dial_as: DialAs) -> str:
    is_home = phone.country_code == phonenumbers.country_code_for_region(region)
    match dial_as:
        case DialAs.NATIONAL if is_home:
            return _national(phone)
        case DialAs.E164:
            return _e164(phone)
        case _:
            return plain


def _lacks_its_prefix(phone: PhoneNumber, plain: str, region: str) -> bool:
    """Whether a number lacks the prefix that people in its country dial before the area code.

    In Germany `30 1234567`, without the 0, is a local number, and not `030 1234567` in Berlin.
    """
    prefix = phonenumbers.ndd_prefix_for_region(region, True)
    return bool(prefix) and _national(phone) == f"{prefix}{plain}"


def _region(phone: PhoneNumber, home: str) -> str:
    """The country of a number.

    For a number that is in no numbering plan, this is `home` if `home` has the number's country
    code. Otherwise it is the main country with that code.
    """
    assert phone.country_code is not None  # every parsed number has a country code
    found = phonenumbers.region_code_for_number(phone)
    if found is None and phone.country_code == phonenumbers.country_code_for_region(home):
        return home
    return str(found or phonenumbers.region_code_for_country_code(phone.country_code))


def _e164(phone: PhoneNumber) -> str:
    return str(phonenumbers.format_number(phone, PhoneNumberFormat.E164))


def _national(phone: PhoneNumber) -> str:
    formatted = phonenumbers.format_number(phone, PhoneNumberFormat.NATIONAL)
    return str(phonenumbers.normalize_digits_only(formatted))


_UNPARSABLE = {
    NumberParseException.INVALID_COUNTRY_CODE: NumberProblem.COUNTRY,
    NumberParseException.TOO_LONG: NumberProblem.TOO_LONG,
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: NumberProblem.TOO_SHORT,
    ValidationResult.TOO_LONG: NumberProblem.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: NumberProblem.COUNTRY,
}
