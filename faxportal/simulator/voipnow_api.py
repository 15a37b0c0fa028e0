"""VoipNow's origin: its routes, and the presence list of extensions.

Sources: the vendor's page of the fax service, and the UnifiedAPI 3 pages for everything else.
"""

from aiohttp import web

from .config import USERS
from .create_fax import create_fax
from .fault_injection import Exchange, handler
from .response_alterations import alter
from .responses import ApiRefusal, Response, api_error, token_error
from .sign_in import check_signed_in, token

LARGEST_PAGE = 5000


def routes() -> list[web.RouteDef]:
    """The routes of VoipNow's API."""
    # In the endpoint table of the vendor's page, the path has no slash at its end. In the page's
    # sample, it has a slash there.
    faxes = "/uapi/faxes/{user:[^/]*}/{extension:[^/]+}"
    return [
        web.post("/oauth/token.php", handler("token", token, token_error)),
        web.get("/uapi/extensions/{user}/@self/presence", handler("presence", presence, api_error)),
        web.post(faxes, handler("create", create_fax, api_error)),
        web.post(f"{faxes}/", handler("create", create_fax, api_error)),
    ]


async def presence(exchange: Exchange) -> Response:
    """List `count` extensions with their status, from `startIndex` on. 204 means no extension."""
    await exchange.reach("before")
    check_signed_in(exchange)
    if exchange.request.match_info["user"] not in USERS:
        raise ApiRefusal(400, "user_invalid", "Invalid user.")
    await exchange.reach("received")
    config = exchange.state.config
    start, count = _number(exchange, "startIndex", 0), _number(exchange, "count", 20)
    numbers = config.extensions[start : start + min(count, LARGEST_PAGE)]
    await exchange.reach("done")
    if not numbers:
        return Response(204)
    page = {
        "entry": [
            {"status": "1", "extension": number, "registration": [{"agent": "simulated"}]}
            for number in numbers
        ],
        "totalResults": len(config.extensions),
        "itemsPerPage": count,
    }
    wrapped = ("wrapped",) if config.wrap_presence else ()
    return Response(200, *alter(page, wrapped + exchange.alterations))


def _number(exchange: Exchange, name: str, default: int) -> int:
    text = exchange.request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ApiRefusal(400, "request_invalid", f"{name} is a number.")
    return int(text)
