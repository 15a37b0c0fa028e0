"""Uploads to a real S3 server, which verifies signatures, headers, lengths and expiry."""

import dataclasses
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from faxportal.voipnow.api_types import UploadTarget
from faxportal.voipnow.errors import Outcome, Reason, Refused, TargetExpired, VoipNowError
from faxportal.voipnow.request_bodies import LARGEST_PIECE
from faxportal.voipnow.uploads import put
from tests.support.s3 import S3, signed_at
from tests.voipnow.conftest import NetworkTo

CONTENT = b"%PDF-1.7 hello"


def failure(network_to: NetworkTo, s3: S3, target: UploadTarget, content: bytes) -> VoipNowError:
    with pytest.raises(VoipNowError) as caught:
        put(network_to(s3.url), target, io.BytesIO(content))
    return caught.value


def test_a_file_arrives_with_its_bytes_and_the_headers_that_tell_voipnow(
    network_to: NetworkTo, s3: S3
) -> None:
    stored = put(network_to(s3.url), s3.target("arrives", len(CONTENT)), io.BytesIO(CONTENT))
    assert (stored.status, len(stored.etag)) == (200, 32)
    assert s3.stored("arrives") == (CONTENT, {"he-int-faxout": "1", "app-faxid": "262"})


def test_storage_is_asked_before_each_file(network_to: NetworkTo, s3: S3) -> None:
    network = network_to(s3.url, continue_timeout=10**6)  # without an answer, put never ends
    for key in ("asked", "asked again"):
        put(network, s3.target(key, len(CONTENT)), io.BytesIO(CONTENT))


def test_a_file_of_many_pieces_arrives_whole(network_to: NetworkTo, s3: S3) -> None:
    content = bytes(range(256)) * (5 * LARGEST_PIECE // 256) + b"end"
    put(network_to(s3.url), s3.target("large", len(content)), io.BytesIO(content))
    assert s3.stored("large") == (content, {"he-int-faxout": "1", "app-faxid": "262"})


def test_a_name_with_every_odd_character_is_found(network_to: NetworkTo, s3: S3) -> None:
    key = "odd ~*'()!@$&+,;=:/ünï%2F"
    put(network_to(s3.url), s3.target(key, len(CONTENT)), io.BytesIO(CONTENT))
    found = s3.stored(key)
    assert found is not None
    assert found[0] == CONTENT


def test_the_same_target_takes_the_same_file_again(network_to: NetworkTo, s3: S3) -> None:
    target = s3.target("again", len(CONTENT))
    network = network_to(s3.url)
    etags = {put(network, target, io.BytesIO(CONTENT)).etag for _ in range(2)}
    assert len(etags) == 1


def with_url(change: Callable[[str], str]) -> Callable[[UploadTarget], UploadTarget]:
    return lambda target: dataclasses.replace(target, url=change(target.url))


def other_signature(url: str) -> str:
    head, signature = url.rsplit("X-Amz-Signature=", 1)
    return f"{head}X-Amz-Signature={signature[::-1]}"


TAMPERINGS: dict[str, Callable[[UploadTarget], UploadTarget]] = {
    "another signature": with_url(other_signature),
    "another object": with_url(lambda url: url.replace("/tampered?", "/other?")),
    "a longer life": with_url(lambda url: re.sub(r"Expires=\d+", "Expires=6000", url)),
    "another header": lambda target: dataclasses.replace(
        target, headers={**target.headers, "x-amz-meta-app-faxid": "263"}
    ),
    "a header less": lambda target: dataclasses.replace(
        target, headers={"x-amz-meta-he-int-faxout": "1"}
    ),
    "another type": lambda target: dataclasses.replace(target, content_type="text/plain"),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_what_was_not_signed_is_refused_and_stores_nothing(
    network_to: NetworkTo, s3: S3, tamper: Callable[[UploadTarget], UploadTarget]
) -> None:
    target = tamper(s3.target("tampered", len(CONTENT)))
    error = failure(network_to, s3, target, CONTENT)
    assert (type(error), error.reason) == (Refused, Reason.SIGNATURE_REFUSED)
    assert (error.status, error.code) == (403, "SignatureDoesNotMatch")
    assert s3.stored("tampered") is None
    assert s3.stored("other") is None


def test_another_length_than_signed_is_refused(network_to: NetworkTo, s3: S3) -> None:
    target = dataclasses.replace(s3.target("length", len(CONTENT)), content_length=len(CONTENT) - 1)
    error = failure(network_to, s3, target, CONTENT[:-1])
    assert (type(error), error.reason) == (Refused, Reason.SIGNATURE_REFUSED)
    assert s3.stored("length") is None


def test_an_expired_target_stores_nothing(network_to: NetworkTo, s3: S3) -> None:
    with signed_at(datetime.now(UTC) - timedelta(minutes=10, seconds=1)):
        target = s3.target("expired", len(CONTENT), expires_in=600)
    error = failure(network_to, s3, target, CONTENT)
    assert (type(error), error.reason) == (TargetExpired, Reason.TARGET_EXPIRED)
    assert (error.status, error.outcome) == (403, Outcome.NOT_DONE)
    assert s3.stored("expired") is None


def test_an_early_refusal_of_a_large_file_is_read(network_to: NetworkTo, s3: S3) -> None:
    content = bytes(64 * LARGEST_PIECE)
    target = with_url(other_signature)(s3.target("early", len(content)))
    error = failure(network_to, s3, target, content)
    assert (type(error), error.reason) == (Refused, Reason.SIGNATURE_REFUSED)
    assert error.status == 403
    assert error.bytes_written == 0, "the server answers before it takes the file"
    assert s3.stored("early") is None


def test_a_file_cut_short_stores_nothing(network_to: NetworkTo, s3: S3) -> None:
    """`uploads.put` relies on this rule: until the last byte is sent, nothing is stored."""
    error = failure(network_to, s3, s3.target("cut", 3 * LARGEST_PIECE), bytes(2 * LARGEST_PIECE))
    assert (error.reason, error.all_bytes_written) == (Reason.FILE_CHANGED, False)
    assert error.bytes_written == 2 * LARGEST_PIECE
    assert s3.stored("cut") is None
