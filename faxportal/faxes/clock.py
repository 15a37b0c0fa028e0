"""Time, as a collaborator: leases and due times follow the database's clock, so that machines
whose clocks differ agree; a holder's own patience follows its monotonic clock."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


def bounds_of_days(
    first: date | None, last: date | None
) -> tuple[datetime | None, datetime | None]:
    """The moment that the first day begins and the one after the last, in the current zone.

    None stays None: open.
    """
    return _start_of(first), _start_of(last and last + timedelta(days=1))


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time_of_day.min)) if day else None


class Clock:
    """The clock of production. Tests pass one that they move by hand."""

    def at_database(self) -> Now | datetime:
        """Now, for use in a query: the database fills it in."""
        return Now()

    def now(self) -> datetime:
        """Now, as an aware value, by the database's clock where that is another machine's."""
        if connection.vendor == "sqlite":
            return timezone.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            value: datetime = cursor.fetchone()[0]
            return value

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()
