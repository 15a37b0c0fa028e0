"""Reading recipients, from one number to a pasted page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.faxes.recipients import read_recipients
from faxportal.numbers import DialAs, Wrong


def _dialled(text: str, *, region: str = "US", dial_as: DialAs = DialAs.TYPED) -> list[str]:
    reading = read_recipients(text, region=region, dial_as=dial_as)
    assert not reading.misread
    return [number.dialled for number in reading.numbers]


def test_the_vendors_own_samples_are_taken_as_they_are() -> None:
    assert _dialled("7778888, 1234567890") == ["7778888", "1234567890"]


@pytest.mark.parametrize("extension", ["0003*210", "210", "9"])
def test_an_extension_number_is_dialled_as_it_is(extension: str) -> None:
    for dial_as in DialAs:
        assert _dialled(extension, dial_as=dial_as) == [extension]


@pytest.mark.parametrize("between", [",", ";", "\n", "\r\n", "\t", " , ", ",\n;"])
def test_numbers_are_told_apart_by_what_stands_between_them(between: str) -> None:
    assert _dialled(f"212-555-0100{between}(212) 555 0101") == ["2125550100", "2125550101"]


@pytest.mark.parametrize(
    ("typed", "dial_as", "dialled"),
    [
        ("+49 30 1234567", DialAs.TYPED, "+49301234567"),
        ("030 / 123 45-67", DialAs.TYPED, "0301234567"),
        ("+49 30 1234567", DialAs.NATIONAL, "0301234567"),
        ("+43 1 234567", DialAs.NATIONAL, "+431234567"),
        ("030 1234567", DialAs.E164, "+49301234567"),
        ("\u202a+49 30 1234567\u202c", DialAs.TYPED, "+49301234567"),
        ("٠٣٠ ١٢٣٤٥٦٧", DialAs.TYPED, "0301234567"),
    ],
)
def test_a_number_is_dialled_as_the_operator_chose(
    typed: str, dial_as: DialAs, dialled: str
) -> None:
    assert _dialled(typed, region="DE", dial_as=dial_as) == [dialled]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("555-FAX-ME", Wrong.LETTERS),
        ("Dr Meyer", Wrong.LETTERS),
        ("12#34", Wrong.NOT_A_NUMBER),
        ("++49301234567", Wrong.NOT_A_NUMBER),
        ("0003**210", Wrong.NOT_A_NUMBER),
        ("+1 2", Wrong.TOO_SHORT),
        ("212555010021255501", Wrong.TOO_LONG),
        ("+999 123456789", Wrong.COUNTRY),
    ],
)
def test_what_cannot_be_dialled_is_named_with_its_reason(typed: str, wrong: Wrong) -> None:
    reading = read_recipients(typed, region="US", dial_as=DialAs.TYPED)
    assert [(part.typed, part.wrong) for part in reading.misread] == [(typed, wrong)]


def test_a_local_number_is_not_made_into_another_number_abroad() -> None:
    reading = read_recipients("777 8888", region="US", dial_as=DialAs.E164)
    assert [part.wrong for part in reading.misread] == [Wrong.TOO_SHORT]


def test_the_same_number_written_twice_is_dialled_once_and_named() -> None:
    reading = read_recipients("212-555-0100; 210; (212) 5550100", region="US", dial_as=DialAs.TYPED)
    assert [number.dialled for number in reading.numbers] == ["2125550100", "210"]
    assert [number.typed for number in reading.repeated] == ["(212) 5550100"]


def test_the_first_spelling_of_a_number_stays() -> None:
    reading = read_recipients(
        "+1 650 253 0000, 650-253-0000, 011 1 650 253 0000, 1 (650) 2530000",
        region="US",
        dial_as=DialAs.TYPED,
    )
    assert [number.dialled for number in reading.numbers] == ["+16502530000"]
    assert len(reading.repeated) == 3


@given(st.lists(st.text(alphabet="0123456789+*()-. aé,;\n", max_size=20), max_size=20))
def test_reading_never_loses_a_recipient_and_never_invents_one(parts: list[str]) -> None:
    text = "\n".join(parts)
    reading = read_recipients(text, region="US", dial_as=DialAs.TYPED)
    read = [number.typed for number in (*reading.numbers, *reading.repeated)]
    read += [part.typed for part in reading.misread]
    typed = [piece.strip() for part in parts for piece in part.replace(";", ",").split(",")]
    typed = [piece for piece in " \n".join(typed).split("\n") if piece.strip()]
    assert sorted(read) == sorted(piece.strip() for piece in typed)
    dialled = [number.dialled for number in reading.numbers]
    assert len(dialled) == len(set(dialled))
