"""What all requests to the simulator share: its configuration, its script and what it received."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from .config import Config
from .faults import Script
from .fax_store import FaxStore


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """A request as it was received, for tests that check its path and headers."""

    operation: str
    method: str
    target: str
    """Path and query, as sent."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, operation: str, request: web.Request) -> "ReceivedRequest":
        """The record of a request of aiohttp, without its body."""
        headers = tuple(request.headers.items())
        return cls(
            operation=operation, method=request.method, target=request.raw_path, headers=headers
        )


@dataclass(kw_only=True)
class SimulatorState:
    """What all handlers share, in one event loop."""

    config: Config
    fax_store: FaxStore
    script: Script
    clock: Callable[[], float]
    """Seconds since 1970."""
    url: str = ""
    storage_url: str = ""
    requests: deque[ReceivedRequest] = field(default_factory=lambda: deque(maxlen=1000))
    serving: set[asyncio.Task[object]] = field(default_factory=set)
    """The tasks of requests that are being served."""
    first_config: Config = field(init=False)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.first_config = self.config

    def now(self) -> datetime:
        """The time by `clock`, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

    async def notify(self) -> None:
        """Wake the tasks that wait in `wait_for`."""
        async with self.changed:
            self.changed.notify_all()

    async def wait_for(self, is_true: Callable[[], bool]) -> None:
        """Wait until `is_true` returns True. It may read the script and `serving`."""
        async with self.changed:
            await self.changed.wait_for(is_true)

    async def break_off(self) -> None:
        """Cancel every request that is being served or held. The store notes their outcomes."""
        running = list(self.serving)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def reset(self) -> None:
        """Restore the first configuration, and forget the script and all that was received."""
        self.config = self.first_config
        self.script.forget()
        self.fax_store.clear()
        self.requests.clear()


STATE = web.AppKey("state", SimulatorState)
