"""Counts of the faxes of a day or a month. `stats.counts` writes these rows.

Each row can be counted again from the faxes.
"""

from __future__ import annotations

from django.db import models


class FaxCounts(models.Model):
    """Counts of the faxes that were submitted in one day or month, by the days of a time zone.

    Each JSON field is an object: value → number of faxes. No query searches in these objects.
    """

    class Period(models.TextChoices):
        """How many days a row covers."""

        DAY = "day"
        MONTH = "month"

    #: Name of the time zone, e.g. "Europe/Berlin".
    time_zone = models.CharField(max_length=64)
    period = models.CharField(max_length=5, choices=Period)
    #: The first day of the period.
    first_day = models.DateField()
    #: Every change that was committed before this moment is in the counts.
    counted_at = models.DateTimeField()
    #: By `FaxState`.
    states = models.JSONField()
    #: By the sender's id.
    senders = models.JSONField()
    #: By the number of the extension.
    extensions = models.JSONField()
    #: Failed and partly handed over faxes by reason. A fax with several reasons counts for each of
    #: its reasons.
    reasons = models.JSONField()
    #: Faxes that were handed over, by how long that took: see `stats.counts.duration_class`.
    durations = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["time_zone", "period", "first_day"], name="count_once"),
            models.CheckConstraint(
                condition=models.Q(period__in=["day", "month"]), name="count_period_is_known"
            ),
        ]
        indexes = [
            # Finds the day whose count is the oldest.
            models.Index(fields=["time_zone", "period", "counted_at"], name="count_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.period} from {self.first_day}"


class CountingProgress(models.Model):
    """Up to which event, and back to which day, faxes are counted. One row for each time zone."""

    time_zone = models.CharField(max_length=64, unique=True)
    #: All events up to this id are in the counts.
    last_event_id = models.BigIntegerField()
    #: Every change that was committed before this moment is in the counts.
    counted_at = models.DateTimeField()
    #: This day and all later days are counted. Older days are counted next.
    first_day = models.DateField()
    #: Whether no day before `first_day` has faxes, so that every fax is counted.
    is_complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"counting in {self.time_zone}"
