"""The attempts of uploads by a browser.

The browser asks for an attempt just before it sends the first byte. During the upload, its requests
keep the attempt alive. Then the browser reports how the upload ended, which finishes the attempt.

If storage receives a whole upload and then resets the connection, Chromium 156 repeats the upload
by itself (measured). The script learns only how the repetition ended. So if the request of an
upload was sent, the upload never counts as *not done*.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.blocked_recipients import stop_at_blocked
from faxportal.faxes.delivery.browser.keep_alive import ALIVE_FOR
from faxportal.faxes.delivery.browser.last_heard import note_heard
from faxportal.faxes.delivery.browser.status import first_open_handover, uploads_to_offer
from faxportal.faxes.delivery.copy_guard import shared_guard
from faxportal.faxes.delivery.locked_handover import LockedHandover, lock_handover
from faxportal.faxes.delivery.next_step import TARGET_MARGIN
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, BlockedOrigin, Fax, Upload
from faxportal.faxes.permissions import check_can_carry
from faxportal.faxes.states import UploadState
from faxportal.voipnow import response_errors
from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.errors import Outcome, Reason, TargetExpired, VoipNowError
from faxportal.voipnow.responses import Response


class NotNow(Exception):
    """The document can't be uploaded now; the fax's `BrowserStatus` says why."""


class UploadResult(StrEnum):
    """How an upload ended, as the browser reports it."""

    STORED = "stored"
    FAILED = "failed"
    #: The request was never sent.
    NOT_SENT = "not_sent"


@dataclass(frozen=True, kw_only=True)
class UploadReport:
    """What a browser reports about one upload."""

    result: UploadResult
    #: HTTP status; None if the browser did not let the script read the answer.
    status: int | None = None
    #: The beginning of the answer's body; empty if the script could not read it.
    answer: str = field(default="", repr=False)
    #: Storage's ETag of the object, without quotes; empty if the script could not read it.
    etag: str = ""


def start_browser_attempt(fax: Fax, upload_id: int, *, by: User, clock: Clock | None = None) -> int:
    """Write that the sender's browser is about to upload a document. Returns the attempt's id.

    `upload_id` names the upload whose target the browser has. Raises `NotAllowedTo`. Raises
    `NotNow` if this upload can't be started now, for example because the handover has been
    renewed, or because a recipient was blocked.
    """
    check_can_carry(by, fax)
    note_heard(fax, clock or Clock())
    handover = first_open_handover(fax)
    if handover is None or not shared_guard().may_work():
        raise NotNow
    with lock_handover(handover.pk, fax.pk, clock or Clock()) as locked:
        snapshot = locked.snapshot()
        if upload_id not in uploads_to_offer(locked.fax, snapshot):
            raise NotNow
        if not (snapshot.is_before_last_upload and stop_at_blocked(locked)):
            upload = locked.upload(upload_id)
            attempt = locked.start_attempt(upload, browser_until=locked.now + ALIVE_FOR)
            locked.add_event(Event.BROWSER_PUTTING, document=upload.document.position)
            locked.change(browser_until=None)
            return attempt.pk
    raise NotNow  # after the transaction, so that the end of the handover is committed


def record_report(
    fax: Fax, attempt_id: int, report: UploadReport, *, clock: Clock | None = None
) -> None:
    """Write how an upload ended, as the browser reports it. A second report changes nothing.

    Raises `NotNow` if the fax has no such attempt by a browser.
    """
    note_heard(fax, clock or Clock())
    attempt = (
        Attempt.objects.filter(pk=attempt_id, handover__fax=fax).exclude(browser_until=None).first()
    )
    if attempt is None or attempt.upload_id is None:
        raise NotNow
    with lock_handover(attempt.handover_id, fax.pk, clock or Clock()) as locked:
        if not locked.is_under_way(attempt_id):
            return
        upload = locked.upload(attempt.upload_id)
        is_stored = report.result == UploadResult.STORED and report.status in range(200, 300)
        if is_stored:
            _stored(locked, upload, attempt_id, report)
        else:
            _not_stored(locked, upload, attempt_id, report)
        if locked.is_open:
            locked.change(browser_until=None)


def _stored(locked: LockedHandover, upload: Upload, attempt_id: int, report: UploadReport) -> None:
    locked.finish_attempt(attempt_id, Outcome.DONE, status=report.status)
    position = upload.document.position
    if report.etag:
        locked.add_event(Event.BROWSER_STORED, document=position, etag=report.etag)
    else:
        locked.add_event(Event.BROWSER_STORED, document=position)
    with suppress(encryption.KeyLost, ValueError):
        if upload.sealed_target:
            origin = Origin.of(open_target(upload.sealed_target).url)
            BlockedOrigin.objects.filter(origin=str(origin)).delete()
    circuits.record_answer(locked.handover.storage_origin)
    locked.mark_stored(upload)


def _not_stored(
    locked: LockedHandover, upload: Upload, attempt_id: int, report: UploadReport
) -> None:
    reason: str
    if report.result == UploadResult.NOT_SENT:
        outcome, reason, event = Outcome.NOT_DONE, Reason.STOPPED, Event.BROWSER_PUT_NOT_DONE
        error = None
    else:
        error = _error_of(report, upload, locked.now)
        outcome, event = Outcome.UNKNOWN, Event.BROWSER_PUT_UNKNOWN
        reason = error.reason if error else Reason.STORAGE_CONNECTION_LOST
    locked.finish_attempt(attempt_id, outcome, reason=reason, status=report.status)
    locked.add_event(event, document=upload.document.position, reason=reason)
    is_latest = not upload.attempts.filter(pk__gt=attempt_id).exists()
    if not locked.is_open or not is_latest or upload.state == UploadState.STORED:
        return
    locked.change_upload(upload, state=UploadState.WAITING, reason=reason)
    if isinstance(error, TargetExpired):
        locked.change_upload(upload, sealed_target="")


def _error_of(report: UploadReport, upload: Upload, now: datetime) -> VoipNowError | None:
    """The error in storage's answer; None if the script read no answer, or no error in it.

    With or without an error, the outcome of the attempt is unknown.
    """
    if report.status is None or report.status in range(200, 300):
        return None
    answer = Response(status=report.status, headers={}, body=report.answer.encode())
    ends_at = upload.target_expires_at and upload.target_expires_at + TARGET_MARGIN
    has_expired = ends_at is not None and now >= ends_at
    return response_errors.storage_error(answer, has_expired=has_expired)
