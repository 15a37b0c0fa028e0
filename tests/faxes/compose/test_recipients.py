"""Reading recipients, from one number to a pasted page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.faxes.compose.recipient_messages import misread_sentences
from faxportal.faxes.compose.recipients import (
    Misread,
    Unclear,
    count_typed,
    most_read,
    read_lines,
    read_recipients,
)
from faxportal.text.phone_numbers import MAX_NAME, MAX_TYPED, DialAs, Number, NumberProblem
from faxportal.text.recipient_grammar import format_recipient, lines_of, parts_of


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
        ("555-FAX-ME", NumberProblem.LETTERS),
        ("0721 CALL ME", NumberProblem.LETTERS),
        ("Dr Meyer", Unclear.UNKNOWN_NAME),
        ("@Ward 3", Unclear.UNKNOWN_GROUP),
        ("Fax No.", Unclear.HEADING),
        ("Meyer <hans@example.com>", NumberProblem.LETTERS),
        ("030 1234567 <+49 30 7654321>", Unclear.SEVERAL_NUMBERS),
        ("Meyer 030 1234567: 030 7654321", Unclear.SEVERAL_NUMBERS),
        ("1" * 400, NumberProblem.TOO_LONG),
        ("12#34", NumberProblem.NOT_A_NUMBER),
        ("++49301234567", NumberProblem.NOT_A_NUMBER),
        ("0003**210", NumberProblem.NOT_A_NUMBER),
        ("+1 2", NumberProblem.TOO_SHORT),
        ("212555010021255501", NumberProblem.TOO_LONG),
        ("+999 123456789", NumberProblem.COUNTRY),
    ],
)
def test_what_cannot_be_dialled_is_named_with_its_reason(
    typed: str, wrong: NumberProblem | Unclear
) -> None:
    reading = read_recipients(typed, region="US", dial_as=DialAs.TYPED)
    assert [(part.typed, part.wrong) for part in reading.misread] == [(typed[:MAX_TYPED], wrong)]


def test_a_local_number_is_not_made_into_another_number_abroad() -> None:
    reading = read_recipients("777 8888", region="US", dial_as=DialAs.E164)
    assert [part.wrong for part in reading.misread] == [NumberProblem.TOO_SHORT]


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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr Meyer <+49 30 1234567>", "Dr Meyer"),
        ('"Meyer, Hans" <+49 30 1234567>', "Meyer, Hans"),
        ("Dr Meyer: +49 30 1234567", "Dr Meyer"),
        ("Ward 3, ext.: office: +49 30 1234567", "ext.: office"),
        ("Dr Meyer +49 30 1234567", "Dr Meyer"),
        ("Meyer, Hans\tBerlin\t+49 30 1234567", "Meyer, Hans, Berlin"),
        ("+49 30 1234567\t\tDr Meyer", "Dr Meyer"),
        ("Fax: +49 30 1234567", ""),
        ("tel:+49301234567", ""),
        ('"210" <+49 30 1234567>', "210"),
        ("<+49 30 1234567>", ""),
        ('"+49 30 1234567"', ""),
    ],
)
def test_a_name_beside_a_number_is_kept(text: str, name: str) -> None:
    *_others, number = read_recipients(text, region="DE", dial_as=DialAs.TYPED).numbers
    assert (number.name, number.dialled) == (name, "+49301234567")


def test_no_cell_of_a_row_is_guessed_to_be_the_number() -> None:
    row = "Dr Meyer\t10115\t+49 30 1234567"
    reading = read_recipients(row, region="DE", dial_as=DialAs.TYPED)
    assert not reading.numbers
    assert [part.wrong for part in reading.misread] == [Unclear.SEVERAL_NUMBERS]


TEXTS = st.text(alphabet='0123456789+*()-. aé,;:\n\r\t<>"@\u200b', max_size=60)
NAMES = st.text(alphabet="09 aéB,;<>:@'.+", max_size=30).map(lambda name: " ".join(name.split()))


@given(TEXTS)
def test_every_character_that_says_something_is_in_one_part(text: str) -> None:
    for line in lines_of(text):
        rest = line
        for part in parts_of(line):
            between, rest = rest.split(part.text, 1)
            assert not between.strip(" \t,;\u200b")
        assert not rest.strip(" \t,;\u200b")


@given(TEXTS)
def test_reading_never_loses_a_recipient_and_never_invents_one(text: str) -> None:
    reading = read_recipients(text, region="US", dial_as=DialAs.TYPED)
    read = [*reading.numbers, *reading.repeated, *reading.misread]
    assert len(read) == sum(len(parts_of(line)) for line in lines_of(text))
    assert len({number.canonical for number in reading.numbers}) == len(reading.numbers)
    assert len({number.dialled for number in reading.numbers}) == len(reading.numbers)
    for number in (*reading.numbers, *reading.repeated):
        assert number.typed in text.replace("\u200b", "")
        digits = [character for character in number.typed if character.isdigit()]
        assert [character for character in number.dialled if character.isdigit()] == digits


@given(NAMES, st.sampled_from(["+49 30 1234567", "0003*210", "210", "(650) 253-0000"]))
def test_what_is_written_is_read_as_the_same_again(name: str, number: str) -> None:
    reading = read_recipients(format_recipient(name, number), region="US", dial_as=DialAs.TYPED)
    assert [(one.name, one.typed) for one in reading.numbers] == [(name[:MAX_NAME], number)]


def test_so_many_mistakes_are_no_page_of_sentences() -> None:
    reading = read_recipients("letters\n" * 5000, region="US", dial_as=DialAs.TYPED)
    *_first, last = misread_sentences(reading.misread)
    assert last == "4990 more recipients can't be read."


def _is_end(found: Number | Misread) -> bool:
    return isinstance(found, Misread) and found.wrong is Unclear.TOO_MANY


def test_past_far_too_many_nothing_is_read_and_all_that_stands_there_is_in_a_part() -> None:
    most = most_read()
    lines = ["a;" * most, "b,\tc;d", "", ",", "e"]
    first, *others = read_lines(lines, region="US", dial_as=DialAs.TYPED)
    assert len(first) == most
    assert not any(_is_end(found) for part in first for found in part.found)
    assert [[part.text for part in line] for line in others] == [["b,\tc;d"], [], [], ["e"]]
    assert all(_is_end(found) for line in others for part in line for found in part.found)


def test_a_line_of_far_too_many_ends_with_what_is_left_of_it() -> None:
    most = most_read()
    [line] = read_lines(["a," * most + "b, c <210>"], region="US", dial_as=DialAs.TYPED)
    assert [part.text for part in line[most:]] == ["b, c <210>"]


def test_recipients_are_counted_up_to_far_too_many() -> None:
    assert count_typed("a,\n" * most_read()) == most_read()
    assert count_typed("a;b\n" * most_read()) is None


def test_those_that_are_too_many_are_said_once() -> None:
    reading = read_recipients("@\n" * (most_read() + 100), region="US", dial_as=DialAs.TYPED)
    assert len(reading.misread) == most_read() + 1
    assert "not read any more" in misread_sentences(reading.misread[-1:])[0]
