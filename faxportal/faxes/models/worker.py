from django.db import models


class WorkerSeen(models.Model):
    """When a worker last said that it is there: readiness asks for it."""

    name = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
