"""Handling one request: noting it in the store, and applying the script's faults to it.

A handler gets an `Exchange` and returns a `Response`. It calls `reach` at each moment that the
script may name, and `reach` applies the fault that the script has for that moment.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress

from aiohttp import web

from .faults import Fault, Operation, Point
from .fax_store import File
from .responses import ErrorResponse, Refusal, Response
from .state import STATE, ReceivedRequest, SimulatorState

CHUNK_SIZE = 256 * 1024  # bytes


class Dropped(Exception):
    """The script reset the connection."""


class ScriptedResponse(Exception):
    """The script responds in place of the handler."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.status)
        self.fault = fault


class Exchange:
    """One request: the facts that its handler has, and the handler's additions to the response."""

    def __init__(self, state: SimulatorState, operation: Operation, request: web.Request) -> None:
        self.state, self.operation, self.request = state, operation, request
        self.recipients: tuple[str, ...] = ()
        self.files: tuple[str, ...] = ()
        self.alterations: tuple[str, ...] = ()
        self.headers: dict[str, str] = {}
        """Headers for the response, also if the response is a refusal."""
        self.received = 0
        """Bytes of the body that were read."""
        self.row = state.fax_store.add_request(operation, at=state.clock())
        self._half: int | None = (request.content_length or 0) // 2

    def concerns(self, recipients: Iterable[str], files: Iterable[str]) -> None:
        """Say which recipients and file names the request is about, as soon as that is known.

        A fault may be limited to a recipient or to a file name.
        """
        self.recipients, self.files = tuple(recipients), tuple(files)

    def uploads(self, file: File) -> None:
        """Say that the request uploads this file."""
        store = self.state.fax_store
        store.set_file(self.row, file)
        self.concerns(store.faxes(only=file.fax_id)[0].recipients, (file.name,))

    async def reach(self, point: Point) -> None:
        """Do what the script has for this moment. Raises `Dropped` and `ScriptedResponse`."""
        fault = self.state.script.take(self.operation, point, self.recipients, self.files)
        if fault is None:
            return
        match fault.do:
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "hold":
                released = self.state.script.hold()
                await self.state.notify()
                await released.wait()
            case "drop":
                reset(self.request)
                raise Dropped
            case "answer":
                raise ScriptedResponse(fault)
            case "alter":
                self.alterations += fault.alter

    async def count(self, size: int) -> None:
        """Count bytes of the body that were read. Reaches "middle" after half of the body."""
        self.received += size
        if self._half is not None and self.received > self._half:
            self._half = None
            await self.reach("middle")

    async def body(self) -> AsyncIterator[bytes]:
        """The body in chunks. Raises `ConnectionError` if it ends too early."""
        async for chunk in self.request.content.iter_chunked(CHUNK_SIZE):
            await self.count(len(chunk))
            yield chunk


def reset(request: web.Request) -> None:
    """Reset the connection (RST). `abort()` alone would close it with FIN."""
    transport = request.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


Serve = Callable[[Exchange], Awaitable[Response]]


def handler(
    operation: Operation, serve: Serve, error: ErrorResponse
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """An aiohttp handler that calls `serve`; `error` makes scripted errors in the API's form."""

    async def handle(request: web.Request) -> web.StreamResponse:
        state, task = request.app[STATE], asyncio.current_task()
        assert task is not None
        state.requests.append(ReceivedRequest.of(operation, request))
        state.serving.add(task)
        try:
            return await _respond(Exchange(state, operation, request), serve, error)
        finally:
            state.serving.discard(task)
            await state.notify()

    return handle


async def _respond(exchange: Exchange, serve: Serve, error: ErrorResponse) -> web.StreamResponse:
    outcome, hang_up = "broken off", False
    try:
        response = await serve(exchange)
        outcome = str(response.status)
    except Refusal as refusal:
        response = refusal.response()
        outcome = f"{response.status} {refusal.code}"
    except ScriptedResponse as scripted:
        response, hang_up = _scripted(scripted.fault, error), scripted.fault.hang_up
        outcome = f"{response.status} by the script"
    except (Dropped, ConnectionError) as lost:
        outcome = "dropped" if isinstance(lost, Dropped) else "cut"
        return web.Response()  # sent to nobody: the connection is gone
    finally:  # before the response is sent: whoever has the response can read the outcome
        exchange.state.fax_store.set_outcome(
            exchange.row, outcome=outcome, received=exchange.received
        )
    return await _send(exchange, response, hang_up=hang_up)


def _scripted(fault: Fault, error: ErrorResponse) -> Response:
    if fault.code and not fault.body:
        response = error(fault.status, fault.code, fault.message)
    else:
        response = Response(fault.status, fault.body.encode(), {"Content-Type": "text/plain"})
    return Response(response.status, response.body, {**response.headers, **fault.headers})


async def _send(exchange: Exchange, response: Response, *, hang_up: bool) -> web.StreamResponse:
    headers = {**exchange.headers, **response.headers}
    stream = web.StreamResponse(status=response.status, headers=headers)
    stream.content_length = len(response.body)
    half = len(response.body) // 2
    with suppress(Dropped, ConnectionError):
        await stream.prepare(exchange.request)
        await stream.write(response.body[:half])
        await exchange.reach("answering")
        await stream.write_eof(response.body[half:])
        await exchange.reach("answered")
        if hang_up and exchange.request.transport is not None:
            exchange.request.transport.abort()
    return stream
