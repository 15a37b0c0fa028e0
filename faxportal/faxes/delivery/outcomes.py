"""What the end of a call means, written down. The table is the design's: what we know after a call.

Each end is one transaction. A result that comes after its worker has lost the lease closes its
try, as knowledge, and changes the handover only where that is true whoever holds it.
"""

from __future__ import annotations

import random
from datetime import timedelta

from faxportal.accounts.models import Connection
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.batches import halve
from faxportal.faxes.delivery.calls import Call, CreateCall, PutCall, Result, SignedIn, SignInCall
from faxportal.faxes.delivery.next_step import TARGET_MARGIN
from faxportal.faxes.delivery.session import Page, change_upload, open_page, seal_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow import backoff
from faxportal.voipnow.api_types import CreatedFax, StoredUpload, WireForm
from faxportal.voipnow.client import may_want_other_wire_form
from faxportal.voipnow.errors import (
    NotAllowed,
    Outcome,
    RecipientsRefused,
    Stopped,
    TargetExpired,
    VoipNowError,
)

#: How long a fax waits before it looks whether the operator has listed an origin.
NOT_ALLOWED_PAUSE = timedelta(seconds=30)


def settle(call: Call, result: Result, clock: Clock) -> None:
    """Write down how a call ended and what follows from it."""
    if isinstance(result, SignedIn):
        return  # the token is kept already, and the next step finds it
    with open_page(call.lease.handover_id, call.lease.fax_id, clock) as page:
        if isinstance(call, SignInCall):
            assert result is None or isinstance(result, VoipNowError)
            _not_signed_in(page, call, result)
            return
        if not page.is_under_way(call.attempt_id):
            return  # written before, by a commit whose answer was lost
        match call, result:
            case CreateCall(form=WireForm.PRESIGNED), CreatedFax():
                _created(page, call, result)
            case CreateCall(form=WireForm.ONE_REQUEST), CreatedFax():
                _sent(page, call, result)
            case PutCall(), StoredUpload():
                _stored(page, call, result)
            case PutCall(), VoipNowError() | None:
                _not_stored(page, call, result)
            case CreateCall(), VoipNowError() | None:
                _not_created(page, call, result)


def _is_ours(page: Page, call: Call) -> bool:
    return page.is_open and page.handover.lease == call.lease.token


def _not_signed_in(page: Page, call: SignInCall, error: VoipNowError | None) -> None:
    """No token, so no create: surely nothing was sent."""
    if not _is_ours(page, call) or page.handover.counter != call.counter:
        return
    reason = error.reason if error else OwnReason.PORTAL_FAULT
    page.event(Event.CREATE_NOT_DONE, reason=reason)
    if error is None or error.temporary:
        page.change(counter=call.counter + 1, **_after_failure(page, error, reason))
    else:
        page.give_up(reason, error.message)


def _created(page: Page, call: CreateCall, created: CreatedFax) -> None:
    page.finish_attempt(call.attempt_id, Outcome.DONE, status=200)
    page.event(Event.CREATED, voipnow_id=created.id, voipnow_uid=created.uid)
    _remember_form(call)
    if not _is_ours(page, call):
        return  # Another worker asks again; this resource stays empty, and empty ones don't go out.
    documents = page.fax.documents.order_by("position")
    Upload.objects.bulk_create(
        Upload(
            handover=page.handover,
            document=document,
            sealed_target=seal_target(target),
            target_expires_at=target.expires_at and target.expires_at - TARGET_MARGIN,
        )
        for document, target in zip(documents, created.targets, strict=True)
    )
    page.move(
        HandoverState.UPLOADING,
        voipnow_id=created.id,
        voipnow_uid=created.uid,
        failures_in_a_row=0,
        reason="",
        server_message="",
    )


def _sent(page: Page, call: CreateCall, sent: CreatedFax) -> None:
    page.finish_attempt(call.attempt_id, Outcome.DONE, status=200)
    page.event(Event.SENT, voipnow_id=sent.id, voipnow_uid=sent.uid)
    _remember_form(call)
    names = {"voipnow_id": sent.id, "voipnow_uid": sent.uid}
    if _is_ours(page, call):
        page.move(HandoverState.COMPLETE, **names, reason="", server_message="")
    elif page.handover.state in (HandoverState.UNCERTAIN, HandoverState.LEFT_OPEN):
        page.change(**names)  # whoever decides should know


