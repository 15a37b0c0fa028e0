"""Numbers and JSON as a browser may send them."""

from __future__ import annotations

import pytest

from faxportal.web.site.posted_values import read_json, whole_number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17", 17),
        ("007", 7),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("\N{SUPERSCRIPT TWO}", None),
    ],
)
def test_a_whole_number_has_digits_alone(text: str, expected: int | None) -> None:
    assert whole_number(text) == expected


def test_json_is_read() -> None:
    assert read_json('[{"size": 3, "share": 0.5}]') == [{"size": 3, "share": 0.5}]


@pytest.mark.parametrize(
    "text", ["", "{", "1e400", "[-1e400]", "NaN", "Infinity", "9" * 5000, "[" * 100_000]
)
def test_json_that_no_program_reads_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
