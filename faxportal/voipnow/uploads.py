"""Uploading one file to its pre-signed URL. Storage gets the file and no credentials."""

import hashlib
import math
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO

from faxportal.voipnow import response_errors, responses
from faxportal.voipnow.api_types import StoredUpload, UploadTarget
from faxportal.voipnow.errors import NotUnderstood, Reason, TargetExpired, Unknown, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.request_bodies import LARGEST_PIECE, FileBody, ignore_progress

#: S3's ETag is the MD5 hash of a file that was stored in one piece without encryption by a key
#: service. Other ETags may look like an MD5 hash.
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


def _not_cancelled(is_last: bool) -> bool:
    return False


def put(
    network: Network,
    target: UploadTarget,
    file: BinaryIO,
    *,
    expires_in: timedelta | None = None,
    on_progress: Callable[[int], object] = ignore_progress,
    cancelled: Callable[[bool], bool] = _not_cancelled,
) -> StoredUpload:
    """Send `target.content_length` bytes of an open file, from its start.

    `expires_in` is the time until the target expires; None if that is not known. `on_progress` gets
    the number of bytes that were sent so far, after each piece. `cancelled` is called before each
    piece. Its argument says whether the piece is the last one. If it returns True, the upload
    stops. Nothing stops the upload while the last piece is sent. Both functions run in this thread,
    and their exceptions reach the caller.

    Raises `VoipNowError` with `bytes_written` and `all_bytes_written`. Until the last byte is sent,
    nothing is stored. So an error before that is a `NotDone`, unless storage reported success.
    """
    body = FileBody(file, target.content_length, on_progress=on_progress, cancelled=cancelled)
    try:
        return _put(network, target, file, body, expires_in)
    except VoipNowError as raised:
        error = raised
        if isinstance(raised, Unknown) and not body.all_written and not _claims_success(raised):
            error = raised.as_not_done()
        error.reason = response_errors.STORAGE_REASONS.get(error.reason, error.reason)
        error.bytes_written = body.bytes_written
        error.all_bytes_written = body.all_written
        raise error from raised.__cause__


def _put(
    network: Network,
    target: UploadTarget,
    file: BinaryIO,
    body: FileBody,
    expires_in: timedelta | None,
) -> StoredUpload:
    origin = network.guard.check_target(target.url)
    begun = time.monotonic()
    until = math.inf if expires_in is None else begun + expires_in.total_seconds()
    if begun >= until:
        raise TargetExpired(Reason.TARGET_EXPIRED)
    headers = {name.lower(): value for name, value in target.headers.items()}
    headers.setdefault("content-type", target.content_type)
    headers["content-length"] = str(target.content_length)
    if target.content_length:
        headers["expect"] = "100-continue"  # so that a refusal comes before the file is sent
    request = network.request("PUT", target.url, headers=headers, content=body)
    with network.exchange(origin, request) as response:
        answer = responses.read_response(response)
    if not response_errors.is_stored(answer):
        raise response_errors.storage_error(answer, has_expired=time.monotonic() >= until)
    if not body.all_written:
        raise NotUnderstood(Reason.STORAGE_ANSWER_NOT_UNDERSTOOD, status=answer.status)
    elapsed = time.monotonic() - begun
    etag = answer.headers.get("etag", "").strip('" ')
    return StoredUpload(
        status=answer.status,
        etag=etag,
        etag_differs=bool(_MD5.fullmatch(etag)) and etag.lower() != _md5_of(file),
        elapsed=elapsed,
    )


def _md5_of(file: BinaryIO) -> str:
    """The MD5 hash of a file, in hexadecimal; "" if the file can't be read any more."""
    try:
        file.seek(0)
        hashed = hashlib.md5(usedforsecurity=False)
        while piece := file.read(LARGEST_PIECE):
            hashed.update(piece)
        return hashed.hexdigest()
    except OSError:
        return ""


def _claims_success(error: VoipNowError) -> bool:
    """Whether storage reported success (2xx). After a part of a file, this proves nothing."""
    return error.status is not None and 200 <= error.status < 300
