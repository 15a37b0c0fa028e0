"""Taking the next step for a handover: commit the step, then return the calls that it needs.

`next_step` chooses the step, and this module takes it. The caller makes the calls when the
transaction has committed, because the transaction writes their attempts.
"""

from __future__ import annotations

from collections.abc import Collection

from faxportal.accounts import encryption
from faxportal.documents.file_store import is_readable
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import circuits, next_step
from faxportal.faxes.delivery.blocked_recipients import stop_at_blocked
from faxportal.faxes.delivery.handover_snapshot import HandoverSnapshot
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import LockedHandover, lock_handover
from faxportal.faxes.delivery.merge_documents import MergeCall
from faxportal.faxes.delivery.network_calls import Call, CreateCall, PutCall, SignInCall
from faxportal.faxes.delivery.retries import NOT_ALLOWED_PAUSE, postpone
from faxportal.faxes.delivery.schedule import reason_at_deadline
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.delivery.start_create import CannotGoOn, MustWait, start_create
from faxportal.faxes.delivery.target_renewal import renew
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.errors import NotAllowed, Reason
from faxportal.voipnow.network import Network


def take_next_step(
    lease: Lease,
    *,
    running: Collection[Call],
    network: Network,
    clock: Clock,
    for_browser: bool = False,
) -> list[Call]:
    """Take the next step for a handover: write the attempts, and return the calls to make.

    `running` are the handover's calls that are under way in this process. If no call is running and
    no call is returned, the caller releases the handover: the handover has ended, is tried later,
    or waits for the sender's browser. `for_browser` says that the caller is a request of the
    sender's browser: such a request creates and renews, and leaves uploads to a worker. Raises
    `Superseded` if the handover does not have this lease any more.
    """
    uploads = {call.upload_id for call in running if isinstance(call, PutCall)}
    creating = any(isinstance(call, MergeCall | SignInCall | CreateCall) for call in running)
    with lock_handover(lease.handover_id, lease.fax_id, clock) as locked:
        locked.require(lease)
        snapshot = locked.snapshot()
        _note_lost_calls(locked, snapshot.uploading_in_browser | uploads, creating)
        step = next_step.choose(
            snapshot, running=uploads, creating=creating, for_browser=for_browser
        )
        if not running:
            _leave_to_browser(step, locked, snapshot)
        if for_browser and isinstance(step, next_step.Put):
            return []
        try:
            return _take(step, locked, snapshot, lease, network, running)
        except MustWait as error:
            postpone(locked, error.reason)
            return []
        except CannotGoOn as error:
            locked.give_up(error.reason)
            return []


def _take(
    step: next_step.Step,
    locked: LockedHandover,
    snapshot: HandoverSnapshot,
    lease: Lease,
    network: Network,
    running: Collection[Call],
) -> list[Call]:
    """Write a step, and return the calls that the step needs. Raises what `start_create` raises."""
    goes_out = isinstance(step, next_step.Create | next_step.Put | next_step.Renew)
    if goes_out and _waits_for_origin(locked, network):
        return []
    match step:
        case next_step.Create():
            call = start_create(locked, lease, network)
            return [call] if call else []
        case next_step.Put(uploads):
            if snapshot.is_before_last_upload and stop_at_blocked(locked):
                return []
            free = lease.slots - sum(isinstance(call, PutCall) for call in running)
            return _put(locked, lease, uploads[: max(0, free)])
        case next_step.Complete():
            _note_complete(locked)
            locked.move(HandoverState.COMPLETE)
        case next_step.Renew():
            renew(locked)
        case next_step.Cancel():
            locked.cancel()
        case next_step.GiveUp(is_late):
            reason = reason_at_deadline(locked) if is_late else locked.handover.reason
            locked.give_up(reason or OwnReason.WORKER_LOST, locked.handover.server_message)
    return []


def _note_complete(locked: LockedHandover) -> None:
    """Write that every file is stored.

    If only the browser says so for some of the files, write the number of these files, too.
    """
    reported = Upload.objects.filter(handover=locked.handover).reported_by_browser().count()
    voipnow_id = locked.handover.voipnow_id
    if reported:
        locked.add_event(Event.COMPLETE, voipnow_id=voipnow_id, by_browser=reported)
    else:
        locked.add_event(Event.COMPLETE, voipnow_id=voipnow_id)


