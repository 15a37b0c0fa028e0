"""When each worker was last alive."""

from __future__ import annotations

from django.db import models


class WorkerHeartbeat(models.Model):
    """When a worker was last alive. `delivery.heartbeat` writes and reads these rows."""

    #: Host name and process id of the worker.
    name = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
