"""POST /uapi/faxes/{userId}/{extension}: what VoipNow accepts, and the code of every refusal."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from faxportal.simulator.config import ACCESS_TOKEN
from faxportal.simulator.faults import NUMBERS_THAT_REFUSE

from .caller import PDF, Caller


def refusal_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def post(caller: Caller, payload: Any) -> httpx.Response:
    return caller.voipnow.post("/uapi/faxes/@me/0003*210/", json=payload)


def one_file(**changes: Any) -> dict[str, Any]:
    file = {"uploadIdentifier": "doc001", "name": "a.pdf", "size": 9, "contentType": "text/plain"}
    return {"recipients": ["7778888"], "files": [{**file, **changes}]}


def test_a_fax_is_created_as_the_vendors_page_shows(caller: Caller) -> None:
    answer = caller.create(("document.pdf", PDF), ("b.pdf", PDF)).json()
    assert answer["id"] >= 262
    assert len(answer["uid"]) == 32
    first = answer["files"][0]
    assert first["redirect"] is True
    assert first["redirectHeaders"] == {
        "x-amz-meta-he-int-faxout": 1,
        "x-amz-meta-app-faxid": answer["id"],
    }
    assert (first["contentType"], first["contentLength"]) == ("application/pdf", len(PDF))
    assert first["redirectUri"].startswith(f"{caller.sim.storage_url}/")
    assert first["heUri"].startswith(f"{caller.sim.url}/at/file/action?id=")
    assert "uploadIdentifier" not in first


def test_identifiers_are_repeated_where_the_server_is_configured_so(caller: Caller) -> None:
    caller.sim.configure(echo_identifiers=True)
    files = caller.targets(("a.pdf", PDF), ("b.pdf", PDF))
    assert [file["uploadIdentifier"] for file in files] == ["doc0", "doc1"]


@pytest.mark.parametrize("user", ["@me", "@viewer", "@owner", "3", ""])
@pytest.mark.parametrize("slash", ["", "/"])
def test_each_form_of_the_path_is_accepted(caller: Caller, user: str, slash: str) -> None:
    assert caller.create(path=f"/uapi/faxes/{user}/0003*211{slash}").status_code == 200
    assert caller.sim.faxes()[0].extension == "0003*211"


@pytest.mark.parametrize("path", ["/uapi/faxes/@me/0003%2A210/", "/uapi/faxes/%40me/0003*210/"])
def test_star_and_at_are_literal(caller: Caller, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(caller.sim.url).netloc)
    headers = {
        "Authorization": f"Bearer {ACCESS_TOKEN}",
        "Content-Type": "application/json",
    }
    connection.request("POST", path, json.dumps(one_file()), headers)
    response = connection.getresponse()
    assert response.status == 400
    response.read()
    connection.close()


def test_an_unknown_user_is_refused(caller: Caller) -> None:
    assert refusal_of(caller.create(path="/uapi/faxes/99/0003*210")) == (400, "user_invalid")


@pytest.mark.parametrize("extension", ["0003*999", "@self", "0003*213"])
def test_an_unknown_extension_and_one_without_fax_are_refused(
    caller: Caller, extension: str
) -> None:
    response = caller.create(path=f"/uapi/faxes/@me/{extension}")
    assert refusal_of(response) == (400, "extension_invalid")


def test_without_signing_in_nothing_is_created(caller: Caller) -> None:
    response = httpx.post(f"{caller.sim.url}/uapi/faxes/@me/0003*210/", json=one_file())
    assert refusal_of(response) == (401, "access_denied")
    assert caller.sim.faxes() == []


@pytest.mark.parametrize(
    "recipients",
    [None, [], "7778888", ["12ab"], [7778888], ["1"] * 2, [""], ["7778888"] * 6],
)
def test_bad_recipients_are_refused(caller: Caller, recipients: Any) -> None:
    response = post(caller, {**one_file(), "recipients": recipients})
    assert refusal_of(response) == (400, "fx_recipients_invalid")


@pytest.mark.parametrize("recipient", ["7778888", "+12025550199", "211", "0003*211"])
def test_phone_numbers_and_extensions_are_recipients(caller: Caller, recipient: str) -> None:
    assert post(caller, {**one_file(), "recipients": [recipient]}).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a.exe"},
        {"name": ""},
        {"contentType": "application/zip"},
        {"contentType": None},
        {"size": 0},
        {"size": "9"},
        {"size": 200 * 1024 * 1024 + 1},
        {"uploadIdentifier": None},
    ],
)
def test_a_bad_file_is_refused(caller: Caller, changes: dict[str, Any]) -> None:
    assert refusal_of(post(caller, one_file(**changes))) == (400, "fx_file_invalid")


def test_too_many_files_are_refused(caller: Caller) -> None:
    response = caller.create(*[("a.pdf", PDF)] * 6)
    assert refusal_of(response) == (400, "fx_max_files_reached")


def test_without_files_no_fax_is_created(caller: Caller) -> None:
    response = post(caller, {"recipients": ["7778888"], "files": []})
    assert (response.status_code, response.content) == (204, b"")
    assert caller.sim.report().faxes == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff"])
def test_a_request_that_is_no_json_object_is_refused(caller: Caller, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = caller.voipnow.post("/uapi/faxes/@me/0003*210/", content=body, headers=headers)
    assert refusal_of(response) == (400, "request_invalid")


@pytest.mark.parametrize("fault", NUMBERS_THAT_REFUSE, ids=lambda fault: str(fault.recipient))
def test_each_number_that_refuses_does_so(caller: Caller, fault: Any) -> None:
    response = caller.create(to=("7778888", f"+1{fault.recipient}"))
    assert response.status_code == fault.status
    assert fault.code in response.text
    assert caller.sim.report().faxes == 0
    again = caller.create(to=(fault.recipient,))
    assert again.status_code == fault.status


def test_an_unknown_path_or_method_is_refused(caller: Caller) -> None:
    assert caller.voipnow.get("/uapi/faxes/@me/0003*210").status_code == 404
    assert caller.voipnow.get("/uapi/nothing").status_code == 404
