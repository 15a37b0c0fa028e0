"""The list of extensions."""

from __future__ import annotations

from typing import Any

import pytest

from .caller import Caller

PATH = "/uapi/extensions/@me/@self/presence"


def numbers(page: Any) -> list[str]:
    return [entry["extension"] for entry in page["entry"]]


def test_it_lists_every_extension_with_its_status(caller: Caller) -> None:
    page = caller.voipnow.get(PATH).json()
    assert numbers(page) == ["0003*210", "0003*211", "0003*212", "0003*213"]
    assert page["totalResults"] == 4
    assert {entry["status"] for entry in page["entry"]} == {"1"}


def test_it_comes_in_pages(caller: Caller) -> None:
    page = caller.voipnow.get(PATH, params={"count": 3, "startIndex": 2}).json()
    assert numbers(page) == ["0003*212", "0003*213"]
    assert (page["totalResults"], page["itemsPerPage"]) == (4, 3)


def test_past_the_end_there_is_no_content(caller: Caller) -> None:
    response = caller.voipnow.get(PATH, params={"startIndex": 4})
    assert (response.status_code, response.content) == (204, b"")


def test_a_server_without_extensions_has_no_content(caller: Caller) -> None:
    caller.sim.configure(extensions=[])
    assert caller.voipnow.get(PATH).status_code == 204


def test_the_envelope_may_be_wrapped_in_an_array(caller: Caller) -> None:
    caller.sim.configure(wrap_presence=True)
    [page] = caller.voipnow.get(PATH).json()
    assert len(page["entry"]) == 4


def test_an_unknown_user_is_refused(caller: Caller) -> None:
    response = caller.voipnow.get(PATH.replace("@me", "99"))
    assert (response.status_code, response.json()["error"]["code"]) == (400, "user_invalid")


@pytest.mark.parametrize("name", ["count", "startIndex"])
def test_a_negative_number_is_refused(caller: Caller, name: str) -> None:
    assert caller.voipnow.get(PATH, params={name: "-1"}).status_code == 400
