"""The token endpoint, the bearer token, the session cookies."""

from __future__ import annotations

import httpx
import pytest

from faxportal.simulator.config import APP_KEY, APP_SECRET, SESSION_COOKIES
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator

PRESENCE = "/uapi/extensions/@me/@self/presence"
FORM = {"grant_type": "client_credentials", "client_id": APP_KEY, "client_secret": APP_SECRET}
XSRF = {"x-xsrf-token": SESSION_COOKIES["xsrf-token"]}


def ask_token(sim: Simulator, **changes: str) -> httpx.Response:
    return httpx.post(f"{sim.url}/oauth/token.php", data={**FORM, **changes})


def presence(
    sim: Simulator, headers: dict[str, str], cookies: dict[str, str] | None = None
) -> httpx.Response:
    with httpx.Client(base_url=sim.url, headers=headers, cookies=cookies) as client:
        return client.get(PRESENCE)


def test_key_and_secret_give_a_token_that_signs_in(sim: Simulator) -> None:
    answer = ask_token(sim).json()
    assert answer["expires_in"] == 3600
    token = answer["access_token"]
    assert presence(sim, {"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_a_bad_key_or_secret_is_an_invalid_client(sim: Simulator, field: str) -> None:
    response = ask_token(sim, **{field: "wrong"})
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_another_grant_is_not_simulated(sim: Simulator) -> None:
    response = ask_token(sim, grant_type="password")
    assert (response.status_code, response.json()) == (400, {"error": "unsupported_grant_type"})


def test_credentials_come_as_a_form_only(sim: Simulator) -> None:
    response = httpx.post(f"{sim.url}/oauth/token.php", json=FORM)
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})


def test_a_token_expires_when_it_says() -> None:
    now = [1_800_000_000.0]
    with running_simulator(clock=lambda: now[0], token_lifetime=60) as sim:
        bearer = {"Authorization": f"Bearer {ask_token(sim).json()['access_token']}"}
        now[0] += 59
        assert presence(sim, bearer).status_code == 200
        now[0] += 1
        assert presence(sim, bearer).status_code == 401


def test_tokens_can_be_revoked(sim: Simulator) -> None:
    bearer = {"Authorization": f"Bearer {ask_token(sim).json()['access_token']}"}
    sim.revoke_tokens()
    response = presence(sim, bearer)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "access_denied"


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer wrong", "Basic ZGVtbzpkZW1v", "Bearer é"]
)
def test_without_a_known_token_access_is_denied(sim: Simulator, authorization: str | None) -> None:
    headers = [(b"Authorization", authorization.encode("latin-1"))] if authorization else []
    response = httpx.get(f"{sim.url}{PRESENCE}", headers=headers)
    assert response.status_code == 401


def test_session_cookies_with_the_xsrf_header_sign_in(sim: Simulator) -> None:
    assert presence(sim, XSRF, SESSION_COOKIES).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"x-xsrf-token": "another"}])
def test_cookies_without_their_xsrf_header_are_denied(
    sim: Simulator, headers: dict[str, str]
) -> None:
    assert presence(sim, headers, SESSION_COOKIES).status_code == 401


@pytest.mark.parametrize("name", SESSION_COOKIES)
def test_each_cookie_is_needed(sim: Simulator, name: str) -> None:
    others = {other: value for other, value in SESSION_COOKIES.items() if other != name}
    assert presence(sim, XSRF, others).status_code == 401
