"""Runs the two origins: in this process until told to stop, or in a thread for a test."""

import asyncio
import signal
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from . import api, control, page, storage
from .call import WORLD, World
from .config import Config
from .faults import Script
from .handle import Simulator
from .record import Record

HOST = "127.0.0.1"
#: What a connection may hold unread; its connections inherit it. Left to itself, a system lets it
#: grow to tens of megabytes, and a request that is held in its middle has left its sender whole.
UNREAD_BYTES = 1024 * 1024

#: Where to listen: a port of this machine, 0 for a free one, or a socket that listens already.
Place = int | socket.socket


class PortTaken(Exception):
    """Another program listens there."""


@asynccontextmanager
async def serving(
    *,
    folder: Path,
    config: Config,
    port: Place = 0,
    storage_port: Place = 0,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[World]:
    """Serve both origins while the context lasts. Raises PortTaken."""
    world = World(config=config, record=Record(folder), script=Script(), clock=clock)
    runners: list[web.AppRunner] = []
    try:
        world.url = await _listen(
            runners, world, [*api.routes(), *control.routes(), *page.routes()], port
        )
        world.storage_url = await _listen(runners, world, storage.routes(), storage_port)
        yield world
    finally:
        await world.break_off()
        for runner in runners:
            await runner.cleanup()
        world.record.close()


async def _listen(
    runners: list[web.AppRunner], world: World, routes: list[web.RouteDef], place: Place
) -> str:
    app = web.Application()
    app[WORLD] = world
    app.add_routes(routes)
    # Bodies stay as sent; no access log, for it would hold signed URLs. Requests have been broken
    # off when the time-out (seconds) begins.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    runners.append(runner)
    await runner.setup()
    await web.SockSite(runner, _listener(place)).start()
    return f"http://{HOST}:{runner.addresses[0][1]}"


def _listener(place: Place) -> socket.socket:
    """The socket that listens there; raises `PortTaken`."""
    if isinstance(place, socket.socket):
        listener = place
    else:
        try:
            listener = socket.create_server((HOST, place))
        except OSError as problem:
            raise PortTaken(f"Port {place} is taken by another program.") from problem
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
    return listener


@contextmanager
def folder_or_temporary(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="simulator-") as name:
            yield Path(name)


async def serve_until_signal(
    *,
    folder: Path | None,
    config: Config,
    port: Place,
    storage_port: Place,
    announce: Callable[[str, str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; `announce` gets both origins when they answer."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    with folder_or_temporary(folder) as place:
        async with serving(
            folder=place, config=config, port=port, storage_port=storage_port
        ) as world:
            announce(world.url, world.storage_url)
            await stop.wait()


@contextmanager
def running_simulator(
    *,
    folder: Path | None = None,
    port: int = 0,
    storage_port: int = 0,
    clock: Callable[[], float] = time.time,
    **settings: Any,
) -> Iterator[Simulator]:
    """Run a simulator in a thread while the context lasts; `settings` are Config's fields."""
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()

    async def run(folder: Path) -> None:
        stop = asyncio.Event()
        async with serving(
            folder=folder,
            config=Config(**settings),
            port=port,
            storage_port=storage_port,
            clock=clock,
        ) as world:
            ready.set_result((asyncio.get_running_loop(), stop, world.url))
            await stop.wait()

    def thread(folder: Path) -> None:
        try:
            asyncio.run(run(folder))
        except BaseException as problem:
            if ready.done():
                raise
            ready.set_exception(problem)

    with folder_or_temporary(folder) as place:
        runner = threading.Thread(target=thread, args=(place,), name="simulator")
        runner.start()
        try:
            loop, stop, url = ready.result()
            try:
                yield Simulator(url)
            finally:
                loop.call_soon_threadsafe(stop.set)
        finally:
            runner.join()
