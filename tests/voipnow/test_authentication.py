"""The three ways to sign in, and when the client requests a token."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from faxportal.voipnow.authentication import (
    AccessToken,
    AppKey,
    Credentials,
    SessionCookies,
    Token,
    TokenInMemory,
    auth_for,
)
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason, SignInRefused, TryLater, VoipNowError
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, Script, always, hostile_server

APP = AppKey(key="app~key", secret="app|secret_-")


def voipnow(*refused: str, lifetime: int = 3600) -> Script:
    """A server that gives out tokens t0, t1 and so on. It refuses the tokens in `refused`."""
    given: list[str] = []
    lock = threading.Lock()

    def script(peer: Peer) -> None:
        while True:
            request = peer.read()
            if "/oauth/" in request.line:
                with lock:
                    given.append(f"t{len(given)}")
                answer = {"access_token": given[-1], "expires_in": lifetime}
                peer.answer(200, json.dumps(answer).encode())
            elif request.headers.get("authorization", "").removeprefix("Bearer ") in refused:
                peer.answer(401, b'{"error":{"code":"access_denied","message":"No."}}')
            else:
                peer.answer(204)

    return script


def lines(server: HostileServer) -> list[str]:
    return [
        "token" if "/oauth/" in request.line else request.headers["authorization"]
        for request in server.requests
    ]


def client(
    network_to: NetworkTo,
    server: HostileServer,
    credentials: Credentials = APP,
    tokens: TokenInMemory | None = None,
) -> VoipNow:
    return VoipNow(
        network_to(server.url), server=server.url, credentials=credentials, tokens=tokens
    )


def refusal(
    network_to: NetworkTo, server: HostileServer, credentials: Credentials = APP
) -> VoipNowError:
    with pytest.raises(VoipNowError) as caught:
        client(network_to, server, credentials).check()
    return caught.value


# What is sent


def test_an_access_token_goes_as_a_bearer_token(network_to: NetworkTo) -> None:
    with hostile_server(voipnow()) as server:
        client(network_to, server, AccessToken(token="1|abc")).check()
    assert lines(server) == ["Bearer 1|abc"]


def test_session_cookies_go_with_their_xsrf_token(network_to: NetworkTo) -> None:
    cookies = "dev=ffff; xsrf-token=44Hz; vn=XI%2Cm"
    with hostile_server(voipnow()) as server:
        client(network_to, server, SessionCookies(cookies=cookies, xsrf_token="44Hz")).check()
    [request] = server.requests
    assert request.headers["cookie"] == cookies
    assert request.headers["x-xsrf-token"] == "44Hz"
    assert "authorization" not in request.headers


def test_an_app_key_is_exchanged_for_a_token_once(network_to: NetworkTo) -> None:
    with hostile_server(voipnow()) as server:
        connection = client(network_to, server)
        connection.check()
        connection.check()
    assert lines(server) == ["token", "Bearer t0", "Bearer t0"]
    asked = server.requests[0]
    assert asked.line == "POST /oauth/token.php HTTP/1.1"
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app~key"],
        "client_secret": ["app|secret_-"],
        "type": ["unifiedapi"],
        "redirect_uri": [f"{server.url}/oauth/token.php"],
    }


# Renewal


def test_a_refused_token_is_renewed_once_and_the_request_repeated(network_to: NetworkTo) -> None:
    with hostile_server(voipnow("t0")) as server:
        client(network_to, server).check()
    assert lines(server) == ["token", "Bearer t0", "token", "Bearer t1"]


def test_a_second_refusal_is_reported(network_to: NetworkTo) -> None:
    with hostile_server(voipnow("t0", "t1")) as server:
        error = refusal(network_to, server)
    assert (type(error), error.reason) == (SignInRefused, Reason.SIGN_IN_REFUSED)
    assert (error.status, error.code) == (401, "access_denied")
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "credentials", [AccessToken(token="t0"), SessionCookies(cookies="a=b", xsrf_token="c")]
)
def test_what_cannot_be_renewed_is_not_sent_twice(
    network_to: NetworkTo, credentials: Credentials
) -> None:
    with hostile_server(always(401)) as server:
        assert isinstance(refusal(network_to, server, credentials), SignInRefused)
    assert len(server.requests) == 1


def test_a_token_is_renewed_some_minutes_before_it_ends(network_to: NetworkTo) -> None:
    start = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    clock = [start]

    def bearer_at(when: datetime) -> str:
        clock[0] = when
        request = httpx.Request("GET", server.url)
        next(auth.auth_flow(request))
        return request.headers["authorization"]

    with hostile_server(voipnow(lifetime=3600)) as server:
        auth = auth_for(
            APP,
            network=network_to(server.url),
            server=server.url,
            tokens=TokenInMemory(),
            now=lambda: clock[0],
        )
        assert bearer_at(start) == "Bearer t0"
        assert bearer_at(start + timedelta(minutes=54)) == "Bearer t0"
        assert bearer_at(start + timedelta(minutes=55)) == "Bearer t1"


def test_a_token_that_lives_for_a_minute_serves_half_of_it(network_to: NetworkTo) -> None:
    tokens = TokenInMemory()
    with hostile_server(voipnow(lifetime=60)) as server:
        before = datetime.now(UTC)
        client(network_to, server, tokens=tokens).check()
    token = tokens.load()
    assert token is not None
    assert timedelta(seconds=30) <= token.renew_at - before < timedelta(seconds=60)


def test_many_callers_request_one_token_together(network_to: NetworkTo) -> None:
    tokens = TokenInMemory()
    with hostile_server(voipnow()) as server:
        connections = [client(network_to, server, tokens=tokens) for _ in range(8)]
        with ThreadPoolExecutor() as threads:
            list(threads.map(VoipNow.check, connections))
    assert lines(server).count("token") == 1


def test_many_refused_callers_renew_the_token_together(network_to: NetworkTo) -> None:
    tokens = TokenInMemory()
    tokens.save(Token(value="t-old", renew_at=datetime.now(UTC) + timedelta(hours=1)))
    with hostile_server(voipnow("t-old")) as server:
        connections = [client(network_to, server, tokens=tokens) for _ in range(8)]
        with ThreadPoolExecutor() as threads:
            list(threads.map(VoipNow.check, connections))
    assert lines(server).count("token") == 1


# Without a token, the client never sends the request itself


def bad_token(*answer: object) -> Script:
    status, body, *headers = answer
    return always(int(str(status)), str(body).encode(), *map(str, headers))


def hang_up(peer: Peer) -> None:
    peer.read()


def reset(peer: Peer) -> None:
    peer.read_head()
    peer.reset()


@pytest.mark.parametrize(
    ("script", "error", "reason"),
    [
        (bad_token(401, '{"error":"invalid_client"}'), SignInRefused, Reason.APP_KEY_REFUSED),
        (bad_token(400, '{"error":"invalid_client"}'), SignInRefused, Reason.APP_KEY_REFUSED),
        (bad_token(403, ""), SignInRefused, Reason.APP_KEY_REFUSED),
        (bad_token(429, "", "Retry-After: 9"), TryLater, Reason.TOO_MANY_REQUESTS),
        (bad_token(500, ""), TryLater, Reason.SERVER_ERROR),
        (bad_token(502, "<html>"), TryLater, Reason.SERVER_ERROR),
        (bad_token(404, ""), TryLater, Reason.SIGN_IN_NOT_UNDERSTOOD),
        (bad_token(302, "", "Location: /login"), TryLater, Reason.SIGN_IN_NOT_UNDERSTOOD),
        (bad_token(200, ""), TryLater, Reason.SIGN_IN_NOT_UNDERSTOOD),
        (bad_token(200, "<html>"), TryLater, Reason.SIGN_IN_NOT_UNDERSTOOD),
        (bad_token(200, '{"access_token":""}'), TryLater, Reason.SIGN_IN_NOT_UNDERSTOOD),
        (hang_up, TryLater, Reason.CONNECTION_LOST),
        (reset, TryLater, Reason.CONNECTION_LOST),
    ],
)
def test_an_error_without_a_token_is_not_done(
    network_to: NetworkTo, script: Script, error: type[VoipNowError], reason: Reason
) -> None:
    with hostile_server(script) as server:
        raised = refusal(network_to, server)
    assert (type(raised), raised.reason) == (error, reason)
    assert len(server.requests) <= 1


def test_a_wrong_key_and_a_server_that_is_away_are_different_errors(network_to: NetworkTo) -> None:
    with hostile_server() as server:
        pass
    error = refusal(network_to, server)
    assert (type(error), error.reason) == (TryLater, Reason.NO_CONNECTION)


def test_a_server_that_is_back_gets_the_token_request_and_the_request(
    network_to: NetworkTo,
) -> None:
    """After the pause, the circuit breaker lets both the token request and the call go out."""
    now = [0.0]
    with hostile_server(*[hang_up] * 5, voipnow()) as server:
        network = network_to(server.url, clock=lambda: now[0])
        connection = VoipNow(network, server=server.url, credentials=APP)
        for reason in [Reason.CONNECTION_LOST] * 5 + [Reason.CIRCUIT_OPEN]:
            with pytest.raises(TryLater) as caught:
                connection.check()
            assert caught.value.reason == reason
        now[0] += 15
        connection.check()


# Secrets


@pytest.mark.parametrize("bad", ["", "a\r\nx: y", "a\x00", "tökén"])
@pytest.mark.parametrize(
    "make",
    [
        lambda bad: AccessToken(token=bad),
        lambda bad: SessionCookies(cookies=bad, xsrf_token="a"),
        lambda bad: SessionCookies(cookies="a=b", xsrf_token=bad),
    ],
)
def test_what_no_header_can_carry_is_refused_without_being_shown(
    make: Callable[[str], object], bad: str
) -> None:
    with pytest.raises(ValueError, match="cannot be sent") as caught:
        make(bad)
    assert not bad or bad not in str(caught.value)


def test_secrets_are_in_no_repr() -> None:
    values = [
        APP,
        AccessToken(token="secret"),
        SessionCookies(cookies="secret=1", xsrf_token="secret"),
        Token(value="secret", renew_at=datetime.now(UTC)),
    ]
    assert "secret" not in repr(values)
    assert "app~key" not in repr(values)
