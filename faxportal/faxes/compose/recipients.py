"""Reading recipients: the numbers of a text that a person typed or pasted.

`recipient_text` says what the parts of a text are, `numbers` what can be dialled, and the person's
address book whom a name means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from django.conf import settings

from faxportal.contacts.models import Contact
from faxportal.contacts.name_lookup import NameLookup, NameMatch
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import (
    MAX_NAME,
    MAX_TYPED,
    DialAs,
    Number,
    NumberProblem,
    read_number,
    visible_text,
)
from faxportal.text.recipient_grammar import (
    Part,
    format_group,
    format_recipient,
    lines_of,
    parts_of,
    rest_of,
)


class Unclear(Enum):
    """Why nobody knows which number is meant."""

    HEADING = "heading"
    SEVERAL_NUMBERS = "several_numbers"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_GROUP = "unknown_group"
    EMPTY_GROUP = "empty_group"
    AMBIGUOUS_NAME = "ambiguous_name"
    TOO_MANY = "too_many"


@dataclass(frozen=True, kw_only=True)
class Misread:
    """A recipient that can't be dialled."""

    typed: str
    wrong: NumberProblem | Unclear
    #: What may be meant by it, each as it can be written instead.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadPart:
    """A part of the text with what it stands for: one recipient, or those of a group."""

    text: str
    found: tuple[Number | Misread, ...]
    #: Name of the group; or "".
    group: str = ""
    #: Name of the contact or group whose numbers were looked up; "" where the number stands there.
    looked_up: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All recipients of a text, in its order: each is in exactly one of the three.

    Of those that are not read any more, as too many, the first stands for all.
    """

    numbers: tuple[Number, ...]
    #: Those that are the same phone as an earlier one.
    repeated: tuple[Number, ...]
    misread: tuple[Misread, ...]
    #: Parts whose numbers the address book says, each name once.
    looked_up: tuple[ReadPart, ...] = ()


def most_read() -> int:
    """How many recipients are read of one text: far more than one fax may go to.

    Past them nothing is read, so that no text keeps the portal busy for long.
    """
    return max(10 * settings.MAX_RECIPIENTS, 10_000)


def count_typed(text: str) -> int | None:
    """How many recipients a text has, read or not: cheap, for a list of drafts.

    None where they are more than are read.
    """
    count = sum(map(len, _parts_of_each(lines_of(text))))
    return count if count <= most_read() else None


def read_recipients(
    text: str, *, region: str, dial_as: DialAs, book: NameLookup | None = None
) -> Reading:
    """Read what was typed or pasted; `region` (ISO 3166-1 alpha-2) is where numbers are at home."""
    lines = read_lines(lines_of(text), region=region, dial_as=dial_as, book=book)
    numbers: dict[str, Number] = {}
    dialled: set[str] = set()
    repeated: list[Number] = []
    misread: list[Misread] = []
    for found in (found for line in lines for part in line for found in part.found):
        if isinstance(found, Misread):
            misread.append(found)
            if found.wrong is Unclear.TOO_MANY:
                break
        elif found.canonical in numbers or found.dialled in dialled:
            repeated.append(found)
        else:
            numbers[found.canonical] = found
            dialled.add(found.dialled)
    parts = (part for line in lines for part in line if part.looked_up)
    return Reading(
        numbers=tuple(numbers.values()),
        repeated=tuple(repeated),
        misread=tuple(misread),
        looked_up=tuple({fold(part.looked_up): part for part in parts}.values()),
    )


def read_lines(
    lines: Iterable[str], *, region: str, dial_as: DialAs, book: NameLookup | None = None
) -> list[list[ReadPart]]:
    """Read each line by itself, part by part; the address book is asked once for all of them.

    Where there are more than `most_read` recipients, what is left of a line is one misread part.
    """
    lines = list(lines)
    parts = _parts_of_each(lines)
    names = {part.name for line in parts for part in line if part.name and not part.number}
    reader = _Reader(region=region, dial_as=dial_as, named=book.matches(names) if book else {})
    read = reader.read_lines(lines, parts)
    return _with_names(read, book) if book else read


def _parts_of_each(lines: Iterable[str]) -> list[list[Part]]:
    """The parts of each line; none where there were more than are read before."""
    most = most_read()
    each: list[list[Part]] = []
    count = 0
    for line in lines:
        each.append(parts_of(line, at_most=most + 1) if count <= most else [])
        count += len(each[-1])
    return each


@dataclass(frozen=True, kw_only=True)
class _Reader:
    region: str
    dial_as: DialAs
    #: Folded name → whom it may mean.
    named: dict[str, list[NameMatch]] = field(repr=False)
    #: What each name was read as, once; by the folded name and whether it is a group's.
    _members_read: dict[tuple[str, bool], tuple[Number | Misread, ...]] = field(
        default_factory=dict, repr=False
    )

    def read_lines(
        self, lines: Sequence[str], parts: Sequence[Sequence[Part]]
    ) -> list[list[ReadPart]]:
        """Each line with its parts, until there are too many."""
        left = most_read()
        read: list[list[ReadPart]] = []
        for line, there in zip(lines, parts, strict=True):
            done: list[ReadPart] = []
            for part in there if left >= 0 else ():
                one = self._read(part)
                left -= len(one.found)
                if left < 0:
                    break
                done.append(one)
            if left < 0 and (rest := rest_of(line, [one.text for one in done])):
                done.append(_too_many(rest))
            read.append(done)
        return read

    def _read(self, part: Part) -> ReadPart:
        if part.is_unclear:
            return _misread(part, Unclear.SEVERAL_NUMBERS)
        if part.number:
            number = self._number(part.number, part.name)
            return (
                _misread(part, number) if isinstance(number, NumberProblem) else _one(part, number)
            )
        if part.name:
            return self._named(part)
        return _misread(part, NumberProblem.TOO_LONG)

    def _number(self, typed: str, name: str) -> Number | NumberProblem:
        number = read_number(visible_text(typed), region=self.region, dial_as=self.dial_as)
        return (
            number if isinstance(number, NumberProblem) else replace(number, name=name[:MAX_NAME])
        )

    def _named(self, part: Part) -> ReadPart:
        is_group = part.name.startswith("@")
        folded = fold(part.name.removeprefix("@"))
        who = [one for one in self.named.get(folded, []) if one.is_group or not is_group]
        match who:
            case []:
                return _misread(part, _why_nobody(part.name, folded))
            case [one]:
                return self._members(part, one)
        choices = tuple(choice for one in who for choice in _choices(one))
        return _misread(part, Unclear.AMBIGUOUS_NAME, choices)

    def _members(self, part: Part, who: NameMatch) -> ReadPart:
        if not who.members:
            return _misread(part, Unclear.EMPTY_GROUP)
        key = fold(who.name), who.is_group
        if key not in self._members_read:
            self._members_read[key] = tuple(map(self._member, who.members))
        found = self._members_read[key]
        group = who.name if who.is_group else ""
        return ReadPart(text=part.text, found=found, group=group, looked_up=who.name)

    def _member(self, member: Contact) -> Number | Misread:
        number = self._number(member.number, member.name)
        if isinstance(number, NumberProblem):
            return Misread(
                typed=format_recipient(member.name, member.number)[:MAX_TYPED], wrong=number
            )
        return number


#: What stands over a column of recipients.
_HEADINGS = frozenset(
    {"fax", "fax number", "fax no", "fax nr", "faxnummer", "telefax", "phone", "phone number"}
    | {"telephone", "telefon", "tel", "number", "nummer", "name", "recipient", "recipients"}
)


def _why_nobody(name: str, folded: str) -> NumberProblem | Unclear:
    if name.startswith("@"):
        return Unclear.UNKNOWN_GROUP
    if folded.strip(" .") in _HEADINGS:
        return Unclear.HEADING
    return NumberProblem.LETTERS if any(map(str.isdigit, name)) else Unclear.UNKNOWN_NAME


def _choices(one: NameMatch) -> list[str]:
    return (
        [format_group(one.name)]
        if one.is_group
        else [format_recipient(one.name, one.members[0].number)]
    )


def _one(part: Part, number: Number) -> ReadPart:
    return ReadPart(text=part.text, found=(number,))


def _misread(part: Part, wrong: NumberProblem | Unclear, choices: tuple[str, ...] = ()) -> ReadPart:
    typed = " ".join(visible_text(part.text).split())[:MAX_TYPED]
    return ReadPart(text=part.text, found=(Misread(typed=typed, wrong=wrong, choices=choices),))


def _too_many(rest: str) -> ReadPart:
    """What is left of a line: whole, since a person may correct it."""
    return ReadPart(text=rest, found=(Misread(typed=rest, wrong=Unclear.TOO_MANY),))


def _with_names(lines: list[list[ReadPart]], book: NameLookup) -> list[list[ReadPart]]:
    """The same, with the names of contacts at numbers that came without one."""
    every = (found for line in lines for part in line for found in part.found)
    nameless = {found.canonical for found in every if isinstance(found, Number) and not found.name}
    names = book.names_of(nameless)

    def known(found: Number | Misread) -> Number | Misread:
        if isinstance(found, Misread) or found.name:
            return found
        return replace(found, name=names.get(found.canonical, ""))

    return [[replace(part, found=tuple(map(known, part.found))) for part in line] for line in lines]
