"""The three ways to sign in to a VoipNow, each as one `httpx.Auth`.

Secrets live in these values only, never in their repr. They are sent to the server that they
belong to and to no other, because only `VoipNow` passes an auth to a request.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, assert_never
from urllib.parse import urlencode

import httpx

from faxportal.voipnow import answer_outcomes, answers
from faxportal.voipnow.errors import Reason, SignInRefused, TryLater, Unknown
from faxportal.voipnow.network import Network

_EARLY = timedelta(minutes=5)
_BEARER = "Bearer "

AuthFlow = Generator[httpx.Request, httpx.Response, None]


@dataclass(frozen=True, kw_only=True)
class AppKey:
    """Key and secret of a *trusted* App (OAuth 2.0 client credentials)."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """A token that somebody else got. It ends when it ends."""

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_header_value(self.token, "access token")


@dataclass(frozen=True, kw_only=True)
class SessionCookies:
    """A signed-in browser's session: its cookie header, and the value of `x-xsrf-token`."""

    cookies: str = field(repr=False)
    """As the browser sends them: `dev=...; xsrf-token=...; vn=...`."""
    xsrf_token: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_header_value(self.cookies, "cookies")
        _check_header_value(self.xsrf_token, "XSRF token")


Credentials = AppKey | AccessToken | SessionCookies


@dataclass(frozen=True, kw_only=True)
class Token:
    """An access token that the server gave for an App key."""

    value: str = field(repr=False)
    renew_at: datetime
    """Aware. Some minutes before it ends."""


class TokenStore(Protocol):
    """Where one connection's token is kept, for every process that uses the connection.

    Whoever changes the connection's server, key or secret empties it.
    """

    def load(self) -> Token | None: ...

    def save(self, token: Token) -> None: ...

    def lock(self) -> AbstractContextManager[object]:
        """Held by one caller at a time, in any process, while it gets a token; waits for it.

        Not a database transaction: an HTTP call happens under it.
        """


class TokenInMemory:
    """A token store for one process."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._lock = threading.Lock()

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        self._token = token

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


class ServerAuth(httpx.Auth):
    """Signs requests to one server."""

    def renew(self, refused: httpx.Request) -> bool:
        """After a 401: whether the request is worth sending once more."""
        return False

    def is_ready(self) -> bool:
        """Whether requests are signed from now on without asking anybody for anything."""
        return True

    def get_ready(self) -> None:
        """Ask for what signing needs and keep it in the store. Raises `NotDone`."""


def auth_for(
    credentials: Credentials,
    *,
    network: Network,
    server: str,
    tokens: TokenStore,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ServerAuth:
    """The auth of a connection to the server at that base URL."""
    match credentials:
        case AppKey():
            return _ByAppKey(credentials, network=network, server=server, tokens=tokens, now=now)
        case AccessToken():
            return _ByHeaders({"authorization": _BEARER + credentials.token})
        case SessionCookies():
            return _ByHeaders(
                {"cookie": credentials.cookies, "x-xsrf-token": credentials.xsrf_token}
            )
        case _:
            assert_never(credentials)


class _ByHeaders(ServerAuth):
    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def auth_flow(self, request: httpx.Request) -> AuthFlow:
        request.headers.update(self._headers)
        yield request


class _ByAppKey(ServerAuth):
    """Gets a token for a key and a secret, and keeps it in the store until shortly before its end.

    Its own errors are all `NotDone`: while there is no token, the request itself stays here.
    """

    def __init__(
        self,
        app: AppKey,
        *,
        network: Network,
        server: str,
        tokens: TokenStore,
        now: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._network = network
        self._server = server
        self._tokens = tokens
        self._now = now
        self._in_hand: Token | None = None

    def auth_flow(self, request: httpx.Request) -> AuthFlow:
        request.headers["authorization"] = _BEARER + (self._in_hand or self._token()).value
        yield request

    def is_ready(self) -> bool:
        token = self._tokens.load()
        if token is None or not self._serves(token, None):
            return False
        self._in_hand = token
        return True

    def get_ready(self) -> None:
        self._token()

    def renew(self, refused: httpx.Request) -> bool:
        self._in_hand = None
        self._token(other_than=refused.headers["authorization"].removeprefix(_BEARER))
        return True

    def _token(self, *, other_than: str | None = None) -> Token:
        token = self._tokens.load()
        if token is None or not self._serves(token, other_than):
            with self._tokens.lock():
                token = self._tokens.load()  # another may have got one while we waited
                if token is None or not self._serves(token, other_than):
                    token = self._ask()
                    self._tokens.save(token)
        return token

    def _serves(self, token: Token, other_than: str | None) -> bool:
        return token.value != other_than and self._now() < token.renew_at

    def _ask(self) -> Token:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app.key,
            "client_secret": self._app.secret,
            "type": "unifiedapi",  # as in the vendor's own example; RFC 6749 ignores what it adds
        }
        request = self._network.request(
            "POST",
            f"{self._server}/oauth/token.php",
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            content=urlencode(form).encode(),
        )
        origin = self._network.guard.server(self._server)
        asked_at = self._now()
        try:
            with self._network.exchange(origin, request) as response:
                answer = answers.read(response)
        except Unknown as error:
            raise error.surely_not_done() from error
        if answer.status != 200:
            raise _why_no_token(answer)
        try:
            value, lifetime = answers.access_token(answer)
        except answers.Unreadable as why:
            raise TryLater(
                Reason.SIGN_IN_NOT_UNDERSTOOD, status=answer.status, message=str(why)
            ) from None
        return Token(value=value, renew_at=asked_at + lifetime - min(_EARLY, lifetime / 2))


def _why_no_token(answer: answers.Answer) -> SignInRefused | TryLater:
    """A wrong key or secret is 401 `invalid_client` [v3]; RFC 6749 allows 400 with such a code."""
    code, message = answers.error_of(answer)
    wait = answer_outcomes.retry_after(answer.headers, now=datetime.now(UTC))
    if answer.status in (400, 401, 403):
        return SignInRefused(
            Reason.APP_KEY_REFUSED, status=answer.status, code=code, message=message
        )
    reason = Reason.SIGN_IN_NOT_UNDERSTOOD
    if answer.status == 429:
        reason = Reason.TOO_MANY_REQUESTS
    elif answer.status >= 500:
        reason = Reason.SERVER_ERROR
    return TryLater(reason, status=answer.status, code=code, message=message, retry_after=wait)


def _check_header_value(value: str, what: str) -> None:
    """ValueError, without the value, for what no header can carry."""
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError(f"The {what} is empty or has characters that cannot be sent.")
