"""What was counted of the faxes of a day or a month; `faxes/stats/counts.py` writes and sums them.

Nothing here is a truth of its own: each row can be counted anew from the faxes.
"""

from __future__ import annotations

from django.db import models


class Count(models.Model):
    """The faxes submitted in one span of days, by the calendar of one zone.

    Each figure is a JSON object of what → how many. Read whole, never searched.
    """

    class Span(models.TextChoices):
        DAY = "day"
        MONTH = "month"

    #: Name of the time zone whose days these are.
    zone = models.CharField(max_length=64)
    span = models.CharField(max_length=5, choices=Span)
    #: The first day of the span.
    first = models.DateField()
    #: All that was committed before is in it.
    counted_at = models.DateTimeField()
    #: By state.
    states = models.JSONField()
    #: By the sender's id.
    senders = models.JSONField()
    #: By the extension's number.
    extensions = models.JSONField()
    #: Failed and partly failed ones by reason; one counts for each of its reasons.
    reasons = models.JSONField()
    #: Those handed over by how long it took: see `counting.class_of`.
    durations = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "span", "first"], name="count_once"),
            models.CheckConstraint(
                condition=models.Q(span__in=["day", "month"]), name="count_span_is_known"
            ),
        ]
        indexes = [
            # Whose count is the oldest.
            models.Index(fields=["zone", "span", "counted_at"], name="count_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.span} from {self.first}"


class Counting(models.Model):
    """How far counting has come, by the calendar of one zone."""

    zone = models.CharField(max_length=64, unique=True)
    #: All events up to this one are in the counts.
    event_id = models.BigIntegerField()
    #: The counts hold all that was committed before.
    counted_at = models.DateTimeField()
    #: Days from this one on are counted; older ones follow.
    since = models.DateField()
    #: No older day has faxes.
    is_whole = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"counting by {self.zone}"
