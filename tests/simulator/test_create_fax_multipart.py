"""The older form of the API: one multipart request contains the whole fax."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from .caller import PDF, Caller

PATH = "/uapi/faxes/@me/0003*210/"


@pytest.fixture(autouse=True)
def _older_server(caller: Caller) -> None:
    caller.sim.configure(wire="one-request")


def send(caller: Caller, *files: tuple[str, bytes, str], request: Any = None) -> httpx.Response:
    described = json.dumps(request or {"recipients": ["7778888", "0003*211"]}).encode()
    parts: list[tuple[str, Any]] = [("files", file) for file in files]
    parts.append(("request", (None, described, "application/json")))
    return caller.voipnow.post(PATH, files=parts)


def test_the_fax_is_complete_with_the_answer(caller: Caller) -> None:
    answer = send(caller, ("a.pdf", PDF, "application/pdf"), ("b.txt", b"b", "text/plain")).json()
    [fax] = caller.sim.faxes()
    assert answer == {"id": fax.id, "uid": fax.uid, "recipients": ["7778888", "0003*211"]}
    assert (fax.completions, fax.wire) == (1, "one-request")
    assert [(file.name, file.size) for file in fax.files] == [("a.pdf", len(PDF)), ("b.txt", 1)]
    assert caller.sim.received(fax.id, 1) == PDF


@pytest.mark.parametrize(
    ("files", "request_part", "code"),
    [
        ([("a.exe", PDF, "application/pdf")], None, "fx_file_invalid"),
        ([("a.pdf", b"", "application/pdf")], None, "fx_file_invalid"),
        ([("a.pdf", PDF, "application/pdf")] * 6, None, "fx_max_files_reached"),
        ([("a.pdf", PDF, "application/pdf")], {"recipients": ["x"]}, "fx_recipients_invalid"),
        ([("a.pdf", PDF, "application/pdf")], ["x"], "request_invalid"),
        ([("a.pdf", PDF, "application/pdf")], {"recipients": ["2025550100"]}, "fx_recip"),
    ],
)
def test_bad_input_is_refused_as_in_the_other_form(
    caller: Caller, files: list[tuple[str, bytes, str]], request_part: Any, code: str
) -> None:
    response = send(caller, *files, request=request_part)
    assert response.status_code == 400
    assert response.json()["error"]["code"].startswith(code)
    assert caller.sim.faxes() == []


def test_without_files_no_fax_is_created(caller: Caller) -> None:
    assert send(caller).status_code == 204


def test_the_other_form_is_refused(caller: Caller) -> None:
    response = caller.create()
    assert response.json()["error"]["code"] == "fx_recipients_invalid"


def test_a_server_of_the_new_form_takes_no_multipart(caller: Caller) -> None:
    caller.sim.configure(wire="presigned")
    response = send(caller, ("a.pdf", PDF, "application/pdf"))
    assert response.json()["error"]["code"] == "fx_recipients_invalid"


def test_a_server_may_take_both(caller: Caller) -> None:
    caller.sim.configure(wire="both")
    assert send(caller, ("a.pdf", PDF, "application/pdf")).status_code == 200
    assert caller.create().status_code == 200


@pytest.mark.parametrize("at", ["before", "middle", "received"])
def test_a_connection_lost_before_the_effect_makes_no_fax(caller: Caller, at: str) -> None:
    caller.sim.script("create", "drop", at=at)
    with pytest.raises(httpx.TransportError):
        send(caller, ("a.pdf", PDF * 100_000, "application/pdf"))
    caller.sim.wait_until_idle()
    assert caller.sim.report().complete == 0


def test_a_connection_lost_after_the_effect_hides_a_fax(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="done")
    with pytest.raises(httpx.TransportError):
        send(caller, ("a.pdf", PDF, "application/pdf"))
    assert caller.sim.report().complete == 1
