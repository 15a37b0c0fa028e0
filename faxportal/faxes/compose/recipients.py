"""Parsing recipients: the numbers in a text that a person typed or pasted.

`text.recipient_grammar` splits a text into parts, `text.phone_numbers` says what can be dialled,
and the person's address book says which numbers a name means.
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


class RecipientProblem(Enum):
    """Why a part of the text gives no number. `NumberProblem` has more such reasons."""

    HEADING = "heading"
    SEVERAL_NUMBERS = "several_numbers"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_GROUP = "unknown_group"
    EMPTY_GROUP = "empty_group"
    AMBIGUOUS_NAME = "ambiguous_name"
    TOO_MANY = "too_many"


@dataclass(frozen=True, kw_only=True)
class InvalidRecipient:
    """A part of the text that can't be dialled."""

    typed: str
    problem: NumberProblem | RecipientProblem
    #: Recipients that the person may have meant, each as the person can type it instead.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecipientPart:
    """A part of the text with its recipients: one recipient, or the members of a group."""

    text: str
    found: tuple[Number | InvalidRecipient, ...]
    #: Name of the group, or "".
    group: str = ""
    #: Name of the contact or group that was looked up; "" if the text has the number itself.
    looked_up: str = ""


@dataclass(frozen=True, kw_only=True)
class ParsedRecipients:
    """All recipients of a text, in its order.

    Each recipient is in exactly one of `numbers`, `repeated` and `invalid`. If the text has more
    than `most_parsed` recipients, one invalid recipient stands for all further recipients.
    """

    numbers: tuple[Number, ...]
    #: Numbers that dial the same phone as an earlier number.
    repeated: tuple[Number, ...]
    invalid: tuple[InvalidRecipient, ...]
    #: Parts whose numbers come from the address book, each name once.
    looked_up: tuple[RecipientPart, ...] = ()


def most_parsed() -> int:
    """How many recipients of one text are parsed at most: far more than one fax may go to.

    The limit keeps a long text from occupying the portal.
    """
    return max(10 * settings.MAX_RECIPIENTS, 10_000)


def count_recipients(text: str) -> int | None:
    """How many recipients a text has, without parsing numbers or looking up names.

    This is fast enough for a list of drafts. A group counts as one recipient. Returns None if there
    are more than `most_parsed` recipients.
    """
    count = sum(map(len, _parts_of_each(lines_of(text))))
    return count if count <= most_parsed() else None


def parse_recipients(
    text: str, *, region: str, dial_as: DialAs, book: NameLookup | None = None
) -> ParsedRecipients:
    """Parse a text of recipients that a person typed or pasted.

    `region` (ISO 3166-1 alpha-2) is the country of numbers without a country code. Without `book`
    every name is unknown.
    """
    lines = parse_lines(lines_of(text), region=region, dial_as=dial_as, book=book)
    numbers: dict[str, Number] = {}
    dialled: set[str] = set()
    repeated: list[Number] = []
    invalid: list[InvalidRecipient] = []
    for found in (found for line in lines for part in line for found in part.found):
        if isinstance(found, InvalidRecipient):
            invalid.append(found)
            if found.problem is RecipientProblem.TOO_MANY:
                break
        elif found.canonical in numbers or found.dialled in dialled:
            repeated.append(found)
        else:
            numbers[found.canonical] = found
            dialled.add(found.dialled)
    parts = (part for line in lines for part in line if part.looked_up)
    return ParsedRecipients(
        numbers=tuple(numbers.values()),
        repeated=tuple(repeated),
        invalid=tuple(invalid),
        looked_up=tuple({fold(part.looked_up): part for part in parts}.values()),
    )


def parse_lines(
    lines: Iterable[str], *, region: str, dial_as: DialAs, book: NameLookup | None = None
) -> list[list[RecipientPart]]:
    """Parse each line by itself, part by part. The names of all lines are looked up together.

    If the lines together have more than `most_parsed` recipients, the lines are parsed up to that
    number. The rest of the current line, and each further line, becomes one invalid part.
    """
    lines = list(lines)
    parts = _parts_of_each(lines)
    names = {part.name for line in parts for part in line if part.name and not part.number}
    parser = _Parser(region=region, dial_as=dial_as, named=book.matches(names) if book else {})
    parsed = parser.parse_lines(lines, parts)
    return _with_names(parsed, book) if book else parsed


def _parts_of_each(lines: Iterable[str]) -> list[list[Part]]:
    """The parts of each line. Once there are more than `most_parsed` parts, lines get no parts."""
    most = most_parsed()
    each: list[list[Part]] = []
    count = 0
    for line in lines:
        each.append(parts_of(line, at_most=most + 1) if count <= most else [])
        count += len(each[-1])
    return each


