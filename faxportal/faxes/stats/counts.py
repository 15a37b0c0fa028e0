"""Counts of faxes by day and month, so that the overview reads a few rows and not a million faxes.

The watch updates the counts. It counts a day as a whole, from the day's faxes. So a count can be
late, but not wrong. To count a day twice, or in two processes at once, does no harm.

Every change of a fax adds an event to its log, so the events tell which days have changed. In
addition, each update recounts the day whose count is the oldest, if that count is older than
`RECOUNT_AFTER`. So even a change without an event is counted in the end.

An update has four steps:

1. Count the days of the faxes that have new events since the last update.
2. Count some of the older days that were never counted. Later updates count the rest.
3. Sum up the months of all these days.
4. Save how far the update came. When a process is killed before that, the next update counts the
   same days again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import CountingProgress, Fax, FaxCounts, FaxEvent, Handover
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.states import FaxState, HandoverState

#: How many events one update reads at most.
MAX_EVENTS = 2000
#: How many older days one update counts at most.
MAX_OLDER_DAYS = 20
#: An event gets its id when it is written, but other processes see it only when it is committed. So
#: an event can appear after an event with a higher id. It appears within this time, because no
#: transaction of the portal takes longer.
COMMIT_DELAY = timedelta(minutes=2)
#: A day that was counted longer ago than this is counted again; each update recounts one such day.
RECOUNT_AFTER = timedelta(hours=6)
#: How often the progress is saved if nothing has changed.
SAVE_EVERY = timedelta(seconds=30)
#: Similar durations are counted together, as a *class*. The middle of each class is this many times
#: the middle of the class before it.
CLASS_RATIO = 1.05
#: Seconds. All shorter durations are in the first class.
SHORTEST = 0.1

#: A time before every count. A day with this `counted_at` is recounted before other days.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

#: The JSON fields of `FaxCounts`.
FIGURES = ("states", "senders", "extensions", "reasons", "durations")


def update_counts(clock: Clock) -> None:
    """Count what has changed since the last update, and a limited number of older days."""
    zone, now = settings.TIME_ZONE, clock.now()
    progress = CountingProgress.objects.filter(time_zone=zone).first() or _start(zone, now)
    counted_before, was_complete = progress.counted_at, progress.is_complete
    changed, progress.last_event_id, progress.counted_at = _changes(progress, now)
    days = {office_day(submitted_at) for submitted_at in changed}
    days.update(_older_days(progress))
    if progress.is_complete:
        days.update(_oldest_count(zone, now))
    for day in days:
        count_day(zone, day, now)
    for month in {day.replace(day=1) for day in days}:
        _sum_up_month(zone, month)
    is_due = progress.counted_at - counted_before >= SAVE_EVERY
    if days or was_complete != progress.is_complete or is_due:
        progress.save()


def count_everything(clock: Clock) -> None:
    """Update until every day that has faxes is counted."""
    while True:
        update_counts(clock)
        if CountingProgress.objects.get(time_zone=settings.TIME_ZONE).is_complete:
            return


def recount_later(submitted_at: datetime) -> None:
    """Let one of the next updates recount the day of a fax that is being removed with its events.

    `submitted_at` is when that fax was submitted.
    """
    days = FaxCounts.objects.filter(
        time_zone=settings.TIME_ZONE,
        period=FaxCounts.Period.DAY,
        first_day=office_day(submitted_at),
    )
    days.update(counted_at=LONG_AGO)


def duration_class(seconds: float) -> int:
    """The number of the class (see `CLASS_RATIO`) that contains a duration."""
    return round(math.log(max(seconds, SHORTEST), CLASS_RATIO))


def seconds_of_class(number: int) -> float:
    """The middle of a class of durations, in seconds.

    The durations in a class differ from its middle by at most 2.5 percent. Only the first class has
    durations that are much shorter.
    """
    return float(CLASS_RATIO**number)


def quantile(durations: Mapping[str, int], share: float) -> float | None:
    """The quantile in seconds: `share` of the durations are this long or shorter.

    None if there are no durations.

    `durations` maps the number of a class to a number of faxes, as `FaxCounts.durations` does.
    `share` is from 0 to 1.
    """
    left = math.ceil(sum(durations.values()) * share)
    for number in sorted(map(int, durations)):
        left -= durations[str(number)]
        if left <= 0:
            return seconds_of_class(number)
    return None


def office_day(at: datetime) -> date:
    """The day that a moment is in, by the office's time zone."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _start_of(day: date, zone: str) -> datetime:
    """The first moment of a day, by a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def _start(zone: str, now: datetime) -> CountingProgress:
    """Begin counting in a time zone, and drop the counts of the zone that the office had before."""
    FaxCounts.objects.exclude(time_zone=zone).delete()
    CountingProgress.objects.exclude(time_zone=zone).delete()
    last_event_id = FaxEvent.objects.aggregate(last=Max("id"))["last"] or 0
    tomorrow = office_day(now) + timedelta(days=1)
    progress, _created = CountingProgress.objects.get_or_create(
        time_zone=zone,
        defaults={"last_event_id": last_event_id, "counted_at": now, "first_day": tomorrow},
    )
    return progress


def _changes(progress: CountingProgress, now: datetime) -> tuple[set[datetime], int, datetime]:
    """What the events since the last update tell, as three values:

    - the times at which the faxes with new events were submitted,
    - the id of an event: no event with this id or a lower id can appear any more,
    - the moment up to which the events were read.
    """
    new = FaxEvent.objects.filter(id__gt=progress.last_event_id).order_by("id")
    events = list(new.values_list("id", "at", "fax__submitted_at")[:MAX_EVENTS])
    last_event_id = progress.last_event_id
    for event_id, at, _submitted_at in events:
        if at > now - COMMIT_DELAY:
            break
        last_event_id = event_id
    read_up_to = events[-1][1] if len(events) == MAX_EVENTS else now
    changed = {submitted_at for _id, _at, submitted_at in events if submitted_at}
    return changed, last_event_id, min(read_up_to, now)


def _older_days(progress: CountingProgress) -> Iterator[date]:
    """The next older days that have faxes. Moves `progress` back to each of them."""
    for _day in range(MAX_OLDER_DAYS):
        if progress.is_complete:
            return
        start = _start_of(progress.first_day, progress.time_zone)
        older = Fax.objects.submitted_between(None, start)
        newest = older.newest_first().values_list("submitted_at", flat=True).first()
        if newest is None:
            progress.is_complete = True
            return
        progress.first_day = office_day(newest)
        yield progress.first_day


def _oldest_count(zone: str, now: datetime) -> Iterator[date]:
    """The day whose count is the oldest, if that count is older than `RECOUNT_AFTER`."""
    days = FaxCounts.objects.filter(time_zone=zone, period=FaxCounts.Period.DAY)
    old = days.filter(counted_at__lt=now - RECOUNT_AFTER).order_by("counted_at")
    yield from old.values_list("first_day", flat=True)[:1]


def count_day(zone: str, day: date, now: datetime) -> None:
    """Count the faxes of a day, with every change that was committed before `now`."""
    next_day = _start_of(day + timedelta(days=1), zone)
    faxes = Fax.objects.submitted_between(_start_of(day, zone), next_day)
    figures: dict[str, Counter[str]] = {name: Counter() for name in FIGURES}
    columns = ("state", "sender_id", "extension", "due_at", "settled_at")
    for state, sender, extension, due_at, settled_at in faxes.values_list(*columns).iterator():
        figures["states"][state] += 1
        figures["senders"][str(sender)] += 1
        figures["extensions"][extension] += 1
        if state == FaxState.HANDED_OVER and due_at and settled_at:
            figures["durations"][str(duration_class((settled_at - due_at).total_seconds()))] += 1
    figures["reasons"].update(_reasons(faxes))
    _save(zone, FaxCounts.Period.DAY, day, now, figures)


def _reasons(faxes: FaxQuerySet) -> Iterable[str]:
    """The reasons why faxes failed, for all or some of their recipients.

    A fax that failed for two reasons adds both. A fax adds each reason only once.
    """
    refused = Handover.objects.filter(fax__in=faxes.with_failures(), state=HandoverState.REFUSED)
    return [reason for _fax, reason in refused.order_by().values_list("fax", "reason").distinct()]


def _sum_up_month(zone: str, month: date) -> None:
    """Sum up the counts of the days of a month. `month` is the first of these days."""
    next_month = (month + timedelta(days=31)).replace(day=1)
    days = FaxCounts.objects.filter(
        time_zone=zone,
        period=FaxCounts.Period.DAY,
        first_day__gte=month,
        first_day__lt=next_month,
    )
    figures: dict[str, Counter[str]] = {name: Counter() for name in FIGURES}
    counted_at = []
    for day in days:
        counted_at.append(day.counted_at)
        for name, figure in figures.items():
            figure.update(getattr(day, name))
    _save(zone, FaxCounts.Period.MONTH, month, max(counted_at), figures)


def _save(
    zone: str,
    period: FaxCounts.Period,
    first_day: date,
    counted_at: datetime,
    figures: Mapping[str, Counter[str]],
) -> None:
    """Save the counts of a period, unless another process has saved later counts of it."""
    existing = FaxCounts.objects.filter(time_zone=zone, period=period, first_day=first_day)
    if not existing.filter(counted_at__lte=counted_at).update(counted_at=counted_at, **figures):
        counts = FaxCounts(
            time_zone=zone, period=period, first_day=first_day, counted_at=counted_at, **figures
        )
        FaxCounts.objects.bulk_create([counts], ignore_conflicts=True)
