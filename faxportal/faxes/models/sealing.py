"""How far the event log is covered by seals. `faxes.record.sealing` writes and reads the row."""

from __future__ import annotations

from django.db import models


class SealingProgress(models.Model):
    """Up to which event the event logs of all faxes are sealed. There is one row.

    The row only saves work: verifying does not rely on it.
    """

    last_event_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="sealing_progress_is_one_row")
        ]

    def __str__(self) -> str:
        return f"sealed up to event {self.last_event_id}"