def _leave_to_browser(
    step: next_step.Step, locked: LockedHandover, snapshot: HandoverSnapshot
) -> None:
    """Keep workers away from the handover while only the sender's browser can do something.

    A browser may still be uploading a file after it gave the file to the portal. So this applies
    even if the portal has all files.
    """
    has_browser = snapshot.needs_browser or bool(snapshot.uploading_in_browser)
    is_due = snapshot.cancelling or locked.handover.due_at <= locked.now
    is_idle = isinstance(step, next_step.NothingToDo | next_step.Wait) and is_due
    until = snapshot.browser_until if has_browser and is_idle else None
    if locked.handover.browser_until != until:
        locked.change(browser_until=until)


def _note_lost_calls(locked: LockedHandover, uploads: Collection[int], creating: bool) -> None:
    """Find uploads and a create request whose worker or browser is gone; let them wait again.

    `uploads` are the ids of the uploads that are still under way, and `creating` says that a create
    request is still under way. The attempts of lost calls stay open: their outcome is unknown.
    """
    lost = [
        upload
        for upload in locked.uploads
        if upload.state == UploadState.PUTTING and upload.pk not in uploads
    ]
    by_browser = [upload for upload in lost if upload.attempts.latest("id").browser_until]
    for upload in by_browser:
        locked.change_upload(upload, state=UploadState.WAITING, reason=OwnReason.BROWSER_GONE)
        locked.add_event(Event.BROWSER_GONE, document=upload.document.position)
    by_worker = [upload for upload in lost if upload not in by_browser]
    for upload in by_worker:
        locked.change_upload(upload, state=UploadState.WAITING, reason=OwnReason.WORKER_LOST)
    lost_create = locked.handover.state == HandoverState.CREATING and not creating
    if by_worker or lost_create:
        locked.add_event(Event.WORKER_LOST)
        locked.change(reason=OwnReason.WORKER_LOST, server_message="")
    if lost_create:
        locked.move(HandoverState.PLANNED)


def _waits_for_origin(locked: LockedHandover, network: Network) -> bool:
    """Whether the files must go to an origin that the operator has not listed.

    In that case this function postpones the handover, and no call is made before the next check.
    """
    if locked.handover.reason != Reason.ORIGIN_NOT_ALLOWED:
        return False
    try:
        network.guard.check_target(locked.handover.server_message)
    except NotAllowed:
        locked.change(due_at=locked.now + NOT_ALLOWED_PAUSE)
        return True
    return False


def _put(locked: LockedHandover, lease: Lease, upload_ids: tuple[int, ...]) -> list[Call]:
    """Write the attempts of uploads, and return their calls; no calls while the storage rests.

    Raises `CannotGoOn` and `MustWait`.
    """
    uploads = [locked.upload(upload_id) for upload_id in upload_ids]
    if not all(upload.document.stored_as for upload in uploads):
        raise CannotGoOn(OwnReason.DOCUMENT_GONE)
    if not all(is_readable(upload.document.stored_as) for upload in uploads):
        raise MustWait(Reason.FILE_UNREADABLE)
    try:
        targets = [open_target(upload.sealed_target) for upload in uploads]
    except encryption.KeyLost:
        raise MustWait(OwnReason.KEY_LOST) from None
    storage = locked.handover.storage_origin
    if not uploads or not circuits.may_call(storage, locked.handover.pk, locked.now):
        return []
    calls: list[Call] = []
    for upload, target in zip(uploads, targets, strict=True):
        attempt = locked.start_attempt(upload)
        expires_at = upload.target_expires_at
        locked.add_event(Event.PUTTING, document=upload.document.position)
        calls.append(
            PutCall(
                attempt_id=attempt.pk,
                lease=lease,
                upload_id=upload.pk,
                target=target,
                storage_origin=str(Origin.of(target.url)),
                stored_as=upload.document.stored_as,
                expires_in=expires_at + next_step.TARGET_MARGIN - locked.now
                if expires_at
                else None,
            )
        )
    return calls
