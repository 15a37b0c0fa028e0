"""One request on its way through the simulator: noted, faulted, answered.

A handler gets a Call, names each moment as it passes it (`reach`) and returns its answer; what
the script wants done at that moment is done here, and so are the record's rows.
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from .answers import Answer, ErrorAnswer, Refusal
from .config import Config
from .faults import Fault, Operation, Point, Script
from .record import File, Record

PIECE = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it came, for tests that look at its path and headers."""

    operation: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def of(cls, operation: str, request: web.Request) -> "Seen":
        headers = tuple(request.headers.items())
        return cls(
            operation=operation, method=request.method, target=request.raw_path, headers=headers
        )


@dataclass(kw_only=True)
class World:
    """All that the handlers share. One event loop only; `clock` returns seconds since 1970."""

    config: Config
    record: Record
    script: Script
    clock: Callable[[], float]
    url: str = ""
    storage_url: str = ""
    seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=1000))
    serving: set[asyncio.Task[object]] = field(default_factory=set)
    first_config: Config = field(init=False)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.first_config = self.config

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    async def notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def wait_for(self, happened: Callable[[], bool]) -> None:
        async with self.changed:
            await self.changed.wait_for(happened)

    async def break_off(self) -> None:
        """End every request that is being served, held ones too; the record notes it."""
        running = list(self.serving)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def reset(self) -> None:
        self.config = self.first_config
        self.script.forget()
        self.record.forget()
        self.seen.clear()


WORLD = web.AppKey("world", World)


class Dropped(Exception):
    """The script reset the connection."""


class Answered(Exception):
    """The script answers instead."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.status)
        self.fault = fault


class Call:
    def __init__(self, world: World, operation: Operation, request: web.Request) -> None:
        self.world, self.operation, self.request = world, operation, request
        self.recipients: tuple[str, ...] = ()
        self.files: tuple[str, ...] = ()
        self.alterations: tuple[str, ...] = ()
        self.headers: dict[str, str] = {}  # for whatever is answered
        self.received = 0
        self.row = world.record.open_call(operation, at=world.clock())
        self._middle: int | None = (request.content_length or 0) // 2

    def concerns(self, recipients: Iterable[str], files: Iterable[str]) -> None:
        """Say what a rule may ask for, once that is known."""
        self.recipients, self.files = tuple(recipients), tuple(files)

    def uploads(self, file: File) -> None:
        record = self.world.record
        record.call_is_for(self.row, file)
        self.concerns(record.faxes(only=file.fax_id)[0].recipients, (file.name,))

    async def reach(self, point: Point) -> None:
        """Carry out what the script has for this moment. Raises Dropped or Answered."""
        fault = self.world.script.take(self.operation, point, self.recipients, self.files)
        if fault is None:
            return
        match fault.do:
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "hold":
                released = self.world.script.hold()
                await self.world.notify()
                await released.wait()
            case "drop":
                reset(self.request)
                raise Dropped
            case "answer":
                raise Answered(fault)
            case "alter":
                self.alterations += fault.alter

    async def took(self, size: int) -> None:
        """Count bytes of the body; the one that passes its half passes "middle"."""
        self.received += size
        if self._middle is not None and self.received > self._middle:
            self._middle = None
            await self.reach("middle")

    async def body(self) -> AsyncIterator[bytes]:
        """The body in the pieces it comes in. Raises ConnectionError where it ends too early."""
        async for piece in self.request.content.iter_chunked(PIECE):
            await self.took(len(piece))
            yield piece


def reset(request: web.Request) -> None:
    """End the connection by RST, not by the orderly FIN that abort() alone would send."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


Serve = Callable[[Call], Awaitable[Answer]]


def handler(
    operation: Operation, serve: Serve, error: ErrorAnswer
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make an aiohttp handler of `serve`; `error` words an error in the operation's own form."""

    async def handle(request: web.Request) -> web.StreamResponse:
        world, task = request.app[WORLD], asyncio.current_task()
        assert task is not None
        world.seen.append(Seen.of(operation, request))
        world.serving.add(task)
        try:
            return await _answer(Call(world, operation, request), serve, error)
        finally:
            world.serving.discard(task)
            await world.notify()

    return handle


async def _answer(call: Call, serve: Serve, error: ErrorAnswer) -> web.StreamResponse:
    outcome, hang_up = "broken off", False
    try:
        answer = await serve(call)
        outcome = str(answer.status)
    except Refusal as refusal:
        answer = refusal.answer()
        outcome = f"{answer.status} {refusal.code}"
    except Answered as answered:
        answer, hang_up = _scripted(answered.fault, error), answered.fault.hang_up
        outcome = f"{answer.status} by the script"
    except (Dropped, ConnectionError) as lost:
        outcome = "dropped" if isinstance(lost, Dropped) else "cut"
        return web.Response()  # to nobody: the connection is gone
    finally:  # noted before it is sent, so that who has the answer finds the record
        call.world.record.close_call(call.row, outcome=outcome, received=call.received)
    return await _send(call, answer, hang_up=hang_up)


def _scripted(fault: Fault, error: ErrorAnswer) -> Answer:
    if fault.code and not fault.body:
        answer = error(fault.status, fault.code, fault.message)
    else:
        answer = Answer(fault.status, fault.body.encode(), {"Content-Type": "text/plain"})
    return Answer(answer.status, answer.body, {**answer.headers, **fault.headers})


async def _send(call: Call, answer: Answer, *, hang_up: bool) -> web.StreamResponse:
    headers = {**call.headers, **answer.headers}
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = len(answer.body)
    half = len(answer.body) // 2
    with suppress(Dropped, ConnectionError):
        await response.prepare(call.request)
        await response.write(answer.body[:half])
        await call.reach("answering")
        await response.write_eof(answer.body[half:])
        await call.reach("answered")
        if hang_up and call.request.transport is not None:
            call.request.transport.abort()
    return response
