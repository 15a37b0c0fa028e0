"""The office's faxing in figures: how much, by whom, how quick, what failed, what waits.

Of days that are past and of today `counting` has counted beforehand; what waits is looked up as it
is now. Days are the office's, by its time zone, whoever looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import Min, Q

from faxportal.accounts.models import Extension, User
from faxportal.faxes import messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Count, Counting, Fax
from faxportal.faxes.reasons import REFUSALS
from faxportal.faxes.states import SETTLED_FAXES, FaxState
from faxportal.faxes.stats.counts import FIGURES, day_of, quantile

#: Of people and of extensions so many are named.
NAMED = 10
#: Up to so many days are shown each by itself, up to so many by weeks; more by months.
BY_DAY, BY_WEEK = 31, 92

#: What has not come to its end, or waits for a person.
LIVE = [FaxState.UNCERTAIN, *(state for state in FaxState if state not in SETTLED_FAXES)]

#: States in the order of the figures: what came to an end, then what has not.
IN_ORDER = (
    FaxState.HANDED_OVER,
    FaxState.CONFIRMED,
    FaxState.PARTLY_HANDED_OVER,
    FaxState.FAILED,
    FaxState.CANCELLED,
    FaxState.LEFT_OPEN,
    *LIVE,
)


@dataclass(frozen=True, kw_only=True)
class Days:
    """From one day to another, both of them included, by the office's calendar."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class Part:
    """A day, a week or a month of what is looked at."""

    days: Days
    #: state → how many.
    states: Mapping[str, int]
    faxes: int
    #: Seconds from when a fax was due until it was handed over; None where none was.
    median: float | None
    most: float | None


@dataclass(frozen=True, kw_only=True)
class Named:
    """How many of something that has a name."""

    #: What the lists' filter takes; empty for all the rest together, and where there is none.
    name: str
    label: str
    faxes: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Faxes of one state, as they are now."""

    state: FaxState
    faxes: int
    oldest: Fax


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All of it, for some days."""

    days: Days
    #: By "day", "week" or "month".
    by: str
    #: As of when it is counted; None where nothing is yet.
    counted_at: datetime | None
    #: The oldest day that is counted, where older ones are still to come.
    counted_from: date | None
    #: States that occur.
    states: Sequence[FaxState]
    parts: Sequence[Part]
    #: All parts together.
    whole: Part
    people: Sequence[Named]
    extensions: Sequence[Named]
    reasons: Sequence[Named]

    @property
    def is_partly_counted(self) -> bool:
        """Older days of those looked at are still to be counted."""
        return self.counted_from is not None and self.counted_from > self.days.first


def look_at_days(days: Days) -> Overview:
    """What was counted of some days; a fixed number of queries."""
    zone = settings.TIME_ZONE
    counting = Counting.objects.filter(zone=zone).first()
    by = "day" if len(days) <= BY_DAY else "week" if len(days) <= BY_WEEK else "month"
    counts = list(_counts(zone, days, by_month=by == "month"))
    parts = [_part(part, counts) for part in _parts(days, by)]
    whole = _part(days, counts)
    return Overview(
        days=days,
        by=by,
        counted_at=counting.counted_at if counting else None,
        counted_from=counting.since if counting and not counting.is_whole else None,
        states=[state for state in IN_ORDER if whole.states.get(state)],
        parts=parts,
        whole=whole,
        people=_people(_sum("senders", counts)),
        extensions=_extensions(_sum("extensions", counts)),
        reasons=[
            Named(
                name=reason if reason in REFUSALS else "",
                label=messages.what_happened(reason),
                faxes=faxes,
            )
            for reason, faxes in _sum("reasons", counts).most_common()
        ],
    )


def look_at_now() -> Sequence[Waiting]:
    """What is under way or waits for a person, by state, each with its oldest."""
    live = Fax.objects.filter(state__in=LIVE)
    found = live.values("state").annotate(faxes=CountOf("pk"), oldest=Min("list_key"))
    rows = {row["state"]: row for row in found.order_by()}
    places = [row["oldest"] for row in rows.values()]
    by_state = {fax.state: fax for fax in Fax.objects.filter(list_key__in=places)}
    return [
        Waiting(state=state, faxes=rows[state]["faxes"], oldest=by_state[state])
        for state in LIVE
        if state in by_state
    ]


def today() -> date:
    """Today by the office's calendar."""
    return day_of(Clock().now())


def last_days(count: int) -> Days:
    """So many days, of which today is the last."""
    return Days(first=today() - timedelta(days=count - 1), last=today())


def _counts(zone: str, days: Days, *, by_month: bool) -> Iterator[Count]:
    """Counts that make up the days: of whole months, where that will do, and of days."""
    of_zone = Count.objects.filter(zone=zone)
    single = Q(span=Count.Span.DAY, first__gte=days.first, first__lte=days.last)
    if not by_month:
        yield from of_zone.filter(single)
        return
    months = [part for part in _parts(days, "month") if _is_whole_month(part)]
    of_month = Q(span=Count.Span.MONTH, first__in=[month.first for month in months])
    if months:
        single &= ~Q(first__gte=months[0].first, first__lte=months[-1].last)
    yield from of_zone.filter(single | of_month)


def _parts(days: Days, by: str) -> Iterator[Days]:
    """The days, weeks from Monday or months of what is looked at; the outer ones may be cut."""
    first = days.first
    while first <= days.last:
        if by == "day":
            following = first + timedelta(days=1)
        elif by == "week":
            following = first + timedelta(days=7 - first.weekday())
        else:
            following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield Days(first=first, last=min(following - timedelta(days=1), days.last))
        first = following


def _is_whole_month(part: Days) -> bool:
    following = part.last + timedelta(days=1)
    return part.first.day == 1 and (following.day == 1 or part.last >= today())


def _part(days: Days, counts: Sequence[Count]) -> Part:
    inside = [count for count in counts if days.first <= count.first <= days.last]
    states, durations = _sum("states", inside), _sum("durations", inside)
    return Part(
        days=days,
        states=states,
        faxes=states.total(),
        median=quantile(durations, 0.5),
        most=quantile(durations, 0.95),
    )


def _sum(figure: str, counts: Sequence[Count]) -> Counter[str]:
    assert figure in FIGURES
    total: Counter[str] = Counter()
    for count in counts:
        total.update(getattr(count, figure))
    return total


def _people(faxes: Counter[str]) -> Sequence[Named]:
    most = faxes.most_common(NAMED)
    found = User.objects.filter(pk__in=[int(pk) for pk, _faxes in most])
    names = {str(user.pk): user.get_username() for user in found}
    return _with_rest(
        [Named(name=names[pk], label=names[pk], faxes=count) for pk, count in most], faxes
    )


def _extensions(faxes: Counter[str]) -> Sequence[Named]:
    most = faxes.most_common(NAMED)
    found = Extension.objects.filter(number__in=[number for number, _faxes in most])
    labels = dict(found.order_by().values_list("number", "label"))
    return _with_rest(
        [Named(name=number, label=labels.get(number, ""), faxes=count) for number, count in most],
        faxes,
    )


def _with_rest(most: list[Named], faxes: Counter[str]) -> Sequence[Named]:
    """Those that are named, and all the others in one."""
    rest = faxes.total() - sum(one.faxes for one in most)
    return [*most, Named(name="", label="", faxes=rest)] if rest else most
