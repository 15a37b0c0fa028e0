"""Time, as a collaborator: leases and due times follow the database's clock, so that machines
whose clocks differ agree; a holder's own patience follows its monotonic clock."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


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
