"""Time as a collaborator: code is given a `Clock`, and tests give one that they move by hand.

Due times and leases follow the database's clock, so that machines whose clocks differ agree. How
long a process waits by itself follows its own monotonic clock.
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
        """Now, as an aware datetime. On PostgreSQL it is the database server's; takes a query."""
        if connection.vendor == "sqlite":
            return timezone.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            value: datetime = cursor.fetchone()[0]
            return value

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment. They never go back."""
        return time.monotonic()
