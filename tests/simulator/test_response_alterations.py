"""Alterations: a test makes the simulator's responses odd. They remain well-formed HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

from faxportal.simulator.config import APP_KEY, APP_SECRET
from faxportal.simulator.response_alterations import NAMES

from .caller import PDF, Caller

PRESENCE = "/uapi/extensions/@me/@self/presence"


# Alterations


def altered(caller: Caller, *names: str) -> httpx.Response:
    caller.sim.script("create", "alter", alter=names)
    return caller.create(("a.pdf", PDF), ("b.pdf", PDF))


@pytest.mark.parametrize("name", sorted(NAMES["create"]))
def test_every_alteration_is_answered_with_200(caller: Caller, name: str) -> None:
    assert altered(caller, name).status_code == 200
    assert caller.sim.report().faxes == 1


@pytest.mark.parametrize(
    ("name", "expected"), [("fewer_files", 1), ("more_files", 3), ("reordered_files", 2)]
)
def test_the_number_of_files_may_differ(caller: Caller, name: str, expected: int) -> None:
    assert len(altered(caller, name).json()["files"]) == expected


def test_files_may_come_in_another_order_with_their_identifiers(caller: Caller) -> None:
    files = altered(caller, "with_identifiers", "reordered_files").json()["files"]
    assert [file["uploadIdentifier"] for file in files] == ["doc1", "doc0"]


def test_an_id_may_be_a_text(caller: Caller) -> None:
    assert isinstance(altered(caller, "text_id").json()["id"], str)


def test_no_redirect_may_be_offered(caller: Caller) -> None:
    assert altered(caller, "redirect_false").json()["files"][0]["redirect"] is False
    assert "redirectUri" not in altered(caller, "without_redirect_uri").json()["files"][0]


def test_an_answer_may_be_compressed(caller: Caller) -> None:
    response = altered(caller, "gzip")
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["files"]) == 2


def test_an_answer_may_be_huge_or_empty_or_broken(caller: Caller) -> None:
    assert len(altered(caller, "huge").content) > 2_000_000
    assert altered(caller, "empty").content == b""
    with pytest.raises(json.JSONDecodeError):
        altered(caller, "not_json").json()


def test_targets_may_have_expired_when_they_are_made(caller: Caller) -> None:
    target = altered(caller, "expired_targets").json()["files"][0]
    assert "Request has expired" in caller.put(target).text


def test_targets_may_be_on_another_origin_and_still_work(caller: Caller) -> None:
    target = altered(caller, "other_origin").json()["files"][0]
    assert target["redirectUri"].startswith("http://localhost:")
    assert caller.put(target).status_code == 200


def test_a_header_may_be_true_and_is_signed_as_a_browser_would_write_it(caller: Caller) -> None:
    target = altered(caller, "boolean_headers").json()["files"][0]
    assert target["redirectHeaders"].pop("x-amz-meta-he-int-faxout") is True
    assert caller.put(target, x_amz_meta_he_int_faxout="true").status_code == 200


def test_one_answer_of_storage_may_lack_cors(caller: Caller) -> None:
    [target] = caller.targets()
    caller.sim.script("upload", "alter", alter=["without_cors"])
    assert "access-control-allow-origin" not in caller.put(target, origin="http://x").headers
    assert "access-control-allow-origin" in caller.put(target, origin="http://x").headers


def test_an_alteration_of_a_missing_field_changes_nothing(caller: Caller) -> None:
    answer = altered(caller, "no_files", "fewer_files", "redirect_false").json()
    assert set(answer) == {"id", "uid"}


def test_a_list_of_extensions_may_be_altered_too(caller: Caller) -> None:
    caller.sim.script("presence", "alter", alter=["html"])
    assert caller.voipnow.get(PRESENCE).headers["content-type"] == "text/html"


def test_a_token_may_be_altered_too(caller: Caller) -> None:
    form = {"grant_type": "client_credentials", "client_id": APP_KEY, "client_secret": APP_SECRET}
    caller.sim.script("token", "alter", alter=["empty"])
    assert caller.voipnow.post("/oauth/token.php", data=form).content == b""
