"""The counts of days and months are always the same as if each fax were counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.filters import FaxFilter, find_matches
from faxportal.faxes.maintenance.retention import remove_fax
from faxportal.faxes.models import CountingProgress, Fax, FaxCounts, Handover
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.faxes.stats import counts
from faxportal.faxes.stats.counts import count_everything, quantile, update_counts
from faxportal.faxes.stats.overview import DateRange, overview_of
from tests.faxes.conftest import HandClock
from tests.support.list_keys import free_list_key

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
REASONS = ("extension_invalid", "deadline", "file_invalid")


@pytest.fixture(autouse=True)
def _office(settings: Settings) -> None:
    """An office whose days differ from UTC's. One day a year has 23 hours, and one has 25."""
    settings.TIME_ZONE = "Europe/Berlin"


@pytest.fixture
def senders() -> list[User]:
    return [User.objects.create_user(f"person{number}") for number in range(3)]


def write(rng: random.Random, senders: list[User], at: datetime) -> Fax:
    """Write a fax that was submitted `at` this time, in a random state, and return the fax."""
    state = rng.choice([state for state in FaxState if state != FaxState.DRAFT])
    fax = Fax.objects.create(
        sender=rng.choice(senders),
        state=state,
        submission_key=uuid4(),
        fingerprint="f" * 64,
        extension=rng.choice(("0003*210", "0003*211")),
        submitted_at=at,
        list_key=free_list_key(at),
        due_at=at + rng.choice((timedelta(), timedelta(hours=3))),
        deadline_at=at + timedelta(days=1),
        settled_at=at + timedelta(hours=3, seconds=rng.lognormvariate(1, 2)),
    )
    for number in range(1, 4):
        if rng.random() < 0.3:  # an earlier handover was abandoned
            Handover.objects.create(
                fax=fax,
                batch=number,
                state=HandoverState.ABANDONED,
                reason=rng.choice(REASONS),
                due_at=at,
            )
        refused = rng.random() < 0.5
        Handover.objects.create(
            fax=fax,
            batch=number,
            state=HandoverState.REFUSED if refused else HandoverState.COMPLETE,
            reason=rng.choice(REASONS) if refused else "",
            due_at=at,
        )
    add_event(fax, at)
    return fax


def add_event(fax: Fax, at: datetime, kind: Event = Event.STATE) -> None:
    with transaction.atomic():
        event_log.add(Fax.objects.locked(fax.pk), kind, at=at)


def move(fax: Fax, to: FaxState, at: datetime) -> None:
    Fax.objects.filter(pk=fax.pk).update(state=to)
    add_event(fax, at)


def moments(rng: random.Random, count: int) -> Iterator[datetime]:
    """`count` random moments, and three moments in nights when clocks change or a month begins."""
    yield datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    yield datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    yield datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    begin = datetime(2025, 1, 5, tzinfo=UTC)
    for _time in range(count):
        yield begin + timedelta(seconds=rng.randrange(600 * 24 * 3600))


def one_by_one(days: DateRange) -> dict[str, Counter[str]]:
    """The figures of the overview, counted from each fax."""
    zone = ZoneInfo("Europe/Berlin")
    figures: dict[str, Counter[str]] = {name: Counter() for name in counts.FIGURES}
    for fax in Fax.objects.submitted():
        assert fax.submitted_at
        if not days.first <= fax.submitted_at.astimezone(zone).date() <= days.last:
            continue
        figures["states"][fax.state] += 1
        figures["senders"][str(fax.sender_id)] += 1
        figures["extensions"][fax.extension] += 1
        if fax.state == FaxState.HANDED_OVER:
            assert fax.due_at
            assert fax.settled_at
            took = (fax.settled_at - fax.due_at).total_seconds()
            figures["durations"][str(counts.duration_class(took))] += 1
        if fax.state in (FaxState.FAILED, FaxState.PARTLY_HANDED_OVER):
            refused = fax.handovers.filter(state=HandoverState.REFUSED)
            figures["reasons"].update({handover.reason for handover in refused})
    return figures


