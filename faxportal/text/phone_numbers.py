"""Reading one number: what a person typed, and what VoipNow is to dial.

A number is a phone number (digits and `+`) or an extension number, extended (`0003*210`) or short
(`210`). Google's phonenumbers does the reading; only an impossible number is refused, since dial
rules are VoipNow's and its own samples include numbers that merely look invalid.
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
# What a copied number brings along unseen: direction marks, zero width spaces, a BOM.
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXTENDED = re.compile(r"\d+\*\d+")
_SHORT = re.compile(r"\d{1,6}")
_PHONE = re.compile(r"\+?\d+")
#: Characters that are kept of what was typed and of a name, and that what is dialled can have.
MAX_TYPED = 200
MAX_NAME = 100
MAX_DIALLED = 50


class DialAs(Enum):
    """How VoipNow gets a phone number; extension numbers go as they are."""

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

    typed: str
    dialled: str
    #: The same for all ways to write one phone: E.164 of a number that is whole, else as dialled.
    canonical: str
    #: ISO 3166-1 alpha-2 of the country it was read in ("001" of none); "" for an extension.
    region: str
    #: Whether the country's numbering plan has such a number. A warning, no more: see above.
    looks_valid: bool
    #: Whose it is, as far as somebody said; or "".
    name: str = field(default="", repr=False)


def seen_of(text: str) -> str:
    """A text without what nobody sees in it, such as direction marks of a copied number."""
    return _UNSEEN.sub("", text)


def read_number(typed: str, *, region: str, dial_as: DialAs) -> Number | NumberProblem:
    """Read one number; `region` (ISO 3166-1 alpha-2) is where numbers are at home."""
    plain = _PUNCTUATION.sub("", seen_of(typed))
    if any(character.isalpha() for character in plain):
        return NumberProblem.LETTERS
    # ASCII digits only reach the network, whatever script they were typed in.
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
        return NumberProblem.TOO_SHORT  # without its area code it would become another number
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
    """Dialled like this, `30 1234567` is a local number in Germany, not Berlin's `030 1234567`."""
    prefix = phonenumbers.ndd_prefix_for_region(region, True)
    return bool(prefix) and _national(phone) == f"{prefix}{plain}"


def _region(phone: PhoneNumber, home: str) -> str:
    """Where a number is; one that no country's plan has: at home, or its code's main country."""
    assert phone.country_code is not None  # what was parsed has one
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
