"""Signing in to the simulated VoipNow: token endpoint, bearer token, session cookies."""

from urllib.parse import parse_qsl

from aiohttp import BodyPartReader

from .config import ACCESS_TOKEN, APP_KEY, APP_SECRET, SESSION_COOKIES
from .fault_injection import Exchange
from .response_alterations import alter
from .responses import ApiRefusal, Response, TokenRefusal

LARGEST_FIELD = 4096  # bytes


async def token(exchange: Exchange) -> Response:
    """The token endpoint, for OAuth 2.0 client credentials. Other grants are not simulated."""
    await exchange.reach("before")
    form = await _form(exchange)
    await exchange.reach("received")
    if form is None:
        raise TokenRefusal(400, "invalid_request", "")
    if form.get("grant_type") != "client_credentials":
        raise TokenRefusal(400, "unsupported_grant_type", "")
    if (form.get("client_id"), form.get("client_secret")) != (APP_KEY, APP_SECRET):
        raise TokenRefusal(401, "invalid_client", "")
    state = exchange.state
    lifetime = state.config.token_lifetime
    access_token = state.fax_store.add_token(
        expires_at=state.clock() + lifetime, odd=state.config.odd_tokens
    )
    await exchange.reach("done")
    payload = {"access_token": access_token, "token_type": "Bearer", "expires_in": lifetime}
    return Response(200, *alter(payload, exchange.alterations))


async def _form(exchange: Exchange) -> dict[str, str] | None:
    """The fields of the form that the request has as its body; None if it has no form.

    The vendor's client of 2026 sends the fields URL-encoded, and its client of 2018 as multipart.
    """
    if exchange.request.content_type == "multipart/form-data":
        form = {}
        try:
            async for part in await exchange.request.multipart():
                if isinstance(part, BodyPartReader) and part.name:
                    content = await part.read_chunk(LARGEST_FIELD)
                    await exchange.count(len(content))
                    form[part.name] = content.decode("latin-1")
        except ValueError:
            return None
        return form
    body = b"".join([piece async for piece in exchange.body()])
    if exchange.request.content_type != "application/x-www-form-urlencoded":
        return None
    return dict(parse_qsl(body.decode("latin-1")))


def check_signed_in(exchange: Exchange) -> None:
    """Raise `ApiRefusal` unless the request has a valid token or a valid session."""
    request, state = exchange.request, exchange.state
    scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        good = access_token == ACCESS_TOKEN or state.fax_store.knows_token(
            access_token, now=state.clock()
        )
    else:
        session = {name: request.cookies.get(name) for name in SESSION_COOKIES}
        xsrf_token = request.headers.get("x-xsrf-token")
        good = session == SESSION_COOKIES and xsrf_token == session["xsrf-token"]
    if not good:
        raise ApiRefusal(401, "access_denied", "Not authorized.")
