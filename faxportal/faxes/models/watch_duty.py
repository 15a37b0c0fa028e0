"""When `manage.py watch` last did each of its duties."""

from __future__ import annotations

from django.db import models


class WatchDuty(models.Model):
    """One duty of `manage.py watch`. `maintenance.duties` writes and reads these rows."""

    name = models.CharField(max_length=20, unique=True)
    #: When a watch process last did all that the duty asks for.
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
