"""When each worker was last alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

#: A worker counts as gone when its last heartbeat is longer ago than this.
GONE_AFTER = timedelta(seconds=60)


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    """Heartbeats by age."""

    def alive(self, now: datetime) -> WorkerHeartbeatQuerySet:
        """The heartbeats of workers that count as running."""
        return self.filter(seen_at__gte=now - GONE_AFTER)


class WorkerHeartbeat(models.Model):
    """When a worker was last alive. `delivery.heartbeat` writes and reads these rows."""

    #: Host name and process id of the worker.
    name = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField()

    objects = WorkerHeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
