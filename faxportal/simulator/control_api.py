"""The control API: scripting the simulator and reading what it received, over HTTP.

The paths are listed in the package's docstring. Requests and responses are JSON.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from .config import Config
from .faults import Fault
from .fax_store import File
from .state import STATE, SimulatorState

PREFIX = "/_simulator"


def routes() -> list[web.RouteDef]:
    """The routes of the control API, which VoipNow's origin serves."""
    return [
        web.get(PREFIX, info),
        web.patch(PREFIX, configure),
        web.get(f"{PREFIX}/report", _reads(lambda state: asdict(state.fax_store.report()))),
        web.get(
            f"{PREFIX}/faxes", _reads(lambda state: [asdict(f) for f in state.fax_store.faxes()])
        ),
        web.get(f"{PREFIX}/faxes/{{fax:[0-9]+}}/files/{{position:[0-9]+}}", stored_file),
        web.get(
            f"{PREFIX}/requests", _reads(lambda state: [asdict(seen) for seen in state.requests])
        ),
        web.get(
            f"{PREFIX}/faults",
            _reads(lambda state: [rule.as_json() for rule in state.script.rules]),
        ),
        web.post(f"{PREFIX}/faults", add_fault),
        web.delete(f"{PREFIX}/faults", _does(lambda state: state.script.forget())),
        web.post(f"{PREFIX}/release", _does(lambda state: state.script.release())),
        web.post(f"{PREFIX}/expire", _does(lambda state: state.fax_store.expire_targets())),
        web.post(f"{PREFIX}/revoke", _does(lambda state: state.fax_store.revoke_tokens())),
        web.post(f"{PREFIX}/reset", _does(lambda state: state.reset())),
        web.get(f"{PREFIX}/held", held),
        web.get(f"{PREFIX}/idle", idle),
    ]


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _reads(read: Callable[[SimulatorState], Any]) -> Handler:
    """A handler that returns what `read` returns, as JSON."""

    async def handle(request: web.Request) -> web.Response:
        return web.json_response(read(request.app[STATE]))

    return handle


def _does(do: Callable[[SimulatorState], None]) -> Handler:
    """A handler that calls `do` and returns nothing."""

    async def handle(request: web.Request) -> web.Response:
        do(request.app[STATE])
        return web.Response(status=204)

    return handle


async def info(request: web.Request) -> web.Response:
    """Both origins and the configuration."""
    state = request.app[STATE]
    return web.json_response(
        {"url": state.url, "storage_url": state.storage_url, "config": asdict(state.config)}
    )


async def configure(request: web.Request) -> web.Response:
    """Change fields of the configuration."""
    state = request.app[STATE]
    try:
        state.config = replace(state.config, **_frozen(await request.json()))
    except (TypeError, ValueError):
        names = ", ".join(field.name for field in fields(Config))
        return _refused(f"A JSON object with some of: {names}")
    return await info(request)


async def add_fault(request: web.Request) -> web.Response:
    """Add a rule to the script."""
    try:
        fault = Fault(**_frozen(await request.json()))
    except (TypeError, ValueError) as problem:
        return _refused(str(problem))
    request.app[STATE].script.add(fault)
    return web.Response(status=204)


async def stored_file(request: web.Request) -> web.StreamResponse:
    """A stored file. Browsers download it, whatever it contains."""
    state = request.app[STATE]
    file = _file(state, int(request.match_info["fax"]), int(request.match_info["position"]))
    if file is None or not file.stored:
        return web.json_response({"error": "No such file is stored."}, status=404)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(state.fax_store.path_of(file), headers=headers)


async def held(request: web.Request) -> web.Response:
    """Respond when `count` requests are held."""
    state, count = request.app[STATE], int(request.query.get("count", "1"))
    await state.wait_for(lambda: state.script.held >= count)
    return web.Response(status=204)


async def idle(request: web.Request) -> web.Response:
    """Respond when no request is being served."""
    state = request.app[STATE]
    await state.wait_for(lambda: not state.serving)
    return web.Response(status=204)


def _file(state: SimulatorState, fax_id: int, position: int) -> File | None:
    files = [file for fax in state.fax_store.faxes(only=fax_id) for file in fax.files]
    return files[position - 1] if 0 < position <= len(files) else None


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}


def _refused(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)
