"""Recording how a call ended, and what follows for its handover.

Each outcome is written in one transaction. A call may end after its worker has lost the lease. The
outcome is true even then, so it finishes the attempt. But in that case the outcome changes the
handover only if the change is right whoever has the lease now. `docs/delivery.md` has a table of
what is known after each call.
"""

from __future__ import annotations

from typing import Any

from faxportal.accounts.models import Connection
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.locked_handover import LockedHandover, lock_handover
from faxportal.faxes.delivery.merge_documents import MergeCall, Merged, NotMerged, record_merge
from faxportal.faxes.delivery.network_calls import (
    Call,
    CreateCall,
    PutCall,
    Result,
    SignedIn,
    SignInCall,
)
from faxportal.faxes.delivery.next_step import TARGET_MARGIN
from faxportal.faxes.delivery.record_in_circuit import record_in_circuit
from faxportal.faxes.delivery.retries import NOT_ALLOWED_PAUSE, after_failure, after_stop
from faxportal.faxes.delivery.sealed_targets import seal_target
from faxportal.faxes.delivery.split_batch import halve
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.api_types import CreatedFax, StoredUpload, WireForm
from faxportal.voipnow.client import may_want_other_wire_form
from faxportal.voipnow.errors import (
    NotAllowed,
    Outcome,
    Reason,
    RecipientsRefused,
    Stopped,
    TargetExpired,
    TryLater,
    VoipNowError,
)

#: So often storage may say that a target is over before the portal's clock does.
_MOST_REFUSALS = 3


def record_outcome(call: Call, result: Result, clock: Clock) -> None:
    """Write how a call ended and what follows. Recording the same outcome again changes nothing."""
    if isinstance(call, SignInCall):
        _record_sign_in(call, result, clock)
        return
    if isinstance(call, MergeCall):
        assert result is None or isinstance(result, Merged | NotMerged)
        record_merge(call, result, clock)
        return
    with lock_handover(call.lease.handover_id, call.lease.fax_id, clock) as locked:
        if not locked.is_under_way(call.attempt_id):
            return  # recorded already, by a commit whose answer was lost
        probe_at = record_in_circuit(locked, call, result)
        _record_attempt(locked, call, result)
        if probe_at is not None and _is_ours(locked, call):
            locked.change(due_at=min(probe_at, locked.fax.times.deadline_at))


def _record_attempt(locked: LockedHandover, call: CreateCall | PutCall, result: Result) -> None:
    match call, result:
        case CreateCall(form=WireForm.PRESIGNED), CreatedFax():
            _created(locked, call, result)
        case CreateCall(form=WireForm.ONE_REQUEST), CreatedFax():
            _sent(locked, call, result)
        case PutCall(), StoredUpload():
            _stored(locked, call, result)
        case PutCall(), VoipNowError() | None:
            _not_stored(locked, call, result)
        case CreateCall(), VoipNowError() | None:
            _not_created(locked, call, result)


def _is_ours(locked: LockedHandover, call: Call) -> bool:
    """Whether the call's worker still has the handover."""
    return locked.is_open and locked.handover.lease == call.lease.token


def _not_signed_in(locked: LockedHandover, call: SignInCall, error: VoipNowError | None) -> None:
    """Record that a sign-in failed. Nothing was sent: a create request needs the token."""
    if not _is_ours(locked, call) or locked.handover.counter != call.counter:
        return
    reason = error.reason if error else OwnReason.PORTAL_FAULT
    locked.add_event(Event.CREATE_NOT_DONE, reason=reason)
    if error is None or error.temporary:
        locked.raise_counter(**after_failure(locked, error, reason))
    else:
        locked.give_up(reason, error.message)


def _record_sign_in(call: SignInCall, result: Result, clock: Clock) -> None:
    """Record how a sign-in ended. Its token is saved already, and the next step finds it."""
    if isinstance(result, SignedIn) and call.voipnow.is_signed_in:
        circuits.record_answer(call.server)
        return
    error = result if isinstance(result, VoipNowError) else None
    with lock_handover(call.lease.handover_id, call.lease.fax_id, clock) as locked:
        record_in_circuit(locked, call, result)
        if isinstance(result, SignedIn):  # the token had expired when it arrived
            error = TryLater(Reason.SIGN_IN_NOT_UNDERSTOOD)
        _not_signed_in(locked, call, error)


