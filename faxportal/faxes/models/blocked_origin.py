"""Storage origins that browsers can't upload to."""

from __future__ import annotations

from django.db import models


class BlockedOrigin(models.Model):
    """A storage origin that a browser could not PUT to. The next PUT that works deletes the row."""

    #: Scheme, host and port of the storage.
    origin = models.CharField(max_length=300, unique=True)
    #: The portal's own origin, as the browser knows it. The storage must allow this origin (CORS).
    portal_origin = models.CharField(max_length=300)
    #: How many files browsers could not PUT to the origin.
    failures = models.PositiveIntegerField(default=1)
    #: When a PUT to the origin last failed.
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"blocked origin {self.pk}"
