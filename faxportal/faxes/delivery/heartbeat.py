"""Heartbeats: each worker says regularly that it is alive."""

from __future__ import annotations

from datetime import timedelta

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import WorkerHeartbeat

BEAT_EVERY_SECONDS = 10.0
_FORGET_AFTER = timedelta(days=1)


class Heartbeat:
    """The heartbeat of one worker, in a row of its own; `name` tells workers apart."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._beat_at = 0.0

    def beat(self) -> None:
        """Write that the worker is alive, at most once every `BEAT_EVERY_SECONDS`."""
        if self._clock.monotonic() < self._beat_at:
            return
        self._beat_at = self._clock.monotonic() + BEAT_EVERY_SECONDS
        now = self._clock.now()
        WorkerHeartbeat.objects.update_or_create(name=self._name, defaults={"seen_at": now})
        WorkerHeartbeat.objects.filter(seen_at__lt=now - _FORGET_AFTER).delete()

    def leave(self) -> None:
        """Remove the worker's row at an orderly stop. A worker that is killed leaves its row."""
        WorkerHeartbeat.objects.filter(name=self._name).delete()


def is_any_worker_alive(clock: Clock) -> bool:
    """Whether any worker had a heartbeat within `GONE_AFTER`."""
    return WorkerHeartbeat.objects.alive(clock.now()).exists()
