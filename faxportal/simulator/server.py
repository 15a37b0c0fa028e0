"""Running the simulator's two origins: until a signal, or in a thread while a test runs."""

import asyncio
import signal
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from . import control_api, status_page, storage_api, voipnow_api
from .config import Config
from .control_client import Simulator
from .faults import Script
from .fax_store import FaxStore
from .state import STATE, SimulatorState

HOST = "127.0.0.1"
#: Bytes of each connection's receive buffer. A system may let the buffer grow to tens of megabytes;
#: then a client could send a whole request while the simulator holds that request at "middle".
UNREAD_BYTES = 1024 * 1024

#: Where to listen: a port (0 for a free one), or a socket that listens already.
Place = int | socket.socket


#: A simulator in another thread: its event loop, the event that stops it, and its URL.
Running = tuple[asyncio.AbstractEventLoop, asyncio.Event, str]


class PortTaken(Exception):
    """Another program listens on the port."""


@asynccontextmanager
async def serving(
    *,
    folder: Path,
    config: Config,
    port: Place = 0,
    storage_port: Place = 0,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[SimulatorState]:
    """Serve both origins while the context lasts. Raises `PortTaken`.

    `clock` returns seconds since 1970.
    """
    state = SimulatorState(config=config, fax_store=FaxStore(folder), script=Script(), clock=clock)
    runners: list[web.AppRunner] = []
    try:
        state.url = await _listen(
            runners,
            state,
            [
                *voipnow_api.routes(),
                *control_api.routes(),
                *status_page.routes(),
                *voipnow_api.fallback(),
            ],
            port,
        )
        state.storage_url = await _listen(runners, state, storage_api.routes(), storage_port)
        yield state
    finally:
        await state.break_off()
        for runner in runners:
            await runner.cleanup()
        state.fax_store.close()


async def _listen(
    runners: list[web.AppRunner], state: SimulatorState, routes: list[web.RouteDef], place: Place
) -> str:
    app = web.Application()
    app[STATE] = state
    app.add_routes(routes)
    # Compressed bodies are not decompressed. There is no access log, because it would contain
    # signed URLs. All requests have been cancelled before the shutdown, so the time-out of the
    # shutdown (seconds) is short.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    runners.append(runner)
    await runner.setup()
    await web.SockSite(runner, _listener(place)).start()
    return f"http://{HOST}:{runner.addresses[0][1]}"


def _listener(place: Place) -> socket.socket:
    """The socket that listens at a place. Raises `PortTaken`."""
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
    """The folder, created if need be; for None a temporary folder, which is deleted afterwards."""
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
    """Serve until SIGTERM or SIGINT. `announce` is called with both origins when they are served.

    Raises `PortTaken`.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with folder_or_temporary(folder) as place:
        async with serving(
            folder=place, config=config, port=port, storage_port=storage_port
        ) as state:
            announce(state.url, state.storage_url)
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
    """Run a simulator in a thread while the context lasts; `settings` are fields of `Config`.

    Without `folder`, a temporary folder is used. Raises `PortTaken`.
    """
    ready: Future[Running] = Future()
    with folder_or_temporary(folder) as place:
        server = serving(
            folder=place,
            config=Config(**settings),
            port=port,
            storage_port=storage_port,
            clock=clock,
        )
        runner = threading.Thread(target=_run, args=(server, ready), name="simulator")
        runner.start()
        try:
            loop, stop, url = ready.result()
            try:
                yield Simulator(url)
            finally:
                loop.call_soon_threadsafe(stop.set)
        finally:
            runner.join()


def _run(server: AbstractAsyncContextManager[SimulatorState], ready: Future[Running]) -> None:
    """Serve until stopped. `ready` gets the running simulator, or the exception of the start."""

    async def serve() -> None:
        stop = asyncio.Event()
        async with server as state:
            ready.set_result((asyncio.get_running_loop(), stop, state.url))
            await stop.wait()

    try:
        asyncio.run(serve())
    except BaseException as problem:
        if ready.done():
            raise
        ready.set_exception(problem)
