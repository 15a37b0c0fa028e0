"""VoipNow's origin: what is where, and the list of extensions.

Sources: the vendor's page of the service; where it is silent, the UnifiedAPI 3 pages.
"""

from aiohttp import web

from .alterations import alter
from .answers import Answer, ApiRefusal, api_error, token_error
from .call import Call, handler
from .config import USERS
from .create import create
from .signin import check_signed_in, token

LARGEST_PAGE = 5000


def routes() -> list[web.RouteDef]:
    # The page's endpoint table has no slash at the end, its sample has one.
    faxes = "/uapi/faxes/{user:[^/]*}/{extension:[^/]+}"
    return [
        web.post("/oauth/token.php", handler("token", token, token_error)),
        web.get("/uapi/extensions/{user}/@self/presence", handler("presence", presence, api_error)),
        web.post(faxes, handler("create", create, api_error)),
        web.post(f"{faxes}/", handler("create", create, api_error)),
    ]


async def presence(call: Call) -> Answer:
    """List the extensions with their status, `count` from `startIndex` on; 204 where none is."""
    await call.reach("before")
    check_signed_in(call)
    if call.request.match_info["user"] not in USERS:
        raise ApiRefusal(400, "user_invalid", "Invalid user.")
    await call.reach("received")
    config = call.world.config
    start, count = _number(call, "startIndex", 0), _number(call, "count", 20)
    numbers = config.extensions[start : start + min(count, LARGEST_PAGE)]
    await call.reach("done")
    if not numbers:
        return Answer(204)
    page = {
        "entry": [
            {"status": "1", "extension": number, "registration": [{"agent": "simulated"}]}
            for number in numbers
        ],
        "totalResults": len(config.extensions),
        "itemsPerPage": count,
    }
    wrapped = ("wrapped",) if config.wrap_presence else ()
    return Answer(200, *alter(page, wrapped + call.alterations))


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ApiRefusal(400, "request_invalid", f"{name} is a number.")
    return int(text)
