"""The control API: scripting the simulator and reading what it counted, over HTTP.

The paths are listed in the package's docstring. Bodies and answers are JSON.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from typing import Any

from aiohttp import web

from .call import WORLD, World
from .config import Config
from .faults import Fault
from .record import File

PREFIX = "/_simulator"


def routes() -> list[web.RouteDef]:
    return [
        web.get(PREFIX, info),
        web.patch(PREFIX, configure),
        web.get(f"{PREFIX}/report", _reads(lambda world: asdict(world.record.report()))),
        web.get(f"{PREFIX}/faxes", _reads(lambda world: [asdict(f) for f in world.record.faxes()])),
        web.get(f"{PREFIX}/faxes/{{fax:[0-9]+}}/files/{{position:[0-9]+}}", stored_file),
        web.get(f"{PREFIX}/requests", _reads(lambda world: [asdict(seen) for seen in world.seen])),
        web.get(
            f"{PREFIX}/faults",
            _reads(lambda world: [rule.as_json() for rule in world.script.rules]),
        ),
        web.post(f"{PREFIX}/faults", add_fault),
        web.delete(f"{PREFIX}/faults", _does(lambda world: world.script.forget())),
        web.post(f"{PREFIX}/release", _does(lambda world: world.script.release())),
        web.post(f"{PREFIX}/expire", _does(lambda world: world.record.expire_targets())),
        web.post(f"{PREFIX}/revoke", _does(lambda world: world.record.revoke_tokens())),
        web.post(f"{PREFIX}/reset", _does(lambda world: world.reset())),
        web.get(f"{PREFIX}/held", held),
        web.get(f"{PREFIX}/idle", idle),
    ]


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _reads(read: Callable[[World], Any]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return web.json_response(read(request.app[WORLD]))

    return handle


def _does(do: Callable[[World], None]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        do(request.app[WORLD])
        return web.Response(status=204)

    return handle


async def info(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response(
        {"url": world.url, "storage_url": world.storage_url, "config": asdict(world.config)}
    )


async def configure(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    try:
        world.config = replace(world.config, **_frozen(await request.json()))
    except (TypeError, ValueError):
        names = ", ".join(field.name for field in fields(Config))
        return _refused(f"A JSON object with some of: {names}")
    return await info(request)


async def add_fault(request: web.Request) -> web.Response:
    try:
        fault = Fault(**_frozen(await request.json()))
    except (TypeError, ValueError) as problem:
        return _refused(str(problem))
    request.app[WORLD].script.add(fault)
    return web.Response(status=204)


async def stored_file(request: web.Request) -> web.StreamResponse:
    """Serve one stored file's bytes, as a download whatever they are."""
    world = request.app[WORLD]
    file = _file(world, int(request.match_info["fax"]), int(request.match_info["position"]))
    if file is None or not file.stored:
        return web.json_response({"error": "No such file is stored."}, status=404)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(world.record.path_of(file), headers=headers)


async def held(request: web.Request) -> web.Response:
    world, count = request.app[WORLD], int(request.query.get("count", "1"))
    await world.wait_for(lambda: world.script.held >= count)
    return web.Response(status=204)


async def idle(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    await world.wait_for(lambda: not world.serving)
    return web.Response(status=204)


def _file(world: World, fax_id: int, position: int) -> File | None:
    files = [file for fax in world.record.faxes(only=fax_id) for file in fax.files]
    return files[position - 1] if 0 < position <= len(files) else None


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}


def _refused(why: str) -> web.Response:
    return web.json_response({"error": why}, status=400)
