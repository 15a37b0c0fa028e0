"""The office's faxing in figures: how much, by whom, how quickly, what failed, what is unfinished.

The figures of days come from `counts`, which the watch keeps up to date. Unfinished faxes are read
as they are now. Days are days of the office's time zone, whoever reads the overview.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from faxportal.accounts.models import Extension, User
from faxportal.faxes import reason_messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.models import CountingProgress, Fax, FaxCounts
from faxportal.faxes.reasons import REFUSALS
from faxportal.faxes.states import FaxState
from faxportal.faxes.stats.counts import FIGURES, office_day, quantile

#: How many senders and extensions are named. All others share one row.
MAX_NAMED = 10
#: The most days of a range that is shown by days, and of a range that is shown by weeks. A longer
#: range is shown by months.
MAX_DAYS_BY_DAY, MAX_DAYS_BY_WEEK = 31, 92

#: States of faxes that are not finished: the portal works on them, or a person has to decide.
UNFINISHED = [
    FaxState.UNCERTAIN,
    FaxState.SCHEDULED,
    FaxState.WAITING,
    FaxState.HANDING_OVER,
    FaxState.CANCELLING,
]

#: The order of the states in the figures: states of finished faxes come first.
_STATES = (
    FaxState.HANDED_OVER,
    FaxState.CONFIRMED,
    FaxState.PARTLY_HANDED_OVER,
    FaxState.FAILED,
    FaxState.CANCELLED,
    FaxState.LEFT_OPEN,
    *UNFINISHED,
)


@dataclass(frozen=True, kw_only=True)
class DateRange:
    """Days from `first` to `last`, both included, by the office's time zone."""

    first: date
    last: date

    def __len__(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class PeriodFigures:
    """The figures of the faxes that were submitted in a range of days."""

    days: DateRange
    #: `FaxState` → number of faxes.
    states: Mapping[str, int]
    #: The number of all faxes.
    faxes: int
    #: Seconds from when a fax was due until it was handed over: half of the faxes took at most
    #: `median`, 95 of 100 at most `percentile_95`. None if no fax was handed over.
    median: float | None
    percentile_95: float | None


@dataclass(frozen=True, kw_only=True)
class NamedCount:
    """The number of faxes of one sender, of one extension, or with one reason of failure."""

    #: The value for the filter of the list: a user name, a number or a reason. Empty in the row of
    #: all other senders or extensions, and for a reason that the filter does not know.
    name: str
    label: str
    faxes: int


@dataclass(frozen=True, kw_only=True)
class UnfinishedFaxes:
    """The faxes in one unfinished state, as they are now."""

    state: FaxState
    faxes: int
    oldest: Fax


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The figures of a range of days."""

    days: DateRange
    #: The length of each of `periods`: "day", "week" or "month".
    period: str
    #: Changes up to this moment are counted; None if nothing is counted yet.
    counted_at: datetime | None
    #: The oldest day that is counted; None if no older day is left to count.
    counted_from: date | None
    #: The states that faxes of the range are in.
    states: Sequence[FaxState]
    periods: Sequence[PeriodFigures]
    #: The figures of all days together.
    total: PeriodFigures
    senders: Sequence[NamedCount]
    extensions: Sequence[NamedCount]
    reasons: Sequence[NamedCount]

    @property
    def is_partly_counted(self) -> bool:
        """Whether some days of the range are still to be counted."""
        return self.counted_from is not None and self.counted_from > self.days.first


def overview_of(days: DateRange) -> Overview:
    """The figures of a range of days, in a fixed number of queries."""
    zone = settings.TIME_ZONE
    progress = CountingProgress.objects.filter(time_zone=zone).first()
    period = _period_for(days)
    counts = list(_counts(zone, days, by_month=period == "month"))
    total = _figures(days, counts)
    return Overview(
        days=days,
        period=period,
        counted_at=progress.counted_at if progress else None,
        counted_from=progress.first_day if progress and not progress.is_complete else None,
        states=[state for state in _STATES if total.states.get(state)],
        periods=[_figures(part, counts) for part in _split(days, period)],
        total=total,
        senders=_senders(_sum("senders", counts)),
        extensions=_extensions(_sum("extensions", counts)),
        reasons=[
            NamedCount(
                name=reason if reason in REFUSALS else "",
                label=reason_messages.what_happened(reason),
                faxes=faxes,
            )
            for reason, faxes in _sum("reasons", counts).most_common()
        ],
    )


def unfinished_now() -> Sequence[UnfinishedFaxes]:
    """The unfinished faxes by state, each state with its oldest fax; two queries."""
    unfinished = Fax.objects.filter(state__in=UNFINISHED)
    by_state = unfinished.values("state").annotate(faxes=Count("pk"), oldest=Min("list_key"))
    rows = {row["state"]: row for row in by_state.order_by()}
    list_keys = [row["oldest"] for row in rows.values()]
    oldest = {fax.state: fax for fax in Fax.objects.filter(list_key__in=list_keys)}
    return [
        UnfinishedFaxes(state=state, faxes=rows[state]["faxes"], oldest=oldest[state])
        for state in UNFINISHED
        if state in oldest
    ]


def today() -> date:
    """Today, by the office's time zone."""
    return office_day(Clock().now())


def last_days(count: int) -> DateRange:
    """The last `count` days, today included."""
    return DateRange(first=today() - timedelta(days=count - 1), last=today())


def _period_for(days: DateRange) -> str:
    if len(days) <= MAX_DAYS_BY_DAY:
        return "day"
    return "week" if len(days) <= MAX_DAYS_BY_WEEK else "month"


def _counts(zone: str, days: DateRange, *, by_month: bool) -> Iterator[FaxCounts]:
    """The rows of counts that together cover a range of days.

    Without `by_month`, there is one row for each day. With `by_month`, there is one row for each
    whole month (see `_is_whole_month`), and one row for each other day.
    """
    of_zone = FaxCounts.objects.filter(time_zone=zone)
    single_days = Q(
        period=FaxCounts.Period.DAY, first_day__gte=days.first, first_day__lte=days.last
    )
    if not by_month:
        yield from of_zone.filter(single_days)
        return
    months = [month for month in _split(days, "month") if _is_whole_month(month)]
    whole_months = Q(period=FaxCounts.Period.MONTH, first_day__in=[month.first for month in months])
    if months:
        single_days &= ~Q(first_day__gte=months[0].first, first_day__lte=months[-1].last)
    yield from of_zone.filter(single_days | whole_months)


def _split(days: DateRange, period: str) -> Iterator[DateRange]:
    """The days, the weeks (from Monday) or the months of a range.

    If the range begins or ends within a week or month, only the days in the range are returned.
    """
    first = days.first
    while first <= days.last:
        if period == "day":
            following = first + timedelta(days=1)
        elif period == "week":
            following = first + timedelta(days=7 - first.weekday())
        else:
            following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield DateRange(first=first, last=min(following - timedelta(days=1), days.last))
        first = following


def _is_whole_month(month: DateRange) -> bool:
    """Whether a range within one month has all days of the month, or all days until today."""
    following = month.last + timedelta(days=1)
    return month.first.day == 1 and (following.day == 1 or month.last >= today())


def _figures(days: DateRange, counts: Sequence[FaxCounts]) -> PeriodFigures:
    inside = [one for one in counts if days.first <= one.first_day <= days.last]
    states, durations = _sum("states", inside), _sum("durations", inside)
    return PeriodFigures(
        days=days,
        states=states,
        faxes=states.total(),
        median=quantile(durations, 0.5),
        percentile_95=quantile(durations, 0.95),
    )


def _sum(figure: str, counts: Sequence[FaxCounts]) -> Counter[str]:
    assert figure in FIGURES
    total: Counter[str] = Counter()
    for one in counts:
        total.update(getattr(one, figure))
    return total


def _senders(faxes: Counter[str]) -> Sequence[NamedCount]:
    most = faxes.most_common(MAX_NAMED)
    users = User.objects.filter(pk__in=[int(pk) for pk, _faxes in most])
    names = {str(user.pk): user.get_username() for user in users}
    return _with_others(
        [NamedCount(name=names[pk], label=names[pk], faxes=count) for pk, count in most], faxes
    )


def _extensions(faxes: Counter[str]) -> Sequence[NamedCount]:
    most = faxes.most_common(MAX_NAMED)
    extensions = Extension.objects.filter(number__in=[number for number, _faxes in most])
    labels = dict(extensions.order_by().values_list("number", "label"))
    return _with_others(
        [
            NamedCount(name=number, label=labels.get(number, ""), faxes=count)
            for number, count in most
        ],
        faxes,
    )


def _with_others(named: list[NamedCount], faxes: Counter[str]) -> Sequence[NamedCount]:
    """The named rows, and a last row that counts all other faxes, if there are any."""
    others = faxes.total() - sum(one.faxes for one in named)
    return [*named, NamedCount(name="", label="", faxes=others)] if others else named
