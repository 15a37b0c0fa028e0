"""The grammar of the recipients field: splitting its text into parts with a name, a number or both.

People type and paste:

- numbers and names with commas, semicolons or line ends between them
- rows of a spreadsheet
- `Dr Meyer <+49 30 1234>`, `"Meyer, Hans" <+49 30 1234>` and `Dr Meyer +49 30 1234`
- `Fax: 030 1234`

Each line is read by itself. `phone_numbers` decides whether a number can be dialled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from faxportal.text.phone_numbers import visible_text

#: The most characters of a part that is read as a recipient.
LONGEST = 300
#: A name with at least `MANY_DIGITS` digits may be a number.
MANY_DIGITS = 6

#: A part of a line. Delimiters within quotes or angle brackets don't end it.
_PART = re.compile(r'(?:"[^"]*"|<[^<>]*>|[^,;])+')
_BRACKETED = re.compile(r"(?P<name>.*?)<(?P<number>[^<>]*)>")
_NEEDS_QUOTES = re.compile(r"[,;<>]")
#: Words before a number that say what the number is, and are no name.
_LABELS = frozenset({"fax", "fax no", "fax number", "telefax", "tel", "telephone", "phone"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One recipient of the text, or something else between two delimiters.

    A part has a name, a number or both. A part that is too long for a recipient has neither.
    """

    #: The characters of the text, without surrounding space.
    text: str
    name: str = ""
    number: str = ""
    #: Whether more than one number may be meant.
    is_unclear: bool = False


def lines_of(text: str) -> list[str]:
    """The lines of a text; CR, LF and CR LF end a line."""
    return re.split(r"\r\n?|\n", text)


def parts_of(line: str, *, at_most: int | None = None) -> list[Part]:
    """The first `at_most` parts of a line, or all parts if `at_most` is None.

    Tabs separate the cells of a spreadsheet's row. Commas and semicolons separate the parts of any
    other line.
    """
    filled = (cell for cell in line.split("\t") if visible_text(cell).strip())
    cells = list(islice(filled, at_most))
    if len(cells) > 1:
        return _row(line, cells, at_most)
    return list(islice(_split(line), at_most))


def rest_of(line: str, parts: Sequence[str]) -> str:
    """The rest of a line after its first parts, without the delimiters around that rest.

    `parts` are the texts of the first parts, in the order of the line.
    """
    end = 0
    for text in parts:
        end = line.index(text, end) + len(text)
    return line[end:].strip("\t ,;")


def format_recipient(name: str, number: str) -> str:
    """A recipient as a text that `parts_of` can read. Double quotes in the name become single."""
    name = " ".join(name.replace('"', "'").split())
    if not name:
        return number
    if _NEEDS_QUOTES.search(name) or _may_be_number(name):
        return f'"{name}" <{number}>'
    return f"{name} <{number}>"


def format_group(name: str) -> str:
    """A group as a text that `parts_of` can read: the group's name with @ before it."""
    return f'"@{name}"' if _NEEDS_QUOTES.search(name) else f"@{name}"


def _row(line: str, cells: list[str], at_most: int | None) -> list[Part]:
    """The parts of a spreadsheet's row: the parts of its cells, or one part for the whole row."""
    parts = list(islice((part for cell in cells for part in _cell(cell)), at_most))
    numbers = [part for part in parts if part.number]
    if len(numbers) in (0, len(parts)):
        return parts
    name = ", ".join(part.name for part in parts if not part.number)
    is_clear = len(numbers) == 1 and not numbers[0].name and not _may_be_number(name)
    return [Part(text=line.strip(), name=name, number=numbers[0].number, is_unclear=not is_clear)]


def _cell(cell: str) -> Iterator[Part]:
    """The parts of a cell. A cell without digits is one name, even with commas: `Meyer, Hans`."""
    is_name = not any(map(str.isdigit, cell))
    return iter([_part(cell.strip())]) if is_name else _split(cell)


def _split(line: str) -> Iterator[Part]:
    texts = (found[0].strip() for found in _PART.finditer(line))
    return (_part(text) for text in texts if visible_text(text).strip())


def _part(text: str) -> Part:
    visible = visible_text(text).strip()
    if len(visible) > LONGEST:
        return Part(text=text)
    if bracketed := _BRACKETED.fullmatch(visible):
        return _named(text, bracketed["name"], bracketed["number"])
    if not any(character.isalpha() for character in visible):
        return Part(text=text, number=visible.strip('"'))
    before, _, after = visible.rpartition(":")
    if before and _is_number(after):
        is_label = before.strip(" .").casefold() in _LABELS
        return _named(text, "" if is_label else before, after)
    before, _, after = visible.rpartition("+")
    if before[-1:].isspace() and _is_number(after):
        return _named(text, before, f"+{after}")
    return Part(text=text, name=_unquoted(visible))


def _named(text: str, name: str, number: str) -> Part:
    name = name.strip()
    unquoted = _unquoted(name)
    is_unclear = unquoted == name and _may_be_number(name)
    return Part(text=text, name=unquoted, number=number.strip(), is_unclear=is_unclear)


def _unquoted(name: str) -> str:
    is_quoted = len(name) > 1 and name[0] == name[-1] == '"'
    return name[1:-1].strip() if is_quoted else name


def _is_number(text: str) -> bool:
    """Whether a text has digits and no letters."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _may_be_number(name: str) -> bool:
    return _is_number(name) or sum(map(str.isdigit, name)) >= MANY_DIGITS
