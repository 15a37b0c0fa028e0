"""What senders' browsers can't do, for whoever configures the storage."""

from __future__ import annotations

from django.db import models


class BlockedOrigin(models.Model):
    """A storage origin that a browser could not PUT to; its row goes once a PUT there worked."""

    #: Scheme, host and port.
    origin = models.CharField(max_length=300, unique=True)
    #: The portal's own origin, as the browser knows it: what the storage has to allow.
    portal = models.CharField(max_length=300)
    times = models.PositiveIntegerField(default=1)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"blocked origin {self.pk}"
