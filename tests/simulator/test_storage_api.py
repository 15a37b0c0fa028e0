"""Pre-signed PUTs and CORS, as a browser or the portal uses them."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from faxportal.simulator.server import running_simulator
from tests.support.s3 import S3

from .caller import PDF, Caller, calling

PAGE = "http://localhost:8000"
ASKED = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "content-type,x-amz-meta-app-faxid",
}


def refusal_of(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/xml"
    code = response.text.partition("<Code>")[2].partition("</Code>")[0]
    return response.status_code, code


def test_uploaded_files_are_stored_and_the_fax_is_complete(caller: Caller) -> None:
    caller.send(("a.pdf", PDF), ("b.pdf", b"second"))
    [fax] = caller.sim.faxes()
    assert fax.completions == 1
    assert [file.sha256 for file in fax.files] == [
        hashlib.sha256(PDF).hexdigest(),
        hashlib.sha256(b"second").hexdigest(),
    ]
    assert caller.sim.received(fax.id, 2) == b"second"


def test_a_fax_with_a_file_missing_is_not_complete(caller: Caller) -> None:
    first, _ = caller.targets(("a.pdf", PDF), ("b.pdf", PDF))
    caller.put(first)
    [fax] = caller.sim.faxes()
    assert not fax.complete
    assert [file.stored for file in fax.files] == [1, 0]


def test_a_repeated_put_stores_the_object_again_and_is_counted(caller: Caller) -> None:
    [target] = caller.targets()
    for _ in range(3):
        assert caller.put(target).status_code == 200
    report = caller.sim.report()
    assert (report.uploads, report.stored, report.repeats) == (3, 3, 2)
    assert (report.complete, report.completions) == (1, 3)


def test_a_wrong_header_is_refused_and_counted(caller: Caller) -> None:
    [target] = caller.targets()
    response = caller.put(target, x_amz_meta_app_faxid="1")
    assert refusal_of(response) == (403, "SignatureDoesNotMatch")
    [fax] = caller.sim.faxes()
    assert [(file.puts, file.stored) for file in fax.files] == [(1, 0)]


def test_a_tampered_url_is_refused(caller: Caller) -> None:
    [target] = caller.targets()
    target["redirectUri"] += "0"
    assert refusal_of(caller.put(target)) == (403, "SignatureDoesNotMatch")


def test_credentials_of_another_server_are_refused(caller: Caller) -> None:
    [target] = caller.targets()
    assert refusal_of(caller.put(target, authorization="Bearer x")) == (400, "InvalidArgument")


def test_a_target_expires_when_it_says() -> None:
    now = [1_800_000_000.0]
    with running_simulator(clock=lambda: now[0], target_lifetime=60) as sim, calling(sim) as caller:
        [target] = caller.targets()
        now[0] += 59
        assert caller.put(target).status_code == 200
        now[0] += 1
        response = caller.put(target)
        assert refusal_of(response) == (403, "AccessDenied")
        assert "Request has expired" in response.text


def test_all_targets_can_be_expired_at_once(caller: Caller) -> None:
    [old] = caller.targets()
    caller.sim.expire_targets()
    assert "Request has expired" in caller.put(old).text
    [new] = caller.targets()
    assert caller.put(new).status_code == 200


@pytest.mark.parametrize(
    ("content", "code"), [(PDF + b"x", "EntityTooLarge"), (PDF[:-1], "EntityTooSmall")]
)
def test_another_length_is_refused(caller: Caller, content: bytes, code: str) -> None:
    [target] = caller.targets()
    assert refusal_of(caller.put(target, content)) == (400, code)


def test_a_chunked_body_is_refused(caller: Caller) -> None:
    [target] = caller.targets()
    assert refusal_of(caller.put(target, iter([PDF]))) == (411, "MissingContentLength")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_other_methods_are_not_what_was_signed(caller: Caller, method: str) -> None:
    [target] = caller.targets()
    headers = {"content-type": "application/pdf"}
    response = caller.storage.request(method, target["redirectUri"], headers=headers)
    assert refusal_of(response) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("path", ["/", "/faxes/1", "/other/key", "/faxes/%FF"])
def test_without_a_signature_access_is_denied(caller: Caller, path: str) -> None:
    response = caller.storage.put(f"{caller.sim.storage_url}{path}", content=PDF)
    assert refusal_of(response) == (403, "AccessDenied")


def test_a_body_that_ends_too_early_is_not_stored(caller: Caller) -> None:
    [target] = caller.targets(("a.pdf", PDF))

    def short() -> Iterator[bytes]:
        yield PDF[:5]
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        caller.put(target, short(), content_length=str(len(PDF)))
    caller.sim.wait_until_idle()
    report = caller.sim.report()
    assert (report.uploads, report.stored) == (1, 0)


def test_memory_does_not_grow_with_the_body(caller: Caller) -> None:
    mebibyte, count = b"x" * 1024 * 1024, 64
    size = count * len(mebibyte)
    [target] = caller.voipnow.post(
        "/uapi/faxes/@me/0003*210/",
        json={
            "recipients": ["7778888"],
            "files": [
                {
                    "uploadIdentifier": "1",
                    "name": "a.pdf",
                    "size": size,
                    "contentType": "application/pdf",
                }
            ],
        },
    ).json()["files"]
    tracemalloc.start()
    try:
        pieces = (mebibyte for _ in range(count))
        assert caller.put(target, pieces, content_length=str(size)).status_code == 200
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * len(mebibyte)


def test_a_browser_may_send_a_preflight(caller: Caller) -> None:
    [target] = caller.targets()
    response = caller.storage.options(target["redirectUri"], headers=ASKED)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == "PUT"
    assert (
        response.headers["access-control-allow-headers"] == ASKED["Access-Control-Request-Headers"]
    )


def test_a_browser_may_read_the_response_and_a_refusal(caller: Caller) -> None:
    [target] = caller.targets()
    for response in (caller.put(target, origin=PAGE), caller.put(target, b"", origin=PAGE)):
        assert response.headers["access-control-allow-origin"] == "*"


def test_one_origin_may_be_allowed_by_name(caller: Caller) -> None:
    caller.sim.configure(cors_origins=[PAGE])
    [target] = caller.targets()
    response = caller.storage.options(target["redirectUri"], headers=ASKED)
    assert response.headers["access-control-allow-origin"] == PAGE
    other = caller.storage.options(target["redirectUri"], headers={**ASKED, "Origin": "http://x"})
    assert refusal_of(other) == (403, "AccessForbidden")
    assert "access-control-allow-origin" not in caller.put(target, origin="http://x").headers


def test_cors_can_be_refused_for_everyone(caller: Caller) -> None:
    caller.sim.configure(cors_origins=[])
    [target] = caller.targets()
    response = caller.storage.options(target["redirectUri"], headers=ASKED)
    assert refusal_of(response) == (403, "AccessForbidden")


def test_a_browser_may_only_put(caller: Caller) -> None:
    [target] = caller.targets()
    asked = {**ASKED, "Access-Control-Request-Method": "DELETE"}
    response = caller.storage.options(target["redirectUri"], headers=asked)
    assert refusal_of(response) == (403, "AccessForbidden")


def test_without_cors_the_portal_can_still_upload(caller: Caller) -> None:
    caller.sim.configure(cors_origins=[])
    caller.send()
    assert caller.sim.report().complete == 1


def test_targets_can_be_on_a_real_server_which_accepts_their_signatures(
    caller: Caller, s3: S3
) -> None:
    caller.sim.configure(**s3.as_simulated)
    [target] = caller.targets()
    preflight = caller.storage.options(target["redirectUri"], headers=ASKED)
    assert preflight.headers["access-control-allow-origin"] == PAGE
    assert caller.put(target).status_code == 200
    [file] = caller.sim.faxes()[0].files
    assert not file.stored
    found = s3.stored(file.key)
    assert found is not None
    assert found[0] == PDF
