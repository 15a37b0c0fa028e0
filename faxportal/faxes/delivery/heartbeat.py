"""A worker saying that it is there."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import WorkerHeartbeat

BEAT_EVERY_SECONDS = 10.0
#: Not seen for so long, a worker counts as gone.
GONE_AFTER = timedelta(seconds=60)
_FORGET_AFTER = timedelta(days=1)


class Heartbeat:
    """One worker's row, kept fresh."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._beat_at = 0.0

    def beat(self) -> None:
        """Say so, every ten seconds at most."""
        if self._clock.monotonic() < self._beat_at:
            return
        self._beat_at = self._clock.monotonic() + BEAT_EVERY_SECONDS
        now = self._clock.now()
        WorkerHeartbeat.objects.update_or_create(name=self._name, defaults={"seen_at": now})
        WorkerHeartbeat.objects.filter(seen_at__lt=now - _FORGET_AFTER).delete()

    def leave(self) -> None:
        """Say goodbye: a worker that was stopped is not a worker that is missing."""
        WorkerHeartbeat.objects.filter(name=self._name).delete()


def is_any_worker_alive(clock: Clock) -> bool:
    """Whether some worker was seen lately."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=clock.now() - GONE_AFTER).exists()
