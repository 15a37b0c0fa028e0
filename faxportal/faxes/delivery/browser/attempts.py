"""A browser's PUT: opened just before its first byte, kept alive, closed by the page's report.

Measured in Chromium 156: where storage takes a whole PUT and resets the connection, Chromium
repeats it by itself, and the page hears of the repeat's fate alone. So what a page reports of a
PUT that it began is never *not done*.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.browser.status import may_be_put, newest_open
from faxportal.faxes.delivery.next_step import TARGET_MARGIN
from faxportal.faxes.delivery.session import Page, change_upload, open_page, open_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, BlockedOrigin, Fax, Upload
from faxportal.faxes.permissions import check_can_carry
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow import response_errors
from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.errors import Outcome, Reason, TargetExpired, VoipNowError
from faxportal.voipnow.responses import Response

#: How long a page that says nothing is taken to be at it.
ALIVE_FOR = timedelta(seconds=60)


class NotNow(Exception):
    """This document can't be put now; the fax's standing says why."""


class What(StrEnum):
    """How a page says that its PUT ended."""

    STORED = "stored"
    FAILED = "failed"
    #: It never began.
    NOT_SENT = "not_sent"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A page's word on one PUT."""

    what: What
    #: HTTP status and the beginning of the answer's text, where the browser let the page read them.
    status: int | None = None
    answer: str = field(default="", repr=False)
    etag: str = ""


def start_browser_attempt(fax: Fax, upload_id: int, *, by: User, clock: Clock | None = None) -> int:
    """Write that the sender's browser is about to put an upload's document; the try's id.

    It is the upload of the target that the page has: a target of a handover that was renewed
    meanwhile must not be taken for the new one's. Raises `NotNow`, and `NotAllowedTo`.
    """
    check_can_carry(by, fax)
    handover = newest_open(fax)
    if handover is None:
        raise NotNow
    with open_page(handover.pk, fax.pk, clock or Clock()) as page:
        if upload_id not in may_be_put(page, page.facts()):
            raise NotNow
        upload = page.upload(upload_id)
        opened = page.start_attempt(upload, browser_until=page.now + ALIVE_FOR)
        page.event(Event.PAGE_PUTTING, document=upload.document.position)
        page.change(browser_until=None)
        return opened.pk


def keep_alive(fax: Fax, attempt_id: int, *, bytes_sent: int, clock: Clock | None = None) -> bool:
    """Note that a page is still at its PUT, and how far; False where it is to stop.

    One that was taken to be gone goes on, unless somebody else has begun with the document.
    """
    now = (clock or Clock()).now()
    running = Attempt.objects.filter(pk=attempt_id, handover__fax=fax, closed_at=None).exclude(
        browser_until=None
    )
    running = running.filter(
        handover__state=HandoverState.UPLOADING, handover__fax__cancel_asked_at=None
    )
    later = Attempt.objects.filter(upload=OuterRef("upload"), pk__gt=OuterRef("pk"))
    if not running.exclude(Exists(later)).update(browser_until=now + ALIVE_FOR):
        return False
    upload = Upload.objects.select_related("document").get(attempts=attempt_id)
    Upload.objects.filter(pk=upload.pk, state=UploadState.PUTTING).update(
        bytes_sent=min(bytes_sent, upload.document.size)
    )
    return True


def report(fax: Fax, attempt_id: int, said: Report, *, clock: Clock | None = None) -> None:
    """Write down how a page says that its PUT ended. Said twice, it is written once."""
    found = (
        Attempt.objects.filter(pk=attempt_id, handover__fax=fax).exclude(browser_until=None).first()
    )
    if found is None or found.upload_id is None:
        raise NotNow
    with open_page(found.handover_id, fax.pk, clock or Clock()) as page:
        if not page.is_under_way(attempt_id):
            return
        upload = page.upload(found.upload_id)
        is_stored = said.what == What.STORED and said.status in range(200, 300)
        if is_stored:
            _stored(page, upload, attempt_id, said)
        else:
            _not_stored(page, upload, attempt_id, said)
        if page.is_open:
            page.change(browser_until=None)


def _stored(page: Page, upload: Upload, attempt_id: int, said: Report) -> None:
    page.finish_attempt(attempt_id, Outcome.DONE, status=said.status)
    data: dict[str, Any] = {"etag": said.etag} if said.etag else {}
    page.event(Event.PAGE_STORED, document=upload.document.position, **data)
    with suppress(encryption.KeyLost, ValueError):
        if upload.sealed_target:
            origin = Origin.of(open_target(upload.sealed_target).url)
            BlockedOrigin.objects.filter(origin=str(origin)).delete()
    change_upload(
        upload,
        state=UploadState.STORED,
        reason="",
        bytes_sent=upload.document.size,
        stored_at=page.now,
        sealed_target="",
    )


def _not_stored(page: Page, upload: Upload, attempt_id: int, said: Report) -> None:
    if said.what == What.NOT_SENT:
        outcome, reason, event = Outcome.NOT_DONE, Reason.STOPPED, Event.PAGE_PUT_NOT_DONE
        error = None
    else:
        error = _verdict(said, upload, page.now)
        outcome, event = Outcome.UNKNOWN, Event.PAGE_PUT_UNKNOWN
        reason = error.reason if error else Reason.CONNECTION_LOST
    page.finish_attempt(attempt_id, outcome, reason=reason, status=said.status)
    page.event(event, document=upload.document.position, reason=reason)
    is_latest = not upload.attempts.filter(pk__gt=attempt_id).exists()
    if not page.is_open or not is_latest or upload.state == UploadState.STORED:
        return
    change_upload(upload, state=UploadState.WAITING, reason=reason)
    if isinstance(error, TargetExpired):
        change_upload(upload, sealed_target="")


def _verdict(said: Report, upload: Upload, now: datetime) -> VoipNowError | None:
    """What storage's answer says, where the page could read one; the outcome stays unknown."""
    if said.status is None or said.status in range(200, 300):
        return None
    answer = Response(status=said.status, headers={}, body=said.answer.encode())
    expires_at = upload.target_expires_at and upload.target_expires_at + TARGET_MARGIN
    return response_errors.storage_error(answer, expires_at=expires_at, now=now.astimezone(UTC))
