"""Scripted faults: each fault, at each moment, as often as its rule says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from faxportal.simulator.config import APP_KEY, APP_SECRET
from faxportal.simulator.faults import NUMBERS_WHOSE_UPLOADS_FAIL

from .caller import PDF, Caller

BIG = b"x" * 30_000_000


PRESENCE = "/uapi/extensions/@me/@self/presence"


def create(caller: Caller) -> Any:
    return caller.create().json()


@pytest.mark.parametrize("at", ["before", "middle", "received"])
def test_a_put_lost_before_its_effect_is_not_stored(caller: Caller, at: str) -> None:
    [target] = caller.targets(("a.pdf", BIG))
    caller.sim.script("upload", "drop", at=at)
    with pytest.raises(httpx.TransportError):
        caller.put(target, BIG)
    caller.sim.wait_until_idle()
    report = caller.sim.report()
    assert (report.uploads, report.stored) == (1, 0)


def test_a_put_lost_before_its_answer_is_stored(caller: Caller) -> None:
    [target] = caller.targets(("a.pdf", BIG))
    caller.sim.script("upload", "drop", at="done")
    with pytest.raises(httpx.TransportError):
        caller.put(target, BIG)
    assert caller.sim.report().complete == 1
    assert caller.put(target, BIG).status_code == 200
    assert caller.sim.report().repeats == 1


def test_a_create_lost_before_its_answer_leaves_a_fax(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="done")
    with pytest.raises(httpx.TransportError):
        caller.create()
    report = caller.sim.report()
    assert (report.creates, report.faxes, report.complete) == (1, 1, 0)


def test_a_create_lost_before_its_effect_leaves_none(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="received")
    with pytest.raises(httpx.TransportError):
        caller.create()
    report = caller.sim.report()
    assert (report.creates, report.faxes) == (1, 0)


def test_an_answer_may_end_in_its_middle(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="answering")
    with pytest.raises(httpx.TransportError):
        caller.create()
    assert caller.sim.report().faxes == 1


def test_a_kept_connection_may_die_after_its_answer(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="answered")
    assert caller.create().status_code == 200
    # A client that sends its next request before the reset arrives gets an error. Here the reset
    # arrives first, so httpx opens a new connection.
    caller.sim.wait_until_idle()
    assert caller.create().status_code == 200


def test_the_connection_is_reset_and_not_closed_in_order(caller: Caller) -> None:
    caller.sim.script("create", "drop", at="done")
    with pytest.raises(httpx.ReadError, match="reset"):
        caller.create()


@pytest.mark.parametrize(
    ("at", "stored"), [("before", 0), ("middle", 0), ("received", 0), ("done", 1)]
)
def test_any_answer_at_any_moment(caller: Caller, at: str, stored: int) -> None:
    [target] = caller.targets(("a.pdf", BIG))
    caller.sim.script(
        "upload", "answer", at=at, status=503, code="SlowDown", headers={"Retry-After": "7"}
    )
    response = caller.put(target, BIG)
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert "<Code>SlowDown</Code>" in response.text
    assert caller.sim.report().stored == stored


@pytest.mark.parametrize("at", ["before", "middle"])
def test_an_early_refusal_may_leave_the_rest_unread(caller: Caller, at: str) -> None:
    [target] = caller.targets(("a.pdf", BIG))
    caller.sim.script("upload", "answer", at=at, status=403, code="AccessDenied", hang_up=True)
    assert caller.put(target, BIG).status_code == 403


def test_errors_have_the_form_of_their_operation(caller: Caller) -> None:
    for on in ("token", "presence", "create"):
        caller.sim.script(on, "answer", status=500, code="oops", message="No.")
    form = {"grant_type": "client_credentials", "client_id": APP_KEY, "client_secret": APP_SECRET}
    token = caller.voipnow.post("/oauth/token.php", data=form)
    assert token.json() == {"error": "oops", "error_description": "No."}
    voipnows = {"error": {"code": "oops", "message": "No."}}
    assert caller.voipnow.get(PRESENCE).json() == voipnows
    assert create(caller) == voipnows


def test_any_body_of_any_type(caller: Caller) -> None:
    headers = {"Content-Type": "text/html"}
    caller.sim.script("create", "answer", status=502, body="<h1>Bad</h1>", headers=headers)
    response = caller.create()
    assert (response.status_code, response.text) == (502, "<h1>Bad</h1>")
    assert response.headers["content-type"] == "text/html"


def test_an_empty_200_is_an_answer_too(caller: Caller) -> None:
    caller.sim.script("create", "answer", status=200)
    response = caller.create()
    assert (response.status_code, response.content) == (200, b"")
    assert caller.sim.report().faxes == 0


def test_a_rule_hits_once_or_as_often_as_it_says(caller: Caller) -> None:
    caller.sim.script("create", "answer", status=429, times=2)
    caller.sim.script("create", "answer", status=500)
    assert [caller.create().status_code for _ in range(4)] == [429, 429, 500, 200]
    assert caller.sim.hits() == [2, 1]


def test_a_rule_may_last_until_the_script_is_forgotten(caller: Caller) -> None:
    caller.sim.script("create", "answer", status=500, times=None)
    assert [caller.create().status_code for _ in range(3)] == [500] * 3
    caller.sim.forget_script()
    assert caller.create().status_code == 200


def test_a_rule_may_be_for_a_recipient(caller: Caller) -> None:
    caller.sim.script("create", "answer", status=500, recipient="2125550199")
    assert caller.create(to=("7778888",)).status_code == 200
    assert caller.create(to=("7778888", "+12125550199")).status_code == 500


def test_a_rule_may_be_for_a_file(caller: Caller) -> None:
    caller.sim.script("upload", "answer", status=500, file="b.pdf")
    first, second = caller.targets(("a.pdf", PDF), ("b.pdf", PDF))
    assert caller.put(first).status_code == 200
    assert caller.put(second).status_code == 500
    assert caller.put(second).status_code == 200


def test_a_held_request_waits_for_the_script(caller: Caller) -> None:
    [target] = caller.targets()
    caller.sim.script("upload", "hold", at="middle")
    with ThreadPoolExecutor() as pool:
        put = pool.submit(caller.put, target)
        caller.sim.wait_until_held()
        assert not put.done()
        assert caller.sim.report().stored == 0
        caller.sim.release()
        assert put.result().status_code == 200


def test_a_delay_comes_before_the_next_fault(caller: Caller) -> None:
    caller.sim.script("create", "delay", at="before", seconds=0.01)
    caller.sim.script("create", "answer", at="received", status=500)
    assert caller.create().status_code == 500
    assert caller.sim.hits() == [1, 1]


@pytest.mark.parametrize(
    "fault", NUMBERS_WHOSE_UPLOADS_FAIL, ids=lambda fault: str(fault.recipient)
)
def test_each_number_whose_uploads_fail_does_so_once_a_fax(caller: Caller, fault: Any) -> None:
    for _ in range(2):
        [target] = caller.targets(("a.pdf", BIG), to=(fault.recipient,))
        if fault.do == "drop":
            with pytest.raises(httpx.TransportError):
                caller.put(target, BIG)
        else:
            assert caller.put(target, BIG).status_code == fault.status
        assert caller.put(target, BIG).status_code == 200


@pytest.mark.parametrize(
    "rule",
    [
        {"on": "fax", "do": "drop"},
        {"on": "create", "do": "explode"},
        {"on": "create", "do": "drop", "at": "noon"},
        {"on": "create", "do": "answer", "at": "answered"},
        {"on": "create", "do": "drop", "at": "before", "recipient": "7778888"},
        {"on": "token", "do": "drop", "file": "a.pdf"},
        {"on": "create", "do": "alter", "alter": ["nonsense"]},
        {"on": "token", "do": "alter", "alter": ["fewer_files"]},
        {"on": "create", "do": "drop", "unknown": 1},
    ],
)
def test_a_rule_that_could_not_be_carried_out_is_refused(
    caller: Caller, rule: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="error"):
        caller.sim.script(**rule)


def test_requests_can_be_read_back(caller: Caller) -> None:
    caller.create()
    [seen] = caller.sim.requests("create")
    assert (seen.method, seen.target) == ("POST", "/uapi/faxes/@me/0003*210/")
    assert dict(seen.headers)["Content-Type"] == "application/json"
