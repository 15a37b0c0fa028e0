"""`docs/delivery-rules.md` compared with the tests: each rule names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
PAGE = (TESTS.parent / "docs" / "delivery-rules.md").read_text()

_TEST = re.compile(r"`(test_\w+)`")
_DEFINITION = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


def test_each_test_that_the_page_of_rules_names_is_there() -> None:
    paths = TESTS.rglob("test_*.py")
    there = {name for path in paths for name in _DEFINITION.findall(path.read_text())}
    assert [name for name in _TEST.findall(PAGE) if name not in there] == []


def test_each_rule_has_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    rules = [row for row in rows if not row.startswith(("| rule |", "| --- |"))]
    assert rules
    assert [row for row in rules if not _TEST.search(row)] == []