def _not_created(page: Page, call: CreateCall, error: VoipNowError | None) -> None:
    outcome, reason = _close(page, call, error)
    surely = outcome == Outcome.NOT_DONE
    page.event(Event.CREATE_NOT_DONE if surely else Event.CREATE_UNKNOWN, reason=reason)
    if not _is_ours(page, call):
        return
    if call.form == WireForm.ONE_REQUEST and not surely:
        page.give_up(reason, error.message if error else "")
    elif error is None or error.temporary:
        page.move(HandoverState.PLANNED, **_after_failure(page, error, reason))
    elif _wants_other_form(call, error):
        # A handover of its own: creates that were lost on the old one sent no files, and must not
        # cast doubt on the form that does.
        page.event(Event.OTHER_FORM)
        page.replace(because=OwnReason.OTHER_FORM, due_at=page.now, wire_form=WireForm.ONE_REQUEST)
    elif isinstance(error, RecipientsRefused) and page.recipients.count() > 1:
        halve(page)
    else:
        page.give_up(reason, error.message)


def _stored(page: Page, call: PutCall, stored: StoredUpload) -> None:
    page.finish_attempt(call.attempt_id, Outcome.DONE, status=stored.status)
    upload = page.upload(call.upload_id)
    page.event(Event.STORED, document=upload.document.position)
    change_upload(
        upload,
        state=UploadState.STORED,
        reason="",
        bytes_sent=upload.document.size,
        stored_at=page.now,
        sealed_target="",
    )
    if _is_ours(page, call):
        page.change(failures_in_a_row=0, reason="", server_message="")


def _not_stored(page: Page, call: PutCall, error: VoipNowError | None) -> None:
    outcome, reason = _close(page, call, error)
    upload = page.upload(call.upload_id)
    surely = outcome == Outcome.NOT_DONE
    page.event(
        Event.PUT_NOT_DONE if surely else Event.PUT_UNKNOWN,
        document=upload.document.position,
        reason=reason,
    )
    if not _is_ours(page, call) or upload.state == UploadState.STORED:
        return
    match error:
        case TargetExpired():
            change_upload(upload, state=UploadState.WAITING, reason=reason, sealed_target="")
            page.change(reason=reason, server_message="")
        case NotAllowed():
            change_upload(upload, state=UploadState.WAITING, reason=reason)
            page.change(
                due_at=page.now + NOT_ALLOWED_PAUSE,
                failures_in_a_row=page.handover.failures_in_a_row + 1,
                reason=reason,
                server_message=error.origin,
            )
        case Stopped():
            change_upload(upload, state=UploadState.WAITING, reason=reason)
        case VoipNowError(temporary=False):
            state = UploadState.REFUSED if surely else UploadState.UNKNOWN
            change_upload(upload, state=state, reason=reason)
            page.give_up(reason, error.message)
        case _:
            change_upload(upload, state=UploadState.WAITING, reason=reason)
            page.change(**_after_failure(page, error, reason))


def _close(
    page: Page, call: CreateCall | PutCall, error: VoipNowError | None
) -> tuple[Outcome, str]:
    """Close the try; what is known, and why."""
    if error is None:
        page.finish_attempt(call.attempt_id, Outcome.UNKNOWN, reason=OwnReason.PORTAL_FAULT)
        return Outcome.UNKNOWN, OwnReason.PORTAL_FAULT
    page.finish_attempt(
        call.attempt_id,
        error.outcome,
        reason=error.reason,
        status=error.status,
        server_message=error.message,
    )
    return error.outcome, error.reason


def _remember_form(call: CreateCall) -> None:
    """A connection's form is proven by a 200, and by nothing else."""
    Connection.objects.filter(pk=call.connection_id, proven_form="").update(proven_form=call.form)


def _wants_other_form(call: CreateCall, error: VoipNowError) -> bool:
    """Whether the older form is worth one try: nothing is proven, and this surely did nothing."""
    if call.form == WireForm.ONE_REQUEST or not may_want_other_wire_form(error):
        return False
    connection = Connection.objects.filter(pk=call.connection_id).first()
    return connection is not None and connection.may_change_form


def _after_failure(page: Page, error: VoipNowError | None, reason: str) -> dict[str, object]:
    """The fields of a handover that is to be tried again later."""
    assert page.fax.deadline_at is not None
    failures_in_a_row = page.handover.failures_in_a_row + 1
    remaining = (page.fax.deadline_at - page.now).total_seconds()
    seconds = backoff.pause(
        failures_in_a_row,
        remaining=remaining,
        chance=random.random,
        retry_after=error.retry_after if error else None,
    )
    pause = max(0.0, remaining if seconds is None else seconds)
    return {
        "failures_in_a_row": failures_in_a_row,
        "due_at": page.now + timedelta(seconds=pause),
        "reason": reason,
        "server_message": error.message if error else "",
    }
