"""Which database and which data directory belong together."""

from __future__ import annotations

import uuid

from django.db import models


class Installation(models.Model):
    """This database: its id, and where it was when it was last known to be the original.

    There is one row. `faxportal.faxes.installation` reads it and compares it with the marker in the
    data directory. A copy of the database has the same row, but is in another place.
    """

    #: The marker in the data directory names the same id.
    database_id = models.UUIDField(default=uuid.uuid4)
    #: Where the database is: see `installation.database_place`.
    place = models.TextField()
    #: PostgreSQL's timeline, which each failover raises; "" on SQLite.
    timeline = models.CharField(max_length=20, blank=True)
    #: The identity of the data directory's file that changes with each event; see
    #: `installation.recent_events`.
    memory = models.TextField(blank=True)
    #: The place and timeline at which this database was last secured as a copy; "" if it was not,
    #: or if it counts as the original again.
    secured_for = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="installation_is_one_row")
        ]

    def __str__(self) -> str:
        return f"database {self.database_id}"


class RecordGap(models.Model):
    """A time about which the record says nothing: an older state of the database replaced it.

    That older state is a restored backup, a copy, or a standby that lagged. It lacks what was done
    in that time: faxes may have been sent, cancelled or changed.
    """

    #: The moment of the last event in the database.
    begins_at = models.DateTimeField()
    #: The moment at which all faxes were secured; None until then.
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="record_gap_one_open", condition=models.Q(ends_at=None)
            )
        ]
        indexes = [models.Index(fields=["-ends_at"], name="record_gap_by_end")]

    def __str__(self) -> str:
        return f"gap {self.pk}"
