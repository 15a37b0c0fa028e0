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
    # Older clients write unifiedapi. Every path may end with a slash: the vendor's endpoint table
    # and its samples differ, and so do its clients.
    api, slash = "/{api:uapi|unifiedapi}", "{slash:/?}"
    faxes = f"{api}/faxes/{{user:[^/]*}}/{{extension:[^/]+?}}{slash}"
    extensions = f"{api}/extensions/{{user}}/{{extension}}/presence{slash}"
    return [
        web.post("/oauth/token.php", handler("token", token, token_error)),
        web.get(extensions, handler("presence", presence, api_error)),
        web.post(faxes, handler("create", create_fax, api_error)),
    ]


def fallback() -> list[web.RouteDef]:
    """The route of all other paths: its answer is JSON, too, as the vendor's client expects it."""
    return [web.route("*", "/{path:.*}", _unknown)]


async def _unknown(request: web.Request) -> web.Response:
    error = api_error(404, "not_found", "There is no such method.")
    return web.Response(status=error.status, body=error.body, headers=error.headers)


async def presence(exchange: Exchange) -> Response:
    """List `count` extensions with their status, from `startIndex` on. 204 means no extension.

    The path names one extension, or `@self` for all extensions of the user.
    """
    await exchange.reach("before")
    check_signed_in(exchange)
    user, asked = exchange.request.match_info["user"], exchange.request.match_info["extension"]
    if user not in USERS or (user == "@owner" and asked == "@self"):
        raise ApiRefusal(400, "user_invalid", "Invalid user.")
    if asked not in ("@self", *exchange.state.config.extensions):
        raise ApiRefusal(400, "extension_invalid", "Invalid extension.")
    await exchange.reach("received")
    config = exchange.state.config
    start, count = _number(exchange, "startIndex", 0), _number(exchange, "count", 20)
    all_numbers = config.extensions if asked == "@self" else (asked,)
    numbers = all_numbers[start : start + min(count, LARGEST_PAGE)]
    await exchange.reach("done")
    if not numbers:
        return Response(204)
    page = {
        "entry": [
            {"status": "1", "extension": number, "registration": [{"agent": "simulated"}]}
            for number in numbers
        ],
        "totalResults": len(all_numbers),
        "itemsPerPage": count,
    }
    wrapped = ("wrapped",) if config.wrap_presence else ()
    return Response(200, *alter(page, wrapped + exchange.alterations))


def _number(exchange: Exchange, name: str, default: int) -> int:
    text = exchange.request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ApiRefusal(400, "request_invalid", f"{name} is a number.")
    return int(text)
