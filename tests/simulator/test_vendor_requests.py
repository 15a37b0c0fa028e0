"""Requests of the vendor's own clients, sent to the simulator byte for byte."""

from __future__ import annotations

import json
import re
import socket
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from faxportal.simulator.control_client import Simulator

from .caller import PDF, Caller

REQUESTS = Path(__file__).parent / "vendor_requests"


def send(sim: Simulator, name: str) -> tuple[int, Any]:
    """Send a recorded request, and return the status and the JSON of the response."""
    address = urlsplit(sim.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall((REQUESTS / f"{name}.http").read_bytes())
        response = HTTPResponse(connection)
        response.begin()
        return response.status, json.loads(response.read())


@pytest.mark.parametrize("name", ["token_2026", "token_2018"])
def test_a_token_is_one_that_the_vendors_client_takes(sim: Simulator, name: str) -> None:
    status, answer = send(sim, name)
    assert status == 200
    assert re.fullmatch(r"[A-Za-z0-9_\-.]{10,}", answer["access_token"])


def test_a_token_may_be_odd(sim: Simulator) -> None:
    sim.configure(odd_tokens=True)
    assert re.search(r"[|~]", send(sim, "token_2026")[1]["access_token"])


@pytest.mark.parametrize(("name", "count"), [("presence_2026", 4), ("presence_of_one_2026", 1)])
def test_presence_is_listed(sim: Simulator, name: str, count: int) -> None:
    status, answer = send(sim, name)
    assert (status, len(answer["entry"]), answer["totalResults"]) == (200, count, count)
    assert answer["entry"][0]["extension"] == "0003*210"


@pytest.mark.parametrize(
    ("name", "files"),
    [("fax_2026", ["Übersicht %22neu%22.pdf"]), ("fax_2018", ["a.pdf", "b.txt"])],
)
def test_a_fax_is_sent(sim: Simulator, name: str, files: list[str]) -> None:
    sim.configure(wire="one-request", keep_last_part=True)
    status, answer = send(sim, name)
    assert (status, answer["recipients"]) == (200, ["7778888"])
    [fax] = sim.faxes()
    assert [file.name for file in fax.files] == files
    assert sim.received(fax.id, 1) == PDF


def test_of_parts_with_one_name_php_keeps_the_last(caller: Caller) -> None:
    caller.sim.configure(wire="one-request", keep_last_part=True)
    parts: list[tuple[str, Any]] = [("files", (name, PDF)) for name in ("a.pdf", "b.pdf")]
    parts.append(("request", (None, b'{"recipients":["7778888"]}')))
    assert caller.voipnow.post("/uapi/faxes/@me/0003*210", files=parts).status_code == 200
    [fax] = caller.sim.faxes()
    assert [file.name for file in fax.files] == ["b.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("a", PDF, 200), ("a.pdf", b"x", 200), ("a", b"x", 400), ("a.exe", PDF, 200)],
)
def test_a_file_without_a_type_is_judged_by_its_name_or_its_bytes(
    caller: Caller, name: str, content: bytes, status: int
) -> None:
    caller.sim.configure(wire="one-request")
    parts: list[tuple[str, Any]] = [
        ("files", (name, content, "application/octet-stream")),
        ("request", (None, b'{"recipients":["7778888"]}')),
    ]
    assert caller.voipnow.post("/uapi/faxes/@me/0003*210", files=parts).status_code == status


@pytest.mark.parametrize("path", ["/uapi/faxes", "/uapi/cdr/@me", "/oauth/authorize.php", "/x/"])
def test_an_unknown_path_is_answered_in_json(sim: Simulator, path: str) -> None:
    response = httpx.get(f"{sim.url}{path}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_the_owner_has_no_list_of_extensions(caller: Caller) -> None:
    response = caller.voipnow.get("/uapi/extensions/@owner/@self/presence/")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "user_invalid")
    assert caller.voipnow.get("/uapi/extensions/@owner/0003*210/presence/").status_code == 200


def test_an_unknown_extension_has_no_presence(caller: Caller) -> None:
    response = caller.voipnow.get("/uapi/extensions/@me/0003*999/presence")
    assert response.json()["error"]["code"] == "extension_invalid"
