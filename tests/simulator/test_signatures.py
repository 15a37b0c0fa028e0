"""Signing and verifying pre-signed URLs, compared with botocore."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from faxportal.simulator.responses import StorageRefusal
from faxportal.simulator.signatures import Keys, presign, verify

KEYS = Keys(id="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
URL = "https://storage.example.com:8443/faxes/ba12/1"
HEADERS = {
    "content-type": "application/pdf",
    "x-amz-meta-he-int-faxout": "1",
    "x-amz-meta-app-faxid": "262",
}


def botocore_presign(url: str, headers: dict[str, str], lifetime: int) -> str:
    """The URL of a PUT, signed by botocore at the time that `get_current_datetime` returns."""
    request = AWSRequest(method="PUT", url=url, headers=headers)
    signer = botocore.auth.S3SigV4QueryAuth(
        Credentials(KEYS.id, KEYS.secret), "s3", KEYS.region, expires=lifetime
    )
    signer.add_auth(request)
    signed: str = request.url
    return signed


@pytest.fixture
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW.replace(tzinfo=None))


def request_of(url: str, headers: dict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """The path with its query, and the headers, as a server receives them."""
    _, _, rest = url.partition("://")
    host, _, target = rest.partition("/")
    return f"/{target}", [("Host", host), *headers.items()]


def check(
    url: str,
    headers: dict[str, str] | None = None,
    *,
    method: str = "PUT",
    now: datetime = NOW,
    keys: Keys = KEYS,
) -> None:
    target, sent = request_of(url, HEADERS if headers is None else headers)
    verify(method, target, sent, keys=keys, now=now)


def refused(url: str, headers: dict[str, str] | None = None, **more: object) -> str:
    with pytest.raises(StorageRefusal) as caught:
        check(url, headers, **more)  # type: ignore[arg-type]
    return f"{caught.value.status} {caught.value.code}: {caught.value.message}"


def ours(url: str = URL, lifetime: int = 600) -> str:
    return presign("PUT", url, HEADERS, keys=KEYS, at=NOW, lifetime=lifetime)


@pytest.mark.usefixtures("_frozen")
def test_our_signed_url_equals_botocores() -> None:
    assert ours() == botocore_presign(URL, HEADERS, 600)


@pytest.mark.usefixtures("_frozen")
def test_a_url_that_botocore_signs_is_accepted() -> None:
    check(botocore_presign(URL, HEADERS, 600))


@pytest.mark.usefixtures("_frozen")
def test_names_with_every_kind_of_character_are_signed_as_botocore_signs_them() -> None:
    url = f"https://storage.example.com/faxes/{quote('ä b+c~(1)*=&.pdf')}"
    assert ours(url) == botocore_presign(url, HEADERS, 600)
    check(ours(url))


@given(
    path=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    value=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1),
    lifetime=st.integers(1, 604800),
)
def test_what_we_sign_we_accept(path: str, value: str, lifetime: int) -> None:
    headers = {"X-Amz-Meta-Note": value}
    url = presign(
        "PUT", f"http://127.0.0.1:1/b/{quote(path)}", headers, keys=KEYS, at=NOW, lifetime=lifetime
    )
    check(url, headers)


def test_a_url_is_valid_until_its_last_second() -> None:
    check(ours(lifetime=60), now=NOW + timedelta(seconds=59))
    assert refused(ours(lifetime=60), now=NOW + timedelta(seconds=60)) == (
        "403 AccessDenied: Request has expired"
    )


def test_a_date_far_ahead_is_refused() -> None:
    assert "not valid yet" in refused(ours(), now=NOW - timedelta(minutes=16))


@pytest.mark.parametrize("name", [*HEADERS, "Host"])
def test_each_signed_header_matters(name: str) -> None:
    changed = {**HEADERS, name: "x"} if name != "Host" else HEADERS
    url = ours().replace("storage.", "elsewhere.") if name == "Host" else ours()
    assert refused(url, changed).startswith("403 SignatureDoesNotMatch")


@pytest.mark.parametrize("name", HEADERS)
def test_a_signed_header_may_not_be_missing(name: str) -> None:
    headers = {other: value for other, value in HEADERS.items() if other != name}
    assert refused(ours(), headers).startswith("403 SignatureDoesNotMatch")


def test_an_amz_header_that_is_not_signed_is_refused() -> None:
    message = refused(ours(), {**HEADERS, "x-amz-acl": "public-read"})
    assert message == (
        "403 AccessDenied: There were headers present in the request which were not signed"
    )


def test_other_headers_may_come_along() -> None:
    check(ours(), {**HEADERS, "User-Agent": "faxportal/1", "Content-Length": "3"})


def test_spaces_around_and_inside_a_value_are_as_botocore_reads_them() -> None:
    check(ours(), {**HEADERS, "content-type": "  application/pdf "})


def test_another_method_is_refused() -> None:
    assert refused(ours(), method="GET").startswith("403 SignatureDoesNotMatch")


def test_another_path_is_refused() -> None:
    assert refused(ours().replace("/1?", "/2?")).startswith("403 SignatureDoesNotMatch")


def test_a_longer_life_is_refused() -> None:
    assert refused(ours().replace("Expires=600", "Expires=6000")).startswith(
        "403 SignatureDoesNotMatch"
    )


def test_another_secret_is_refused() -> None:
    keys = Keys(id=KEYS.id, secret="another")
    assert refused(ours(), keys=keys).startswith("403 SignatureDoesNotMatch")


def test_an_unknown_key_is_refused() -> None:
    keys = Keys(id="SOMEONE", secret=KEYS.secret)
    assert refused(ours(), keys=keys).startswith("403 InvalidAccessKeyId")


def test_a_url_without_signature_is_refused() -> None:
    assert refused(URL) == "403 AccessDenied: Access Denied"


def test_two_ways_of_signing_are_refused() -> None:
    message = refused(ours(), {**HEADERS, "Authorization": "Bearer token"})
    assert message.startswith("400 InvalidArgument: Only one auth mechanism allowed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
        ("Expires=600", "Expires=soon"),
        ("Expires=600", "Expires=0"),
        ("Expires=600", "Expires=604801"),
        ("us-east-1", "eu-west-1"),
        ("20261123T093000Z", "20261124T093000Z"),
        ("20261123T093000Z", "20261123T250000Z"),
        ("X-Amz-Signature", "X-Amz-Signed"),
        ("host%3B", ""),
    ],
)
def test_malformed_parameters_are_refused(old: str, new: str) -> None:
    assert old in ours()
    assert refused(ours().replace(old, new)).startswith("400 AuthorizationQueryParametersError")


def test_the_secret_is_in_no_repr() -> None:
    assert KEYS.secret not in repr(KEYS)