def _created(locked: LockedHandover, call: CreateCall, created: CreatedFax) -> None:
    locked.finish_attempt(call.attempt_id, Outcome.DONE, status=200)
    locked.add_event(Event.CREATED, voipnow_id=created.id, voipnow_uid=created.uid)
    _remember_form(call)
    if not _is_ours(locked, call):
        return  # Another worker creates the fax again. This resource gets no files and isn't sent.
    documents = locked.fax.documents.order_by("position")
    # VoipNow made the targets after this moment. So they live at least until the time that is
    # computed from this moment, whatever VoipNow's clock says.
    asked_at = Attempt.objects.values_list("opened_at", flat=True).get(pk=call.attempt_id)
    Upload.objects.bulk_create(
        Upload(
            handover=locked.handover,
            document=document,
            sealed_target=seal_target(target),
            target_expires_at=(
                asked_at + target.lifetime - TARGET_MARGIN if target.lifetime else None
            ),
        )
        for document, target in zip(documents, created.targets, strict=True)
    )
    storage_origin = str(Origin.of(created.targets[0].url))
    circuits.remember_storage(call.server, storage_origin)
    locked.move(
        HandoverState.UPLOADING,
        voipnow_id=created.id,
        voipnow_uid=created.uid,
        storage_origin=storage_origin,
        # If targets expire again and again, a successful create request does not end the series of
        # failures.
        failures_in_a_row=locked.handover.failures_in_a_row if locked.handover.renewals else 0,
        reason="",
        server_message="",
    )


def _sent(locked: LockedHandover, call: CreateCall, sent: CreatedFax) -> None:
    """Record a successful create request in the older wire form.

    The request carried the files, so the batch is handed over.
    """
    locked.finish_attempt(call.attempt_id, Outcome.DONE, status=200)
    locked.add_event(Event.SENT, voipnow_id=sent.id, voipnow_uid=sent.uid)
    _remember_form(call)
    if _is_ours(locked, call):
        locked.move(
            HandoverState.COMPLETE,
            voipnow_id=sent.id,
            voipnow_uid=sent.uid,
            reason="",
            server_message="",
        )
    elif locked.handover.state in (HandoverState.UNCERTAIN, HandoverState.LEFT_OPEN):
        # The ids help the person who decides.
        locked.change(voipnow_id=sent.id, voipnow_uid=sent.uid)


def _not_created(locked: LockedHandover, call: CreateCall, error: VoipNowError | None) -> None:
    outcome, reason = _finish(locked, call, error)
    surely = outcome == Outcome.NOT_DONE
    locked.add_event(Event.CREATE_NOT_DONE if surely else Event.CREATE_UNKNOWN, reason=reason)
    if not _is_ours(locked, call):
        return
    if call.form == WireForm.ONE_REQUEST and not surely:
        locked.give_up(reason, error.message if error else "")
    elif error is None or error.temporary or _has_other_server(call):
        locked.move(HandoverState.PLANNED, **after_failure(locked, error, reason))
    elif _wants_other_form(call, error):
        # The one-request form gets a handover of its own. An earlier create request in the
        # pre-signed form sent no files, even if its effect is unknown. But in a handover of the
        # one-request form, it would count as a request that may have sent the files.
        locked.add_event(Event.OTHER_FORM)
        locked.replace(
            because=OwnReason.OTHER_FORM, due_at=locked.now, wire_form=WireForm.ONE_REQUEST
        )
    elif isinstance(error, RecipientsRefused) and locked.recipients.count() > 1:
        halve(locked)
    else:
        locked.give_up(reason, error.message)


def _stored(locked: LockedHandover, call: PutCall, stored: StoredUpload) -> None:
    locked.finish_attempt(call.attempt_id, Outcome.DONE, status=stored.status)
    upload = locked.upload(call.upload_id)
    noted: dict[str, Any] = {"etag_differs": True} if stored.etag_differs else {}
    locked.add_event(Event.STORED, document=upload.document.position, **noted)
    locked.mark_stored(upload)
    if _is_ours(locked, call):
        locked.change(failures_in_a_row=0, reason="", server_message="")


