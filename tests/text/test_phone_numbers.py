"""Reading one number: its canonical form, its country, and whether it can be dialled."""

from __future__ import annotations

import pytest

from faxportal.text.phone_numbers import MAX_DIALLED, DialAs, Number, NumberProblem, read_number


def _number(typed: str, *, region: str = "US", dial_as: DialAs = DialAs.TYPED) -> Number:
    number = read_number(typed, region=region, dial_as=dial_as)
    assert isinstance(number, Number)
    return number


@pytest.mark.parametrize("dial_as", DialAs)
@pytest.mark.parametrize(
    ("region", "spellings", "canonical"),
    [
        ("US", ["+1 650 253 0000", "650-253-0000", "1 650 253 0000"], "+16502530000"),
        ("DE", ["+49 30 1234567", "030/123 45 67", "0049 30 1234567"], "+49301234567"),
        ("US", ["0003*210", "0003 * 210"], "0003*210"),
        ("US", ["210", "2-10"], "210"),
    ],
)
def test_all_spellings_of_a_number_have_one_canonical_form(
    region: str, spellings: list[str], canonical: str, dial_as: DialAs
) -> None:
    numbers = [_number(typed, region=region, dial_as=dial_as) for typed in spellings]
    assert {number.canonical for number in numbers} == {canonical}


def test_a_number_without_its_area_code_is_canonical_as_dialled() -> None:
    local = _number("777 8888")
    assert (local.canonical, local.region, local.looks_valid) == ("7778888", "US", False)


def test_a_number_without_its_countrys_prefix_may_be_a_local_one() -> None:
    assert _number("30 1234567", region="DE").canonical == "301234567"
    made_whole = _number("30 1234567", region="DE", dial_as=DialAs.E164)
    assert (made_whole.dialled, made_whole.canonical) == ("+49301234567", "+49301234567")


@pytest.mark.parametrize(
    ("typed", "home", "region"),
    [
        ("650 253 0000", "US", "US"),
        ("+1 604 222 1234", "US", "CA"),
        ("+49 30 1234567", "US", "DE"),
        ("555 555 1234", "CA", "CA"),
        ("+1 555 555 1234", "DE", "US"),
        ("+800 1234 5678", "US", "001"),
        ("210", "US", ""),
        ("0003*210", "US", ""),
    ],
)
def test_a_number_names_its_country(typed: str, home: str, region: str) -> None:
    assert _number(typed, region=home).region == region


@pytest.mark.parametrize(
    ("typed", "looks_valid"),
    [("650 253 0000", True), ("1234567890", False), ("0003*210", True), ("9", True)],
)
def test_a_number_that_no_numbering_plan_has_is_accepted_and_marked(
    typed: str, looks_valid: bool
) -> None:
    assert _number(typed).looks_valid is looks_valid


def test_a_number_longer_than_what_is_dialled_is_refused() -> None:
    typed = "1" * MAX_DIALLED + "*1"
    assert read_number(typed, region="US", dial_as=DialAs.TYPED) is NumberProblem.TOO_LONG
