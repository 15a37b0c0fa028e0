"""Time as a parameter: code takes a `Clock`, and tests pass a clock that they set.

Due times and leases follow the database's clock, so that machines agree even if their own clocks
differ. The pauses within one process follow the process's own monotonic clock.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


class Clock:
    """The clock of production."""

    def at_database(self) -> Now | datetime:
        """Now, for use inside a query: the database fills in its own time."""
        return Now()

    def now(self) -> datetime:
        """Now, as an aware datetime. On PostgreSQL a query asks for the server's time."""
        if connection.vendor == "sqlite":
            return timezone.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            value: datetime = cursor.fetchone()[0]
            return value

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment; they never decrease."""
        return time.monotonic()
