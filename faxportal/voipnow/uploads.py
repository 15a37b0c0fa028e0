"""Uploading one file to its pre-signed URL. Storage gets the file and no credentials."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from faxportal.voipnow import response_errors, responses
from faxportal.voipnow.api_types import StoredUpload, UploadTarget
from faxportal.voipnow.errors import NotUnderstood, Reason, TargetExpired, Unknown, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.request_bodies import FileBody, ignore_progress


def _not_cancelled(is_last: bool) -> bool:
    return False


def put(
    network: Network,
    target: UploadTarget,
    file: BinaryIO,
    *,
    on_progress: Callable[[int], object] = ignore_progress,
    cancelled: Callable[[bool], bool] = _not_cancelled,
) -> StoredUpload:
    """Send `target.content_length` bytes of an open file, from its start.

    `on_progress` gets the number of bytes that were sent so far, after each piece. `cancelled` is
    called before each piece with whether it is the last one, and stops the upload where it returns
    True. Nothing stops the upload while the last piece is sent. Both functions run in this thread,
    and their exceptions reach the caller.

    Raises `VoipNowError` with `bytes_written` and `all_bytes_written`. Until the last byte is sent,
    nothing is stored. So an error before that is a `NotDone`, unless storage reported success.
    """
    body = FileBody(file, target.content_length, on_progress=on_progress, cancelled=cancelled)
    try:
        return _put(network, target, body)
    except VoipNowError as raised:
        error = raised
        if isinstance(raised, Unknown) and not body.all_written and not _claims_success(raised):
            error = raised.as_not_done()
        error.bytes_written = body.bytes_written
        error.all_bytes_written = body.all_written
        raise error from raised.__cause__


def _put(network: Network, target: UploadTarget, body: FileBody) -> StoredUpload:
    origin = network.guard.check_target(target.url)
    if target.expires_at is not None and datetime.now(UTC) >= target.expires_at:
        raise TargetExpired(Reason.TARGET_EXPIRED)
    headers = {name.lower(): value for name, value in target.headers.items()}
    headers.setdefault("content-type", target.content_type)
    headers["content-length"] = str(target.content_length)
    if target.content_length:
        headers["expect"] = "100-continue"  # so that a refusal comes before the file is sent
    request = network.request("PUT", target.url, headers=headers, content=body)
    begun = time.monotonic()
    with network.exchange(origin, request) as response:
        answer = responses.read_response(response)
    if not 200 <= answer.status < 300:
        raise response_errors.storage_error(
            answer, expires_at=target.expires_at, now=datetime.now(UTC)
        )
    if not body.all_written:
        raise NotUnderstood(Reason.ANSWER_NOT_UNDERSTOOD, status=answer.status)
    return StoredUpload(
        status=answer.status,
        etag=answer.headers.get("etag", "").strip('"'),
        elapsed=time.monotonic() - begun,
    )


def _claims_success(error: VoipNowError) -> bool:
    """Whether storage reported success (2xx). After a part of a file, this proves nothing."""
    return error.status is not None and 200 <= error.status < 300