def _not_stored(locked: LockedHandover, call: PutCall, error: VoipNowError | None) -> None:
    outcome, reason = _finish(locked, call, error)
    upload = locked.upload(call.upload_id)
    surely = outcome == Outcome.NOT_DONE
    locked.add_event(
        Event.PUT_NOT_DONE if surely else Event.PUT_UNKNOWN,
        document=upload.document.position,
        reason=reason,
    )
    if not _is_ours(locked, call) or upload.state == UploadState.STORED:
        return
    match error:
        case TargetExpired() if _may_learn_more(locked, upload):
            locked.change_upload(upload, state=UploadState.WAITING, reason=reason)
            locked.change(**after_failure(locked, error, reason))
        case TargetExpired():
            locked.change_upload(upload, state=UploadState.WAITING, reason=reason, sealed_target="")
            locked.change(reason=reason, server_message="")
        case NotAllowed():
            locked.change_upload(upload, state=UploadState.WAITING, reason=reason)
            locked.change(
                due_at=locked.now + NOT_ALLOWED_PAUSE,
                failures_in_a_row=locked.handover.failures_in_a_row + 1,
                reason=reason,
                server_message=error.origin,
            )
        case Stopped():
            locked.change_upload(upload, state=UploadState.WAITING, reason=reason)
            locked.change(**after_stop(locked))
        case VoipNowError(temporary=False):
            state = UploadState.REFUSED if surely else UploadState.UNKNOWN
            locked.change_upload(upload, state=state, reason=reason)
            locked.give_up(reason, error.message)
        case _:
            locked.change_upload(upload, state=UploadState.WAITING, reason=reason)
            locked.change(**after_failure(locked, error, reason))


def _may_learn_more(locked: LockedHandover, upload: Upload) -> bool:
    """Whether repeating an upload may still tell what became of its earlier attempts.

    It may if one of them may have stored the file, and if the target lives by the portal's clock.
    Storage may have been wrong about the target's end, and a repetition does no harm (A2). But it
    is believed when it has said so `_MOST_REFUSALS` times.
    """
    expires_at = upload.target_expires_at
    if expires_at is None or expires_at <= locked.now:
        return False
    attempts = Attempt.objects.filter(upload=upload)
    of_target = attempts.filter(reason__in=[Reason.TARGET_EXPIRED, Reason.TARGET_REFUSED])
    if of_target.count() >= _MOST_REFUSALS:
        return False
    return attempts.exclude(outcome=Outcome.NOT_DONE).exists()


def _finish(
    locked: LockedHandover, call: CreateCall | PutCall, error: VoipNowError | None
) -> tuple[Outcome, str]:
    """Finish the attempt of a call that failed, and return the outcome and the reason."""
    if error is None:
        locked.finish_attempt(call.attempt_id, Outcome.UNKNOWN, reason=OwnReason.PORTAL_FAULT)
        return Outcome.UNKNOWN, OwnReason.PORTAL_FAULT
    locked.finish_attempt(
        call.attempt_id,
        error.outcome,
        reason=error.reason,
        status=error.status,
        server_message=error.message,
    )
    return error.outcome, error.reason


def _remember_form(call: CreateCall) -> None:
    """Save the wire form of a successful create request, if the connection has no proven form yet.

    Only a create request with status 200 proves that the server takes a wire form. It proves
    nothing about another server that the person has chosen meanwhile.
    """
    Connection.objects.filter(pk=call.connection_id, server=call.server, proven_form="").update(
        proven_form=call.form
    )


def _has_other_server(call: CreateCall) -> bool:
    """Whether the sender has chosen another server since the call.

    The other server has refused nothing.
    """
    connection = Connection.objects.filter(pk=call.connection_id).first()
    return connection is not None and connection.server != call.server


def _wants_other_form(call: CreateCall, error: VoipNowError) -> bool:
    """Whether to try the older wire form, after this create request failed in the newer form.

    Only if the request surely did nothing, and if the connection may change its form.
    """
    if call.form == WireForm.ONE_REQUEST or not may_want_other_wire_form(error):
        return False
    connection = Connection.objects.filter(pk=call.connection_id).first()
    return connection is not None and connection.may_change_form
