"""Counting faxes by day and month, so that the overview of a million is read from some rows.

The watch does it. A day is counted as a whole, from its faxes, in one go: so a count can be late,
but not wrong, and counting again does no harm, whoever else counts. Which days have changed is
read from the faxes' records, where each change is an event. Besides, the day whose count is the
oldest is counted anew, turn by turn: what a change that left no event did is mended within a day.

1. Count the days of the faxes that have events since the last turn.
2. Go back over older days: all of a history, when this is new.
3. Sum up the months of those days.
4. Note how far it came. A process that is killed before does the same again.
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
from faxportal.faxes.models import Count, Counting, Fax, FaxEvent, Handover
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.states import FaxState, HandoverState

#: Events that one turn reads.
EVENTS = 2000
#: Days that one turn goes back.
DAYS_BACK = 20
#: Ids are given when a row is written, and seen when it is committed: for so long one of a lower id
#: may still appear. No transaction of the portal's is open for longer.
UNSETTLED = timedelta(minutes=2)
#: A count so old is made anew, one a turn.
OLD = timedelta(hours=6)
#: How often it is noted that nothing has changed.
SAID_EVERY = timedelta(seconds=30)
#: A class of durations reaches so many times as far as the one before it.
STEP = 1.05
#: Seconds: what took less is in the first class.
SHORTEST = 0.1

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

FIGURES = ("states", "senders", "extensions", "reasons", "durations")


def count_on(clock: Clock) -> None:
    """One turn: what has changed, and a bounded part of what is old."""
    zone, now = settings.TIME_ZONE, clock.now()
    counting = Counting.objects.filter(zone=zone).first() or _begin(zone, now)
    before, was_whole = counting.counted_at, counting.is_whole
    changed, counting.event_id, counting.counted_at = _changes(counting, now)
    days = {day_of(at) for at in changed}
    days.update(_older_days(counting))
    if counting.is_whole:
        days.update(_oldest_count(zone, now))
    for day in days:
        count_day(zone, day, now)
    for month in {day.replace(day=1) for day in days}:
        _sum_month(zone, month)
    if days or was_whole != counting.is_whole or counting.counted_at - before >= SAID_EVERY:
        counting.save()


def count_all(clock: Clock) -> None:
    """Turns until all that there is is counted."""
    while True:
        count_on(clock)
        if Counting.objects.get(zone=settings.TIME_ZONE).is_whole:
            return


def count_anew(submitted_at: datetime) -> None:
    """Have the day of a fax that goes counted again: it leaves no event behind."""
    days = Count.objects.filter(zone=settings.TIME_ZONE, span=Count.Span.DAY)
    days.filter(first=day_of(submitted_at)).update(counted_at=LONG_AGO)


def class_of(seconds: float) -> int:
    """The class of a duration; `seconds_of` is true of all in it to within 2.5 percent."""
    return round(math.log(max(seconds, SHORTEST), STEP))


def seconds_of(number: int) -> float:
    """The middle of a class of durations."""
    return float(STEP**number)


def quantile(durations: Mapping[str, int], share: float) -> float | None:
    """Seconds that this share of the durations needs at most; None without any."""
    left = math.ceil(sum(durations.values()) * share)
    for number in sorted(map(int, durations)):
        left -= durations[str(number)]
        if left <= 0:
            return seconds_of(number)
    return None


def start_of(day: date, zone: str) -> datetime:
    """Its first moment by the clocks of a zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def day_of(at: datetime) -> date:
    """Its day by the office's calendar."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _begin(zone: str, now: datetime) -> Counting:
    """Nothing is counted yet, in this zone. Other zones' days are nobody's any more."""
    Count.objects.exclude(zone=zone).delete()
    Counting.objects.exclude(zone=zone).delete()
    last = FaxEvent.objects.aggregate(last=Max("id"))["last"] or 0
    tomorrow = day_of(now) + timedelta(days=1)
    counting, _made = Counting.objects.get_or_create(
        zone=zone, defaults={"event_id": last, "counted_at": now, "since": tomorrow}
    )
    return counting


def _changes(counting: Counting, now: datetime) -> tuple[set[datetime], int, datetime]:
    """When faxes that have new events were submitted, the last settled event, as of when."""
    new = FaxEvent.objects.filter(id__gt=counting.event_id).order_by("id")
    events = list(new.values_list("id", "at", "fax__submitted_at")[:EVENTS])
    settled = counting.event_id
    for number, at, _submitted in events:
        if at > now - UNSETTLED:
            break
        settled = number
    seen_to = events[-1][1] if len(events) == EVENTS else now
    return {submitted for _id, _at, submitted in events if submitted}, settled, min(seen_to, now)


def _older_days(counting: Counting) -> Iterator[date]:
    """The next days back that have faxes; says in `counting` how far that was."""
    for _time in range(DAYS_BACK):
        if counting.is_whole:
            return
        before = Fax.objects.submitted_between(None, start_of(counting.since, counting.zone))
        newest = before.newest_first().values_list("submitted_at", flat=True).first()
        if newest is None:
            counting.is_whole = True
            return
        counting.since = day_of(newest)
        yield counting.since


def _oldest_count(zone: str, now: datetime) -> Iterator[date]:
    days = Count.objects.filter(zone=zone, span=Count.Span.DAY).order_by("counted_at")
    yield from days.filter(counted_at__lt=now - OLD).values_list("first", flat=True)[:1]


def count_day(zone: str, day: date, now: datetime) -> None:
    """Count the faxes of a day; `now` is before they are read."""
    following = start_of(day + timedelta(days=1), zone)
    faxes = Fax.objects.submitted_between(start_of(day, zone), following)
    figures: dict[str, Counter[str]] = {name: Counter() for name in FIGURES}
    columns = ("state", "sender_id", "extension", "due_at", "settled_at")
    for state, sender, extension, due_at, settled_at in faxes.values_list(*columns).iterator():
        figures["states"][state] += 1
        figures["senders"][str(sender)] += 1
        figures["extensions"][extension] += 1
        if state == FaxState.HANDED_OVER and due_at and settled_at:
            figures["durations"][str(class_of((settled_at - due_at).total_seconds()))] += 1
    figures["reasons"].update(_reasons(faxes))
    _write(zone, Count.Span.DAY, day, now, figures)


def _reasons(faxes: FaxQuerySet) -> Iterable[str]:
    """Each reason of each fax that failed, if in part."""
    refused = Handover.objects.filter(fax__in=faxes.that_failed(), state=HandoverState.REFUSED)
    return [reason for _fax, reason in refused.order_by().values_list("fax", "reason").distinct()]


def _sum_month(zone: str, month: date) -> None:
    """Sum up the days of a month; as old as its newest day."""
    following = (month + timedelta(days=31)).replace(day=1)
    days = Count.objects.filter(
        zone=zone, span=Count.Span.DAY, first__gte=month, first__lt=following
    )
    figures: dict[str, Counter[str]] = {name: Counter() for name in FIGURES}
    counted_at = []
    for day in days:
        counted_at.append(day.counted_at)
        for name, figure in figures.items():
            figure.update(getattr(day, name))
    _write(zone, Count.Span.MONTH, month, max(counted_at), figures)


def _write(
    zone: str, span: Count.Span, first: date, at: datetime, figures: Mapping[str, Counter[str]]
) -> None:
    """Put a count in place, unless there is a later one of somebody else's."""
    there = Count.objects.filter(zone=zone, span=span, first=first)
    if not there.filter(counted_at__lte=at).update(counted_at=at, **figures):
        made = Count(zone=zone, span=span, first=first, counted_at=at, **figures)
        Count.objects.bulk_create([made], ignore_conflicts=True)
