"""Signing in at VoipNow: the token endpoint, the bearer token, the session cookies."""

from urllib.parse import parse_qsl

from .alterations import alter
from .answers import Answer, ApiRefusal, TokenRefusal
from .call import Call
from .config import ACCESS_TOKEN, APP_KEY, APP_SECRET, SESSION_COOKIES


async def token(call: Call) -> Answer:
    """OAuth 2.0 client credentials; the endpoint's other grants are not simulated."""
    await call.reach("before")
    body = b"".join([piece async for piece in call.body()])
    form = dict(parse_qsl(body.decode("latin-1")))
    await call.reach("received")
    if call.request.content_type != "application/x-www-form-urlencoded":
        raise TokenRefusal(400, "invalid_request", "")
    if form.get("grant_type") != "client_credentials":
        raise TokenRefusal(400, "unsupported_grant_type", "")
    if (form.get("client_id"), form.get("client_secret")) != (APP_KEY, APP_SECRET):
        raise TokenRefusal(401, "invalid_client", "")
    world = call.world
    lifetime = world.config.token_lifetime
    access_token = world.record.add_token(expires_at=world.clock() + lifetime)
    await call.reach("done")
    payload = {"access_token": access_token, "token_type": "Bearer", "expires_in": lifetime}
    return Answer(200, *alter(payload, call.alterations))


def check_signed_in(call: Call) -> None:
    """Raise ApiRefusal unless the request carries a token or a session that is good."""
    request, world = call.request, call.world
    scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        good = access_token == ACCESS_TOKEN or world.record.knows_token(
            access_token, now=world.clock()
        )
    else:
        session = {name: request.cookies.get(name) for name in SESSION_COOKIES}
        xsrf_token = request.headers.get("x-xsrf-token")
        good = session == SESSION_COOKIES and xsrf_token == session["xsrf-token"]
    if not good:
        raise ApiRefusal(401, "access_denied", "Not authorized.")