def listed(days: DateRange, reason: str) -> int:
    """How many faxes are in the list that a reason in the overview links to."""
    fax_filter = FaxFilter(reason=reason, since=days.first, until=days.last)
    countable = find_matches(Fax.objects.submitted(), fax_filter).countable
    assert countable is not None
    return countable.count()


def agrees(days: DateRange) -> None:
    """Check that the overview of these days shows what counting each fax gives."""
    shown, counted = overview_of(days), one_by_one(days)
    assert shown.total.states == counted["states"]
    assert (
        shown.total.faxes == sum(part.faxes for part in shown.periods) == counted["states"].total()
    )
    names = {str(pk): name for pk, name in User.objects.values_list("pk", "username")}
    senders = {names[pk]: faxes for pk, faxes in counted["senders"].items()}
    assert {one.name: one.faxes for one in shown.senders} == senders
    assert {one.name: one.faxes for one in shown.extensions} == counted["extensions"]
    assert {one.name: one.faxes for one in shown.reasons} == counted["reasons"]
    assert {one.name: listed(days, one.name) for one in shown.reasons} == counted["reasons"]
    assert shown.total.median == quantile(counted["durations"], 0.5)
    assert shown.total.percentile_95 == quantile(counted["durations"], 0.95)
    for part in shown.periods:
        assert part.states == one_by_one(part.days)["states"]


RANGES = [
    DateRange(first=FIRST, last=LAST),
    DateRange(first=date(2025, 2, 10), last=date(2026, 5, 17)),
    DateRange(first=date(2026, 3, 1), last=date(2026, 3, 31)),
    DateRange(first=date(2026, 3, 28), last=date(2026, 3, 30)),
    DateRange(first=date(2026, 1, 7), last=date(2026, 3, 29)),
]


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_those_of_the_faxes_whatever_happens(seed: int, senders: list[User]) -> None:
    rng, clock = random.Random(seed), HandClock()
    faxes = [write(rng, senders, at) for at in moments(rng, 30)]
    count_everything(clock)
    for _step in range(12):
        for _change in range(rng.randrange(4)):
            state = rng.choice([state for state in FaxState if state != FaxState.DRAFT])
            move(rng.choice(faxes), state, clock.now())
        if rng.random() < 0.5:
            faxes.append(write(rng, senders, next(moments(rng, 1))))
        clock.move(minutes=rng.choice((0, 1, 5)))
        update_counts(clock)
        if rng.random() < 0.3:
            update_counts(HandClock())  # another watch, whose clock is behind
    update_counts(clock)
    for days in RANGES:
        agrees(days)


def test_a_change_years_later_is_counted(senders: list[User]) -> None:
    rng, clock = random.Random(1), HandClock()
    fax = write(rng, senders, datetime(2025, 1, 7, 12, tzinfo=UTC))
    move(fax, FaxState.UNCERTAIN, clock.now())
    count_everything(clock)
    clock.move(days=1)
    update_counts(clock)
    move(fax, FaxState.CONFIRMED, clock.now())
    update_counts(clock)
    assert overview_of(RANGES[0]).total.states == {FaxState.CONFIRMED: 1}


def test_an_event_that_is_committed_after_a_later_one_is_not_missed(senders: list[User]) -> None:
    rng, clock = random.Random(2), HandClock()
    slow = write(rng, senders, datetime(2025, 1, 7, 12, tzinfo=UTC))
    quick = write(rng, senders, datetime(2025, 3, 7, 12, tzinfo=UTC))
    count_everything(clock)
    clock.move(minutes=10)
    update_counts(clock)
    move(slow, FaxState.FAILED, clock.now())
    earlier = slow.events.latest("id")
    slow.events.filter(pk=earlier.pk).delete()  # not committed yet
    Fax.objects.filter(pk=slow.pk).update(state=FaxState.WAITING)
    move(quick, FaxState.FAILED, clock.now())
    update_counts(clock)

    Fax.objects.filter(pk=slow.pk).update(state=FaxState.FAILED)
    earlier.save(force_insert=True)
    clock.move(seconds=5)
    update_counts(clock)
    agrees(RANGES[0])