@dataclass(frozen=True, kw_only=True)
class _Parser:
    """Parses parts, with the names that were looked up before."""

    region: str
    dial_as: DialAs
    #: Folded name (see `text.folding`) → the contacts and groups of that name.
    named: dict[str, list[NameMatch]] = field(repr=False)
    #: (folded name, whether it is a group's name) → the recipients of that name, parsed once.
    _parsed_members: dict[tuple[str, bool], tuple[Number | InvalidRecipient, ...]] = field(
        default_factory=dict, repr=False
    )

    def parse_lines(
        self, lines: Sequence[str], parts: Sequence[Sequence[Part]]
    ) -> list[list[RecipientPart]]:
        """The parsed parts of each line, until there are `most_parsed` recipients."""
        left = most_parsed()
        read: list[list[RecipientPart]] = []
        for line, there in zip(lines, parts, strict=True):
            done: list[RecipientPart] = []
            for part in there if left >= 0 else ():
                one = self._parse(part)
                left -= len(one.found)
                if left < 0:
                    break
                done.append(one)
            if left < 0 and (rest := rest_of(line, [one.text for one in done])):
                done.append(_too_many(rest))
            read.append(done)
        return read

    def _parse(self, part: Part) -> RecipientPart:
        if part.is_unclear:
            return _invalid(part, RecipientProblem.SEVERAL_NUMBERS)
        if part.number:
            number = self._number(part.number, part.name)
            return (
                _invalid(part, number) if isinstance(number, NumberProblem) else _one(part, number)
            )
        if part.name:
            return self._named(part)
        return _invalid(part, NumberProblem.TOO_LONG)

    def _number(self, typed: str, name: str) -> Number | NumberProblem:
        number = read_number(visible_text(typed), region=self.region, dial_as=self.dial_as)
        return (
            number if isinstance(number, NumberProblem) else replace(number, name=name[:MAX_NAME])
        )

    def _named(self, part: Part) -> RecipientPart:
        is_group = part.name.startswith("@")
        folded = fold(part.name.removeprefix("@"))
        who = [one for one in self.named.get(folded, []) if one.is_group or not is_group]
        match who:
            case []:
                return _invalid(part, _why_nobody(part.name, folded))
            case [one]:
                return self._members(part, one)
        choices = tuple(choice for one in who for choice in _choices(one))
        return _invalid(part, RecipientProblem.AMBIGUOUS_NAME, choices)

    def _members(self, part: Part, who: NameMatch) -> RecipientPart:
        if not who.members:
            return _invalid(part, RecipientProblem.EMPTY_GROUP)
        key = fold(who.name), who.is_group
        if key not in self._parsed_members:
            self._parsed_members[key] = tuple(map(self._member, who.members))
        found = self._parsed_members[key]
        group = who.name if who.is_group else ""
        return RecipientPart(text=part.text, found=found, group=group, looked_up=who.name)

    def _member(self, member: Contact) -> Number | InvalidRecipient:
        number = self._number(member.number, member.name)
        if isinstance(number, NumberProblem):
            return InvalidRecipient(
                typed=format_recipient(member.name, member.number)[:MAX_TYPED], problem=number
            )
        return number


#: Headings that tables have over a column of recipients.
_HEADINGS = frozenset(
    {"fax", "fax number", "fax no", "fax nr", "faxnummer", "telefax", "phone", "phone number"}
    | {"telephone", "telefon", "tel", "number", "nummer", "name", "recipient", "recipients"}
)


def _why_nobody(name: str, folded: str) -> NumberProblem | RecipientProblem:
    if name.startswith("@"):
        return RecipientProblem.UNKNOWN_GROUP
    if folded.strip(" .") in _HEADINGS:
        return RecipientProblem.HEADING
    return NumberProblem.LETTERS if any(map(str.isdigit, name)) else RecipientProblem.UNKNOWN_NAME


def _choices(one: NameMatch) -> list[str]:
    return (
        [format_group(one.name)]
        if one.is_group
        else [format_recipient(one.name, one.members[0].number)]
    )


def _one(part: Part, number: Number) -> RecipientPart:
    return RecipientPart(text=part.text, found=(number,))


def _invalid(
    part: Part, problem: NumberProblem | RecipientProblem, choices: tuple[str, ...] = ()
) -> RecipientPart:
    typed = " ".join(visible_text(part.text).split())[:MAX_TYPED]
    return RecipientPart(
        text=part.text, found=(InvalidRecipient(typed=typed, problem=problem, choices=choices),)
    )


def _too_many(rest: str) -> RecipientPart:
    """The rest of a line as one part. The text is not cut, so that a person can correct it."""
    return RecipientPart(
        text=rest, found=(InvalidRecipient(typed=rest, problem=RecipientProblem.TOO_MANY),)
    )


def _with_names(lines: list[list[RecipientPart]], book: NameLookup) -> list[list[RecipientPart]]:
    """The same lines, but each number without a name gets the name of its contact."""
    every = (found for line in lines for part in line for found in part.found)
    nameless = {found.canonical for found in every if isinstance(found, Number) and not found.name}
    names = book.names_of(nameless)

    def known(found: Number | InvalidRecipient) -> Number | InvalidRecipient:
        if isinstance(found, InvalidRecipient) or found.name:
            return found
        return replace(found, name=names.get(found.canonical, ""))

    return [[replace(part, found=tuple(map(known, part.found))) for part in line] for line in lines]
