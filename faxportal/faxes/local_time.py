"""Days and times of day in the current time zone: the zone of the person who is signed in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import dateformat, timezone


def bounds_of_days(
    first: date | None, last: date | None
) -> tuple[datetime | None, datetime | None]:
    """The moment when the first day begins, and the moment when the last day has ended.

    If a day is None, its moment is None too, and there is no limit on that side.
    """
    return _start_of(first), _start_of(last and last + timedelta(days=1))


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def moment_text(at: datetime) -> str:
    """A moment as people read it, e.g. "14:05" for today or "2 Jan 2026, 14:05" for another day."""
    local = timezone.localtime(at)
    day, hour = local.date(), f"{local:%H:%M}"
    return hour if day == timezone.localdate() else f"{dateformat.format(day, 'j M Y')}, {hour}"


def is_today(at: datetime) -> bool:
    """Whether a moment is on the current day."""
    return timezone.localtime(at).date() == timezone.localdate()


def second_text(at: datetime) -> str:
    """A moment of today to the second, e.g. "14:05:09"."""
    return f"{timezone.localtime(at):%H:%M:%S}"