def test_older_days_are_counted_in_limited_steps_the_newest_first(senders: list[User]) -> None:
    rng, clock = random.Random(3), HandClock()
    begin = datetime(2025, 6, 1, 12, tzinfo=UTC)
    for day in range(counts.MAX_OLDER_DAYS + 5):
        write(rng, senders, begin + timedelta(days=day))
    newest = (begin + timedelta(days=counts.MAX_OLDER_DAYS + 4)).date()

    assert overview_of(RANGES[0]).counted_at is None
    update_counts(clock)
    shown = overview_of(RANGES[0])
    assert shown.total.faxes == counts.MAX_OLDER_DAYS
    assert shown.counted_from == newest - timedelta(days=counts.MAX_OLDER_DAYS - 1)
    assert shown.is_partly_counted
    update_counts(clock)
    shown = overview_of(RANGES[0])
    assert shown.total.faxes == counts.MAX_OLDER_DAYS + 5
    assert not shown.is_partly_counted


def test_a_watch_that_is_late_overwrites_no_later_count(senders: list[User]) -> None:
    rng, clock = random.Random(4), HandClock()
    write(rng, senders, datetime(2025, 6, 1, 12, tzinfo=UTC))
    clock.move(hours=1)
    count_everything(clock)
    at = overview_of(RANGES[0]).counted_at
    Fax.objects.update(state=FaxState.FAILED)
    agreed = {count.pk: count.states for count in FaxCounts.objects.all()}
    CountingProgress.objects.all().delete()
    count_everything(Clock())
    assert at is not None
    assert {count.pk: count.states for count in FaxCounts.objects.all()} == agreed


def test_a_removed_fax_is_no_longer_counted(senders: list[User], settings: Settings) -> None:
    settings.RECORD_DAYS, settings.RETENTION_DAYS = 40, 30
    rng, clock = random.Random(5), HandClock()
    faxes = [write(rng, senders, datetime(2025, 6, day, 12, tzinfo=UTC)) for day in (1, 2)]
    settled_at = clock.now() - timedelta(days=50)
    Fax.objects.update(state=FaxState.FAILED, settled_at=settled_at)
    faxes[0].events.all().delete()
    event_log.add(faxes[0], Event.STATE, at=settled_at, state=FaxState.FAILED)
    count_everything(clock)
    clock.move(hours=1)
    update_counts(clock)
    assert remove_fax(faxes[0], now=clock.now())
    update_counts(clock)
    agrees(RANGES[0])


def test_a_change_of_the_offices_time_zone_counts_everything_again(
    senders: list[User], settings: Settings
) -> None:
    rng, clock = random.Random(6), HandClock()
    write(rng, senders, datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    count_everything(clock)
    assert overview_of(DateRange(first=date(2026, 2, 1), last=date(2026, 2, 1))).total.faxes == 1
    settings.TIME_ZONE = "America/New_York"
    assert overview_of(RANGES[0]).counted_at is None
    count_everything(clock)
    assert overview_of(DateRange(first=date(2026, 1, 31), last=date(2026, 1, 31))).total.faxes == 1
    assert {count.time_zone for count in FaxCounts.objects.all()} == {"America/New_York"}


def test_a_quantile_differs_by_three_percent_at_most() -> None:
    rng = random.Random(7)
    times = sorted(rng.lognormvariate(2, 2) + 0.1 for _time in range(500))
    classes = Counter(str(counts.duration_class(time)) for time in times)
    for share, exact in ((0.5, times[249]), (0.95, times[474])):
        found = quantile(classes, share)
        assert found == pytest.approx(exact, rel=0.03)
    assert quantile({}, 0.5) is None


def test_an_update_without_changes_writes_nothing() -> None:
    count_everything(Clock())
    with connection.execute_wrapper(no_writing):
        update_counts(Clock())


def no_writing(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert sql.startswith("SELECT"), sql
    return execute(sql, params, many, context)
