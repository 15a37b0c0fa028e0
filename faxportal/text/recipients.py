"""The text of the recipients' field: its parts, and in each a name, a number, or both.

What people type and paste: numbers and names with commas, semicolons or lines between them, rows of
a spreadsheet, `Dr Meyer <+49 30 1234>`, `"Meyer, Hans" <+49 30 1234>`, `Fax: 030 1234`,
`Dr Meyer +49 30 1234`. Each line is read by itself. Knows nothing of what can be dialled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from faxportal.text.phone_numbers import seen_of

#: Characters of a part that is looked into; no recipient is longer.
LONGEST = 300
#: A name with so many digits may be another number.
MANY_DIGITS = 6

#: A part of a line: what stands in quotes or angle brackets holds together.
_PART = re.compile(r'(?:"[^"]*"|<[^<>]*>|[^,;])+')
_BRACKETED = re.compile(r"(?P<name>.*?)<(?P<number>[^<>]*)>")
_NEEDS_QUOTES = re.compile(r"[,;<>]")
#: What stands before a number and is nobody's name.
_LABELS = frozenset({"fax", "fax no", "fax number", "telefax", "tel", "telephone", "phone"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One recipient as written, or what stands in the place of one."""

    #: As it stands in the text, to the character, without the space around it.
    text: str
    #: Either or both; neither where the part is too long for a recipient.
    name: str = ""
    number: str = ""
    #: More than one number may be meant.
    is_unclear: bool = False


def lines_of(text: str) -> list[str]:
    """The lines of a text, each of which is read by itself."""
    return re.split(r"\r\n?|\n", text)


def parts_of(line: str, *, at_most: int | None = None) -> list[Part]:
    """The parts of a line, in its order; what is between them is space, commas and semicolons.

    Past `at_most` it is not looked at any more.
    """
    filled = (cell for cell in line.split("\t") if seen_of(cell).strip())
    cells = list(islice(filled, at_most))
    if len(cells) > 1:
        return _row(line, cells, at_most)
    return list(islice(_split(line), at_most))


def rest_of(line: str, parts: Sequence[str]) -> str:
    """What a line has behind its first parts (their texts), without what separates it from them."""
    end = 0
    for text in parts:
        end = line.index(text, end) + len(text)
    return line[end:].strip("\t ,;")


def written(name: str, number: str) -> str:
    """A recipient as a text that is read as the same again, but for double quotes in a name."""
    name = " ".join(name.replace('"', "'").split())
    if not name:
        return number
    if _NEEDS_QUOTES.search(name) or _may_be_number(name):
        return f'"{name}" <{number}>'
    return f"{name} <{number}>"


def written_group(name: str) -> str:
    """A group as a text that is read as the same again."""
    return f'"@{name}"' if _NEEDS_QUOTES.search(name) else f"@{name}"


def _row(line: str, cells: list[str], at_most: int | None) -> list[Part]:
    """A row of a spreadsheet: numbers beside each other, or one number and whose it is."""
    parts = list(islice((part for cell in cells for part in _cell(cell)), at_most))
    numbers = [part for part in parts if part.number]
    if len(numbers) in (0, len(parts)):
        return parts
    name = ", ".join(part.name for part in parts if not part.number)
    is_clear = len(numbers) == 1 and not numbers[0].name and not _may_be_number(name)
    return [Part(text=line.strip(), name=name, number=numbers[0].number, is_unclear=not is_clear)]


def _cell(cell: str) -> Iterator[Part]:
    """`Meyer, Hans` in a cell of its own is one name."""
    is_name = not any(map(str.isdigit, cell))
    return iter([_part(cell.strip())]) if is_name else _split(cell)


def _split(line: str) -> Iterator[Part]:
    texts = (found[0].strip() for found in _PART.finditer(line))
    return (_part(text) for text in texts if seen_of(text).strip())


def _part(text: str) -> Part:
    seen = seen_of(text).strip()
    if len(seen) > LONGEST:
        return Part(text=text)
    if bracketed := _BRACKETED.fullmatch(seen):
        return _named(text, bracketed["name"], bracketed["number"])
    if not any(character.isalpha() for character in seen):
        return Part(text=text, number=seen.strip('"'))
    before, _, after = seen.rpartition(":")
    if before and _is_number(after):
        is_label = before.strip(" .").casefold() in _LABELS
        return _named(text, "" if is_label else before, after)
    before, _, after = seen.rpartition("+")
    if before[-1:].isspace() and _is_number(after):
        return _named(text, before, f"+{after}")
    return Part(text=text, name=_unquoted(seen))


def _named(text: str, name: str, number: str) -> Part:
    name = name.strip()
    unquoted = _unquoted(name)
    is_unclear = unquoted == name and _may_be_number(name)
    return Part(text=text, name=unquoted, number=number.strip(), is_unclear=is_unclear)


def _unquoted(name: str) -> str:
    is_quoted = len(name) > 1 and name[0] == name[-1] == '"'
    return name[1:-1].strip() if is_quoted else name


def _is_number(text: str) -> bool:
    """Whether it may be one: there are digits in it and no letters."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _may_be_number(name: str) -> bool:
    return _is_number(name) or sum(map(str.isdigit, name)) >= MANY_DIGITS
