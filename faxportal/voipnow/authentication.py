"""The three ways to sign in to a VoipNow server, each as an `httpx.Auth`.

Secrets are in no `repr`. They are sent only to the server that they belong to, because only
`client.VoipNow` passes an auth to a request.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, assert_never
from urllib.parse import urlencode

import httpx

from faxportal.voipnow import response_errors, responses
from faxportal.voipnow.errors import Reason, SignInRefused, TryLater, Unknown
from faxportal.voipnow.network import Network

#: A token is renewed this long before it expires.
_EARLY = timedelta(minutes=5)
_BEARER = "Bearer "

AuthFlow = Generator[httpx.Request, httpx.Response, None]


@dataclass(frozen=True, kw_only=True)
class AppKey:
    """Key and secret of a *trusted* App of VoipNow (OAuth 2.0 client credentials)."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """An access token that a person entered. The portal can't renew it."""

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_header_value(self.token, "access token")


@dataclass(frozen=True, kw_only=True)
class SessionCookies:
    """The session of a browser that is signed in to VoipNow."""

    cookies: str = field(repr=False)
    """The value of the browser's `cookie` header: `dev=...; xsrf-token=...; vn=...`."""
    xsrf_token: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_header_value(self.cookies, "cookies")
        _check_header_value(self.xsrf_token, "XSRF token")


Credentials = AppKey | AccessToken | SessionCookies


@dataclass(frozen=True, kw_only=True)
class Token:
    """An access token that the server issued for an App key."""

    value: str = field(repr=False)
    renew_at: datetime
    """Aware; some minutes before the token expires."""


class TokenStore(Protocol):
    """Stores one connection's token for all processes that use the connection.

    A store must drop the token when the connection's server, key or secret changes.
    """

    def load(self) -> Token | None:
        """The stored token, even if it has expired; None if no token is stored."""

    def save(self, token: Token) -> None:
        """Store a token in place of the stored token."""

    def lock(self) -> AbstractContextManager[object]:
        """Wait for the right to request a token. Only one caller in all processes has it at a time.

        The lock must not be a database transaction, because its owner makes an HTTP call.
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
    """Adds the credentials to requests to one server."""

    def renew(self, refused: httpx.Request) -> bool:
        """Get new credentials after the request `refused` got a 401. Raises `NotDone`.

        Returns False if there are no other credentials.
        """
        return False

    def is_ready(self) -> bool:
        """Whether the next request can be sent without requesting a token first."""
        return True

    def prepare(self) -> None:
        """Request a token and store it, if a token is needed. Raises `NotDone`."""


def auth_for(
    credentials: Credentials,
    *,
    network: Network,
    server: str,
    tokens: TokenStore,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ServerAuth:
    """The auth for these credentials at the server with this base URL."""
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
    """Adds fixed headers."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def auth_flow(self, request: httpx.Request) -> AuthFlow:
        request.headers.update(self._headers)
        yield request


class _ByAppKey(ServerAuth):
    """Adds a token. Requests it with key and secret, and renews it shortly before it expires.

    Without a token no request is sent. So all errors of requesting a token are `NotDone`.
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
        self._current_token: Token | None = None

    def auth_flow(self, request: httpx.Request) -> AuthFlow:
        request.headers["authorization"] = _BEARER + (self._current_token or self._token()).value
        yield request

    def is_ready(self) -> bool:
        token = self._tokens.load()
        if token is None or not self._is_usable(token, None):
            return False
        self._current_token = token
        return True

    def prepare(self) -> None:
        self._token()

    def renew(self, refused: httpx.Request) -> bool:
        self._current_token = None
        self._token(other_than=refused.headers["authorization"].removeprefix(_BEARER))
        return True

    def _token(self, *, other_than: str | None = None) -> Token:
        token = self._tokens.load()
        if token is None or not self._is_usable(token, other_than):
            with self._tokens.lock():
                token = self._tokens.load()  # another caller may have stored a token meanwhile
                if token is None or not self._is_usable(token, other_than):
                    token = self._request_token()
                    self._tokens.save(token)
        return token

    def _is_usable(self, token: Token, other_than: str | None) -> bool:
        return token.value != other_than and self._now() < token.renew_at

    def _request_token(self) -> Token:
        url = f"{self._server}/oauth/token.php"
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app.key,
            "client_secret": self._app.secret,
            # The vendor's clients send these two, too. RFC 6749 allows more parameters.
            "type": "unifiedapi",
            "redirect_uri": url,
        }
        request = self._network.request(
            "POST",
            url,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            content=urlencode(form).encode(),
        )
        origin = self._network.guard.check_server(self._server)
        requested_at = self._now()
        try:
            with self._network.exchange(origin, request) as response:
                answer = responses.read_response(response)
        except Unknown as error:
            raise error.as_not_done() from error
        if answer.status != 200:
            raise _why_no_token(answer)
        try:
            value, lifetime = responses.access_token(answer)
        except responses.InvalidResponse as why:
            raise TryLater(
                Reason.SIGN_IN_NOT_UNDERSTOOD, status=answer.status, message=str(why)
            ) from None
        return Token(value=value, renew_at=requested_at + lifetime - min(_EARLY, lifetime / 2))


def _why_no_token(answer: responses.Response) -> SignInRefused | TryLater:
    """The error for a refused token request.

    A wrong key or secret is 401 `invalid_client` [v3]; RFC 6749, 5.2 allows 400 as well.
    """
    code, message = responses.error_of(answer)
    wait = response_errors.retry_after(answer.headers, now=datetime.now(UTC))
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
    """Raise `ValueError` if this can't be a header's value. The error does not quote the value."""
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError(f"The {what} is empty or has characters that cannot be sent.")
