"""Attempts to call VoipNow or its storage. Only the code in `faxes/delivery/` changes the rows."""

from __future__ import annotations

from django.db import models

from faxportal.voipnow.errors import Outcome


class Attempt(models.Model):
    """One call to VoipNow or to storage. The row is committed before the call's first byte.

    An attempt without `closed_at` is still under way, or its caller is gone. If the caller is gone,
    nobody knows how the call ended.
    """

    handover = models.ForeignKey(
        "faxes.Handover", on_delete=models.CASCADE, related_name="attempts"
    )
    #: None for a call that creates the fax resource.
    upload = models.ForeignKey(
        "faxes.Upload", on_delete=models.CASCADE, null=True, related_name="attempts"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: For an upload by the browser: after this time the browser counts as gone. Each report of the
    #: browser moves the time. None for a call that the portal makes.
    browser_until = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.value) for outcome in Outcome], blank=True
    )
    reason = models.CharField(max_length=50, blank=True)
    #: HTTP status of the answer; None if no answer came.
    status = models.PositiveSmallIntegerField(null=True)
    server_message = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "attempts"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(
                    closed_at__isnull=False, outcome__in=[outcome.value for outcome in Outcome]
                ),
                name="attempt_is_open_or_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
