"""The next step for a handover that we hold: written down first, then handed out as calls."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from faxportal.accounts import encryption
from faxportal.accounts.connecting import voipnow_of
from faxportal.accounts.models import Connection
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import plan
from faxportal.faxes.delivery.book import Page, change_upload, open_page, open_target
from faxportal.faxes.delivery.calls import Call, CreateCall, PutCall
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.settle import NOT_ALLOWED_PAUSE
from faxportal.faxes.models import Handover
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.record import Event
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.errors import NotAllowed, Reason
from faxportal.voipnow.messages import CreateFax, FileToSend
from faxportal.voipnow.network import Network

#: Between one renewal and the next, growing with each: a storage whose clock is wrong gives out
#: targets that are dead on arrival.
_RENEWAL_PAUSE = timedelta(seconds=2)


def advance(
    lease: Lease, *, running: Collection[int], network: Network, clock: Clock
) -> list[Call]:
    """Take the next step for a handover and return the calls to make, their tries written.

    `running` are the uploads whose PUT is under way here. No call and nothing running: the
    handover is over, or not due yet. Raises `Superseded` where it isn't ours any more.
    """
    with open_page(lease.handover_id, lease.fax_id, clock) as page:
        page.require(lease)
        if not page.is_open:
            return []
        _note_lost_calls(page, running)
        step = plan.next_step(page.facts(), running=running, now=page.now)
        if isinstance(step, plan.Create | plan.Put | plan.Renew) and _waits_for_origin(
            page, network
        ):
            return []
        match step:
            case plan.Create():
                return _create(page, lease, network)
            case plan.Put(uploads):
                return _put(page, lease, uploads)
            case plan.Complete():
                page.event(Event.COMPLETE, voipnow_id=page.handover.voipnow_id)
                page.move(HandoverState.COMPLETE)
            case plan.Renew():
                _renew(page)
            case plan.GiveUp(is_late):
                reason = OwnReason.DEADLINE if is_late else page.handover.reason
                page.give_up(reason, page.handover.server_message)
        return []


def _note_lost_calls(page: Page, running: Collection[int]) -> None:
    """Put back to waiting what a worker was doing that is gone. Its tries stay open: unknown."""
    lost = [
        upload
        for upload in page.uploads
        if upload.state == UploadState.PUTTING and upload.pk not in running
    ]
    for upload in lost:
        change_upload(upload, state=UploadState.WAITING, reason=OwnReason.WORKER_LOST)
    if lost or page.handover.state == HandoverState.CREATING:
        page.event(Event.WORKER_LOST)


def _waits_for_origin(page: Page, network: Network) -> bool:
    """Whether the files must go to an origin that the operator has not listed.

    Then nothing is tried and nothing more is created until it is.
    """
    if page.handover.reason != Reason.ORIGIN_NOT_ALLOWED:
        return False
    try:
        network.guard.target(page.handover.server_message)
    except NotAllowed:
        page.change(due_at=page.now + NOT_ALLOWED_PAUSE)
        return True
    return False


def _create(page: Page, lease: Lease, network: Network) -> list[Call]:
    sender = page.fax.sender
    if not sender.is_active:
        page.give_up(OwnReason.SENDER_INACTIVE)
        return []
    connection = Connection.objects.filter(user=sender).first()
    if connection is None:
        page.give_up(OwnReason.NOT_CONNECTED)
        return []
    try:
        voipnow = voipnow_of(connection, network)
    except encryption.KeyLost:
        page.give_up(OwnReason.KEY_LOST)
        return []
    documents = list(page.fax.documents.order_by("position"))
    recipients = page.fax.recipients.filter(slice=page.handover.slice).order_by("position")
    opened = page.open_try()
    page.event(Event.CREATING)
    if page.handover.state == HandoverState.PLANNED:
        page.move(HandoverState.CREATING)
    return [
        CreateCall(
            try_id=opened.pk,
            lease=lease,
            voipnow=voipnow,
            extension=page.fax.extension,
            request=CreateFax(
                recipients=tuple(recipients.values_list("dialled", flat=True)),
                files=tuple(
                    FileToSend(
                        upload_identifier=f"document-{document.position}",
                        name=document.name,
                        size=document.size,
                        content_type=document.content_type,
                    )
                    for document in documents
                ),
            ),
        )
    ]


def _put(page: Page, lease: Lease, upload_ids: tuple[int, ...]) -> list[Call]:
    uploads = [page.upload(upload_id) for upload_id in upload_ids]
    if any(not upload.document.stored_as for upload in uploads):
        page.give_up(OwnReason.DOCUMENT_GONE)
        return []
    try:
        targets = [open_target(upload.sealed_target) for upload in uploads]
    except encryption.KeyLost:
        page.give_up(OwnReason.KEY_LOST)
        return []
    calls: list[Call] = []
    for upload, target in zip(uploads, targets, strict=True):
        opened = page.open_try(upload)
        page.event(Event.PUTTING, document=upload.document.position)
        calls.append(
            PutCall(
                try_id=opened.pk,
                lease=lease,
                upload_id=upload.pk,
                target=target,
                stored_as=upload.document.stored_as,
            )
        )
    return calls


def _renew(page: Page) -> None:
    """Give up a handover that surely isn't complete, and plan another for its slice."""
    old = page.handover
    page.event(Event.RENEWED, voipnow_id=old.voipnow_id, reason=old.reason)
    setbacks = old.setbacks + 1
    page.move(HandoverState.ABANDONED, reason=OwnReason.TARGET_RENEWED, setbacks=setbacks)
    Handover.objects.create(
        fax=page.fax,
        slice=old.slice,
        turn=old.turn,
        setbacks=setbacks,
        due_at=page.now + _RENEWAL_PAUSE * min(setbacks - 1, 30),
    )
    page.follow()
