"""What the office faxes: a realistic mix of people, numbers, words and states.

The random numbers have a fixed seed, so the history is the same every time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from uuid import UUID

from faxportal.faxes import search_terms
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import DialAs, Number, read_number

YEARS = 4
PEOPLE = 250
NUMBERS = 40_000

KINDS = [
    "Invoice",
    "Purchase order",
    "Contract",
    "Lab report",
    "Referral",
    "Prescription",
    "Delivery note",
    "Reminder",
    "Offer",
    "Insurance claim",
    "Discharge letter",
    "Power of attorney",
    "Court filing",
    "Appeal",
    "Lease",
    "Quote",
    "Order confirmation",
    "Tax return",
    "Payslip",
    "Medical record",
    "X-ray findings",
    "Timesheet",
    "Work permit",
]
NAMES = [
    "Miller",
    "Meyer",
    "García",
    "Nguyen",
    "Okafor",
    "Johansson",
    "Rossi",
    "Kowalski",
    "Haddad",
    "Tanaka",
    "Schröder",
    "Dubois",
    "O'Brien",
    "Petrov",
    "Silva",
    "Andersen",
    "Yilmaz",
    "Novák",
    "Popescu",
    "Van Dijk",
    "Fischer",
    "Brown",
    "Costa",
    "Lindqvist",
    "Hernández",
    "Becker",
    "Moreau",
    "Kaya",
    "Horvat",
    "Jensen",
    "Papadopoulos",
    "Weiss",
    "Martin",
    "Ivanov",
    "Lopez",
    "Keller",
]
DEPARTMENTS = ("Front desk", "Accounts", "Ward 3", "Purchasing", "Legal", "Records", "Night desk")

#: Words of subjects. Two of three faxes have COMMON, and three old faxes have RARE. Of the oldest
#: third of the faxes, a fifth have BYGONE; no later fax has it.
COMMON, RARE, BYGONE = "Ref.", "Xylophone", "Quarantine"

_STATES = {
    FaxState.HANDED_OVER: 950,
    FaxState.FAILED: 25,
    FaxState.PARTLY_HANDED_OVER: 10,
    FaxState.CANCELLED: 8,
    FaxState.CONFIRMED: 4,
    FaxState.UNCERTAIN: 2,
    FaxState.LEFT_OPEN: 1,
}


@dataclass(frozen=True, kw_only=True)
class SeededFax:
    """One fax of the history. `sender` and `numbers` are indexes from 0."""

    id: int
    uuid: UUID
    sender: int
    state: FaxState
    subject: str
    numbers: tuple[int, ...]
    files: tuple[str, ...]
    at: datetime
    #: The time from submitting until the fax was settled.
    took: timedelta


def faxes(count: int, *, until: datetime) -> Iterator[SeededFax]:
    """`count` faxes in the order of their ids, which is almost the order of submitting."""
    rng, pace = random.Random(7), random.Random(8)  # realistic, not secret
    heavy = list(accumulate(1 / (rank + 3) for rank in range(PEOPLE)))
    often = list(accumulate(1 / (rank + 40) for rank in range(NUMBERS)))
    states = list(_STATES)
    weights = list(accumulate(_STATES.values()))
    step = timedelta(days=365 * YEARS) / count
    for number in range(1, count + 1):
        # Some faxes were drafts for up to three days before they were submitted.
        later = timedelta(hours=rng.randrange(72)) if rng.random() < 0.02 else timedelta()
        subject = _subject(rng, number, count)
        at = until - step * (count - number)
        yield SeededFax(
            id=number,
            uuid=UUID(int=rng.getrandbits(128), version=4),
            sender=rng.choices(range(PEOPLE), cum_weights=heavy)[0],
            state=rng.choices(states, cum_weights=weights)[0],
            subject=subject,
            numbers=_distinct(rng, often),
            files=_files(rng, subject),
            at=at + later if at + later < until else at,
            took=timedelta(seconds=pace.lognormvariate(1.2, 0.9)),
        )


@cache
def number(index: int) -> tuple[Number, str]:
    """The phone number with this index, and its text in the search row."""
    area, rest = 201 + (index * 7) % 700, (index * 79_193 + 2_463_517) % 10_000_000
    digits = f"{area}{rest:07}"
    typed = (
        f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}",
        f"({digits[:3]}) {digits[3:6]}-{digits[6:]}",
        digits,
    )[index % 3]
    number = read_number(typed, region="US", dial_as=DialAs.TYPED)
    assert isinstance(number, Number)
    texts = search_terms.FaxTexts(numbers=[(number.typed, number.dialled)])
    return number, search_terms.search_row(texts, region="US")["recipients"]


def _subject(rng: random.Random, position: int, count: int) -> str:
    words = [rng.choice(KINDS), rng.choice(NAMES)]
    if rng.random() < 0.66:
        words += [COMMON, f"{rng.randrange(100_000):05}/{rng.randrange(20, 27)}"]
    if position < count / 3 and rng.random() < 0.2:
        words.append(BYGONE)
    if position in (3, count // 4, count // 3):
        words.append(RARE)
    return " ".join(words)


def _distinct(rng: random.Random, often: list[float]) -> tuple[int, ...]:
    """Indexes of numbers: mostly a single index, sometimes a few, rarely sixty."""
    many = rng.random()
    count = 1 if many < 0.88 else rng.randrange(2, 6) if many < 0.999 else 60
    return tuple(dict.fromkeys(rng.choices(range(NUMBERS), cum_weights=often, k=count)))


def _files(rng: random.Random, subject: str) -> tuple[str, ...]:
    first = subject.split(" Ref.")[0].replace(" ", "_").replace("'", "")
    more = [f"annex_{number}.pdf" for number in range(1, rng.choice((1, 1, 1, 2, 3)))]
    return (f"{first}_{rng.randrange(10_000)}.pdf", *more)
