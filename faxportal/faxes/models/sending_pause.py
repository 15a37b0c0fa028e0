"""Pauses of all sending."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SendingPauseQuerySet(models.QuerySet["SendingPause"]):
    """Pauses, past and present."""

    def active(self) -> SendingPauseQuerySet:
        """The pause that has not ended. There is never more than one such pause."""
        return self.filter(resumed_at=None)


class SendingPause(models.Model):
    """A time in which nothing is sent. People can submit faxes, and the faxes wait."""

    paused_at = models.DateTimeField()
    #: The admin who paused sending; None if the portal did so after a backup was restored.
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SendingPauseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Every active pause has the same constant in this unique index, so at most one pause is
            # active.
            models.UniqueConstraint(
                models.Value(1), name="pause_one_at_a_time", condition=models.Q(resumed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"

    @classmethod
    def is_on(cls) -> bool:
        """Whether sending is paused now."""
        return cls.objects.active().exists()
