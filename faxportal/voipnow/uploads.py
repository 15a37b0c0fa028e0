"""Putting one file where its pre-signed URL says. Storage gets the bytes and no credentials."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from faxportal.voipnow import answer_outcomes, answers
from faxportal.voipnow.api_types import StoredUpload, UploadTarget
from faxportal.voipnow.errors import NotUnderstood, Reason, TargetDead, Unknown, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.upload_bodies import FileBody, unheard


def _not_cancelled() -> bool:
    return False


def put(
    network: Network,
    target: UploadTarget,
    file: BinaryIO,
    *,
    on_progress: Callable[[int], object] = unheard,
    cancelled: Callable[[], bool] = _not_cancelled,
) -> StoredUpload:
    """Send `target.content_length` bytes of an open file, from its start.

    `on_progress` gets the bytes that have left us, after each piece of 1 MiB. `cancelled` is asked
    before each piece, not after the last: then the answer is waited for. Both are called in this
    thread, and what they raise comes out.

    Raises `VoipNowError`, each with `bytes_written` and `all_bytes_written`. While the last byte
    has not left, nothing is stored, whatever went wrong: then it is a `NotDone`.
    """
    body = FileBody(file, target.content_length, on_progress=on_progress, cancelled=cancelled)
    try:
        return _put(network, target, body)
    except VoipNowError as raised:
        error = raised
        if isinstance(raised, Unknown) and not body.all_written and not _says_stored(raised):
            error = raised.surely_not_done()
        error.bytes_written = body.bytes_written
        error.all_bytes_written = body.all_written
        raise error from raised.__cause__


def _put(network: Network, target: UploadTarget, body: FileBody) -> StoredUpload:
    origin = network.guard.target(target.url)
    if target.expires_at is not None and datetime.now(UTC) >= target.expires_at:
        raise TargetDead(Reason.TARGET_EXPIRED)
    headers = {name.lower(): value for name, value in target.headers.items()}
    headers.setdefault("content-type", target.content_type)
    headers["content-length"] = str(target.content_length)
    request = network.request("PUT", target.url, headers=headers, content=body)
    begun = time.monotonic()
    with network.exchange(origin, request) as response:
        answer = answers.read(response)
    if not 200 <= answer.status < 300:
        raise answer_outcomes.of_storage(
            answer, expires_at=target.expires_at, now=datetime.now(UTC)
        )
    if not body.all_written:
        raise NotUnderstood(Reason.ANSWER_NOT_UNDERSTOOD, status=answer.status)
    return StoredUpload(
        status=answer.status,
        etag=answer.headers.get("etag", "").strip('"'),
        elapsed=time.monotonic() - begun,
    )


def _says_stored(error: VoipNowError) -> bool:
    """A 2xx to half a file: it contradicts itself, and so stays unknown."""
    return error.status is not None and 200 <= error.status < 300
