"""Which servers and storage origins rest: they failed or were busy, and get no calls for now."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Now


class CircuitQuerySet(models.QuerySet["Circuit"]):
    """Circuits by their state."""

    def open(self, now: Now | datetime) -> CircuitQuerySet:
        """The circuits of servers and origins that rest at this moment."""
        return self.filter(rests_until__gt=now)

    def failing(self) -> CircuitQuerySet:
        """The circuits of servers and origins that have failed since they last answered."""
        return self.exclude(failing_since=None).order_by("failing_since", "origin")


class Circuit(models.Model):
    """What the portal knows about one VoipNow server, or one origin of VoipNow's storage.

    All workers share the row, and `delivery.circuits` writes it. A server that fails, or that asks
    the portal to wait, rests for a while. While a server rests, no call to it begins.
    """

    #: A server as connections have it (`Connection.server`), or scheme, host and port of a storage.
    origin = models.CharField(max_length=300, unique=True)
    #: For a server: the storage origin of the last fax resource that the server created. Empty
    #: before the server's first fax resource, and for a storage.
    storage_origin = models.CharField(max_length=300, blank=True)
    #: Failures in a row. A failed call that began before the last failure doesn't count once more.
    failures = models.PositiveIntegerField(default=0)
    #: When the first of the failures in a row was; None for a server that answers.
    failing_since = models.DateTimeField(null=True)
    #: When the last of the failures in a row was.
    failed_at = models.DateTimeField(null=True)
    #: Until when the server rests. None, or a time in the past, allows calls.
    rests_until = models.DateTimeField(null=True)
    #: The id of the handover that probes whether the server is back, and so may call it before
    #: `rests_until`.
    probed_by = models.BigIntegerField(null=True)
    #: Why the last call failed: a code of `voipnow.errors.Reason`.
    reason = models.CharField(max_length=50, blank=True)

    objects = CircuitQuerySet.as_manager()

    class Meta:
        ordering = ["origin"]

    def __str__(self) -> str:
        return f"circuit {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether the server rests at this moment."""
        return self.rests_until is not None and self.rests_until > now
