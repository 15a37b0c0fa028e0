"""Parsing recipients, from one number to a long pasted text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.faxes.compose.recipient_messages import invalid_recipient_sentences
from faxportal.faxes.compose.recipients import (
    InvalidRecipient,
    RecipientProblem,
    count_recipients,
    most_parsed,
    parse_lines,
    parse_recipients,
)
from faxportal.text.phone_numbers import MAX_NAME, MAX_TYPED, DialAs, Number, NumberProblem
from faxportal.text.recipient_grammar import format_recipient, lines_of, parts_of


def _dialled(text: str, *, region: str = "US", dial_as: DialAs = DialAs.TYPED) -> list[str]:
    parsed = parse_recipients(text, region=region, dial_as=dial_as)
    assert not parsed.invalid
    return [number.dialled for number in parsed.numbers]


def test_the_vendors_own_samples_are_taken_as_they_are() -> None:
    assert _dialled("7778888, 1234567890") == ["7778888", "1234567890"]


@pytest.mark.parametrize("extension", ["0003*210", "210", "9"])
def test_an_extension_number_is_dialled_as_it_is(extension: str) -> None:
    for dial_as in DialAs:
        assert _dialled(extension, dial_as=dial_as) == [extension]


@pytest.mark.parametrize("between", [",", ";", "\n", "\r\n", "\t", " , ", ",\n;"])
def test_numbers_are_split_at_each_separator(between: str) -> None:
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
    ("typed", "problem"),
    [
        ("555-FAX-ME", NumberProblem.LETTERS),
        ("0721 CALL ME", NumberProblem.LETTERS),
        ("Dr Meyer", RecipientProblem.UNKNOWN_NAME),
        ("@Ward 3", RecipientProblem.UNKNOWN_GROUP),
        ("Fax No.", RecipientProblem.HEADING),
        ("Meyer <hans@example.com>", NumberProblem.LETTERS),
        ("030 1234567 <+49 30 7654321>", RecipientProblem.SEVERAL_NUMBERS),
        ("Meyer 030 1234567: 030 7654321", RecipientProblem.SEVERAL_NUMBERS),
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
    typed: str, problem: NumberProblem | RecipientProblem
) -> None:
    parsed = parse_recipients(typed, region="US", dial_as=DialAs.TYPED)
    assert [(part.typed, part.problem) for part in parsed.invalid] == [(typed[:MAX_TYPED], problem)]


def test_a_local_number_is_not_made_into_another_number_abroad() -> None:
    parsed = parse_recipients("777 8888", region="US", dial_as=DialAs.E164)
    assert [part.problem for part in parsed.invalid] == [NumberProblem.TOO_SHORT]


def test_the_same_number_written_twice_is_dialled_once_and_named() -> None:
    parsed = parse_recipients("212-555-0100; 210; (212) 5550100", region="US", dial_as=DialAs.TYPED)
    assert [number.dialled for number in parsed.numbers] == ["2125550100", "210"]
    assert [number.typed for number in parsed.repeated] == ["(212) 5550100"]


def test_the_first_spelling_of_a_number_stays() -> None:
    parsed = parse_recipients(
        "+1 650 253 0000, 650-253-0000, 011 1 650 253 0000, 1 (650) 2530000",
        region="US",
        dial_as=DialAs.TYPED,
    )
    assert [number.dialled for number in parsed.numbers] == ["+16502530000"]
    assert len(parsed.repeated) == 3


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
    *_others, number = parse_recipients(text, region="DE", dial_as=DialAs.TYPED).numbers
    assert (number.name, number.dialled) == (name, "+49301234567")


def test_no_cell_of_a_row_is_guessed_to_be_the_number() -> None:
    row = "Dr Meyer\t10115\t+49 30 1234567"
    parsed = parse_recipients(row, region="DE", dial_as=DialAs.TYPED)
    assert not parsed.numbers
    assert [part.problem for part in parsed.invalid] == [RecipientProblem.SEVERAL_NUMBERS]


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
    parsed = parse_recipients(text, region="US", dial_as=DialAs.TYPED)
    read = [*parsed.numbers, *parsed.repeated, *parsed.invalid]
    assert len(read) == sum(len(parts_of(line)) for line in lines_of(text))
    assert len({number.canonical for number in parsed.numbers}) == len(parsed.numbers)
    assert len({number.dialled for number in parsed.numbers}) == len(parsed.numbers)
    for number in (*parsed.numbers, *parsed.repeated):
        assert number.typed in text.replace("\u200b", "")
        digits = [character for character in number.typed if character.isdigit()]
        assert [character for character in number.dialled if character.isdigit()] == digits


@given(NAMES, st.sampled_from(["+49 30 1234567", "0003*210", "210", "(650) 253-0000"]))
def test_what_is_written_is_read_as_the_same_again(name: str, number: str) -> None:
    parsed = parse_recipients(format_recipient(name, number), region="US", dial_as=DialAs.TYPED)
    assert [(one.name, one.typed) for one in parsed.numbers] == [(name[:MAX_NAME], number)]


def test_of_very_many_mistakes_most_are_only_counted() -> None:
    parsed = parse_recipients("letters\n" * 5000, region="US", dial_as=DialAs.TYPED)
    *_first, last = invalid_recipient_sentences(parsed.invalid)
    assert last == "4990 more recipients can't be read."


def _is_end(found: Number | InvalidRecipient) -> bool:
    return isinstance(found, InvalidRecipient) and found.problem is RecipientProblem.TOO_MANY


def test_past_the_limit_the_rest_of_the_text_is_one_part() -> None:
    most = most_parsed()
    lines = ["a;" * most, "b,\tc;d", "", ",", "e"]
    first, *others = parse_lines(lines, region="US", dial_as=DialAs.TYPED)
    assert len(first) == most
    assert not any(_is_end(found) for part in first for found in part.found)
    assert [[part.text for part in line] for line in others] == [["b,\tc;d"], [], [], ["e"]]
    assert all(_is_end(found) for line in others for part in line for found in part.found)


def test_a_line_past_the_limit_ends_with_its_rest_as_one_part() -> None:
    most = most_parsed()
    [line] = parse_lines(["a," * most + "b, c <210>"], region="US", dial_as=DialAs.TYPED)
    assert [part.text for part in line[most:]] == ["b, c <210>"]


def test_recipients_are_counted_up_to_the_limit() -> None:
    assert count_recipients("a,\n" * most_parsed()) == most_parsed()
    assert count_recipients("a;b\n" * most_parsed()) is None


def test_recipients_past_the_limit_are_reported_once() -> None:
    parsed = parse_recipients("@\n" * (most_parsed() + 100), region="US", dial_as=DialAs.TYPED)
    assert len(parsed.invalid) == most_parsed() + 1
    assert "are not read" in invalid_recipient_sentences(parsed.invalid[-1:])[0]
