"""Reading recipients: the numbers of a text that a person typed or pasted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faxportal.numbers import MAX_TYPED, DialAs, Number, Wrong, read_number, seen_of

#: Commas, semicolons and line ends come between recipients; spaces belong to numbers.
_BETWEEN = re.compile(r"[,;\n\r\t]+")


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A recipient that can't be dialled."""

    typed: str
    wrong: Wrong


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All recipients of a text, in its order: every part of it is in exactly one of the three."""

    numbers: tuple[Number, ...]
    #: Parts that are the same phone as an earlier one.
    repeated: tuple[Number, ...]
    misread: tuple[Misread, ...]


def count_typed(text: str) -> int:
    """How many recipients a text has, read or not: cheap, for a list of drafts."""
    return sum(bool(part.strip()) for part in _BETWEEN.split(text))


def read_recipients(text: str, *, region: str, dial_as: DialAs) -> Reading:
    """Read what was typed or pasted; `region` (ISO 3166-1 alpha-2) is where numbers are at home."""
    numbers: dict[str, Number] = {}
    dialled: set[str] = set()
    repeated: list[Number] = []
    misread: list[Misread] = []
    for part in _BETWEEN.split(seen_of(text)):
        typed = part.strip()
        if not typed:
            continue
        result = read_number(typed, region=region, dial_as=dial_as)
        if isinstance(result, Wrong):
            misread.append(Misread(typed=typed[:MAX_TYPED], wrong=result))
        elif result.canonical in numbers or result.dialled in dialled:
            repeated.append(result)
        else:
            numbers[result.canonical] = result
            dialled.add(result.dialled)
    return Reading(
        numbers=tuple(numbers.values()), repeated=tuple(repeated), misread=tuple(misread)
    )
