"""The next step for a handover that we hold: written down first, then handed out as calls."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from faxportal.accounts import encryption
from faxportal.accounts.connections import voipnow_for
from faxportal.accounts.models import Connection
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import next_step
from faxportal.faxes.delivery.batches import set_apart
from faxportal.faxes.delivery.calls import Call, CreateCall, PutCall, SignInCall
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.outcomes import NOT_ALLOWED_PAUSE
from faxportal.faxes.delivery.session import Page, change_upload, open_page, open_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import BlockedNumber, Carrier
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState, HandoverState, UploadState
from faxportal.voipnow.api_types import CreateFax, FileToSend, WireForm
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import NotAllowed, Reason
from faxportal.voipnow.network import Network

#: Between one renewal and the next, growing with each: a storage whose clock is wrong gives out
#: targets that are dead on arrival.
_RENEWAL_PAUSE = timedelta(seconds=2)
_MOST_PAUSES = 30

#: A scheduled fax that is later than this is not wanted by itself any more.
TOO_LATE = timedelta(days=1)


class CannotGoOn(Exception):
    """A handover that can't be tried; `reason` says why."""

    def __init__(self, reason: OwnReason) -> None:
        super().__init__(reason)
        self.reason = reason


def advance(
    lease: Lease,
    *,
    running: Collection[Call],
    network: Network,
    clock: Clock,
    for_browser: bool = False,
) -> list[Call]:
    """Take the next step for a handover and return the calls to make, their tries written.

    `running` are its calls that are under way here. No new call and none running: the handover is
    over, not due yet, or a page's turn. `for_browser` takes the steps that are a page's: it creates
    and renews what the sender's browser carries, and leaves PUTs to a worker. Raises `Superseded`
    where it isn't ours any more.
    """
    uploads = {call.upload_id for call in running if isinstance(call, PutCall)}
    creating = any(isinstance(call, SignInCall | CreateCall) for call in running)
    with open_page(lease.handover_id, lease.fax_id, clock) as page:
        page.require(lease)
        facts = page.facts()
        _note_lost_calls(page, facts.put_by_browser | uploads, creating)
        step = next_step.next_step(
            facts, running=uploads, creating=creating, for_browser=for_browser, now=page.now
        )
        if not running:
            _leave_to_browser(step, page, facts)
        if for_browser and isinstance(step, next_step.Put):
            return []
        try:
            return _take(step, page, lease, network)
        except CannotGoOn as error:
            page.give_up(error.reason)
            return []


def _take(step: next_step.Step, page: Page, lease: Lease, network: Network) -> list[Call]:
    """Write a step down; the calls that it asks for."""
    goes_out = isinstance(step, next_step.Create | next_step.Put | next_step.Renew)
    if goes_out and _waits_for_origin(page, network):
        return []
    match step:
        case next_step.Create():
            call = _create(page, lease, network)
            return [call] if call else []
        case next_step.Put(uploads):
            return _put(page, lease, uploads)
        case next_step.Complete():
            page.event(Event.COMPLETE, voipnow_id=page.handover.voipnow_id)
            page.move(HandoverState.COMPLETE)
        case next_step.Renew():
            _renew(page)
        case next_step.Cancel():
            page.event(Event.CANCELLED)
            page.move(HandoverState.ABANDONED, reason=OwnReason.CANCELLED)
            page.follow()
        case next_step.GiveUp(is_late):
            reason = OwnReason.DEADLINE if is_late else page.handover.reason
            page.give_up(reason or OwnReason.WORKER_LOST, page.handover.server_message)
    return []


def _leave_to_browser(step: next_step.Step, page: Page, facts: next_step.HandoverFacts) -> None:
    """Let no worker look again while only the sender's page can do something.

    A page may be at a file that it has handed over since.
    """
    is_a_browsers = facts.needs_browser or bool(facts.put_by_browser)
    is_due = facts.cancelling or page.handover.due_at <= page.now
    rests = isinstance(step, next_step.NothingToDo | next_step.Wait) and is_due
    until = facts.browser_until(page.now) if is_a_browsers and rests else None
    if page.handover.browser_until != until:
        page.change(browser_until=until)


def _note_lost_calls(page: Page, uploads: Collection[int], creating: bool) -> None:
    """Put back to waiting what a worker or a page was doing that is gone.

    The tries stay open: unknown.
    """
    lost = [
        upload
        for upload in page.uploads
        if upload.state == UploadState.PUTTING and upload.pk not in uploads
    ]
    by_browser = [upload for upload in lost if upload.attempts.latest("id").browser_until]
    for upload in by_browser:
        change_upload(upload, state=UploadState.WAITING, reason=OwnReason.BROWSER_GONE)
        page.event(Event.BROWSER_GONE, document=upload.document.position)
    lost = [upload for upload in lost if upload not in by_browser]
    for upload in lost:
        change_upload(upload, state=UploadState.WAITING, reason=OwnReason.WORKER_LOST)
    lost_create = page.handover.state == HandoverState.CREATING and not creating
    if lost or lost_create:
        page.event(Event.WORKER_LOST)
        page.change(reason=OwnReason.WORKER_LOST, server_message="")
    if lost_create:
        page.move(HandoverState.PLANNED)


def _waits_for_origin(page: Page, network: Network) -> bool:
    """Whether the files must go to an origin that the operator has not listed.

    Then nothing is tried and nothing more is created until it is.
    """
    if page.handover.reason != Reason.ORIGIN_NOT_ALLOWED:
        return False
    try:
        network.guard.check_target(page.handover.server_message)
    except NotAllowed:
        page.change(due_at=page.now + NOT_ALLOWED_PAUSE)
        return True
    return False


def _create(page: Page, lease: Lease, network: Network) -> SignInCall | CreateCall | None:
    """Write a create down, in the form that the connection wants. Raises `CannotGoOn`.

    In the older form its try is opened only when there is nothing to be asked for before it. None
    where some of its recipients are blocked by now, and where the older form needs a file that is
    in the sender's browser: then the form is written, so that its page hands the file over.
    """
    _check_schedule(page)
    if _has_blocked(page):
        return None
    connection, voipnow = _connection(page, network)
    form = WireForm(page.handover.wire_form or connection.wire_form())
    documents = list(page.fax.documents.order_by("position"))
    elsewhere = [document for document in documents if not document.stored_as]
    if any(document.carrier == Carrier.PORTAL for document in elsewhere):
        raise CannotGoOn(OwnReason.DOCUMENT_GONE)
    if elsewhere and form == WireForm.ONE_REQUEST:
        page.change(wire_form=form)
        return None
    if form == WireForm.ONE_REQUEST and not voipnow.is_signed_in:
        return SignInCall(lease=lease, voipnow=voipnow, counter=page.handover.counter)
    request = CreateFax(
        recipients=tuple(page.recipients.values_list("dialled", flat=True)),
        files=tuple(
            FileToSend(
                upload_identifier=f"document-{document.position}",
                name=document.name,
                size=document.size,
                content_type=document.content_type,
            )
            for document in documents
        ),
    )
    opened = page.start_attempt()
    page.event(Event.CREATING if form == WireForm.PRESIGNED else Event.SENDING)
    page.change(wire_form=form)
    if page.handover.state == HandoverState.PLANNED:
        page.move(HandoverState.CREATING)
    return CreateCall(
        attempt_id=opened.pk,
        lease=lease,
        connection_id=connection.pk,
        voipnow=voipnow,
        extension=page.fax.extension,
        request=request,
        form=form,
        stored_as=tuple(document.stored_as for document in documents),
    )


def _check_schedule(page: Page) -> None:
    """Let a scheduled fax that is due wait like any other, unless its time is long over."""
    if page.fax.state != FaxState.SCHEDULED:
        return
    page.follow()
    assert page.fax.due_at is not None
    if page.now > page.fax.due_at + page.fax.paused_for + TOO_LATE:
        raise CannotGoOn(OwnReason.TOO_LATE)


def _has_blocked(page: Page) -> bool:
    """Whether recipients were blocked since it was submitted, and are set apart from the others.

    Raises `CannotGoOn` where all of them are.
    """
    recipients = list(page.recipients)
    phones = BlockedNumber.objects.blocking([recipient.canonical for recipient in recipients])
    blocked = [recipient for recipient in recipients if recipient.canonical in phones]
    if blocked and len(blocked) == len(recipients):
        raise CannotGoOn(OwnReason.BLOCKED)
    if blocked:
        set_apart(page, blocked)
    return bool(blocked)


def _connection(page: Page, network: Network) -> tuple[Connection, VoipNow]:
    """The sender's connection as it is now. Raises `CannotGoOn`."""
    connection = Connection.objects.filter(user=page.fax.sender).first()
    if connection is None:
        raise CannotGoOn(OwnReason.NOT_CONNECTED)
    if not connection.extensions.filter(number=page.fax.extension).exists():
        raise CannotGoOn(OwnReason.EXTENSION_GONE)
    try:
        return connection, voipnow_for(connection, network)
    except encryption.KeyLost:
        raise CannotGoOn(OwnReason.KEY_LOST) from None


def _put(page: Page, lease: Lease, upload_ids: tuple[int, ...]) -> list[Call]:
    """Write PUTs down. Raises `CannotGoOn`."""
    uploads = [page.upload(upload_id) for upload_id in upload_ids]
    if not all(upload.document.stored_as for upload in uploads):
        raise CannotGoOn(OwnReason.DOCUMENT_GONE)
    try:
        targets = [open_target(upload.sealed_target) for upload in uploads]
    except encryption.KeyLost:
        raise CannotGoOn(OwnReason.KEY_LOST) from None
    calls: list[Call] = []
    for upload, target in zip(uploads, targets, strict=True):
        opened = page.start_attempt(upload)
        page.event(Event.PUTTING, document=upload.document.position)
        calls.append(
            PutCall(
                attempt_id=opened.pk,
                lease=lease,
                upload_id=upload.pk,
                target=target,
                stored_as=upload.document.stored_as,
            )
        )
    return calls


def _renew(page: Page) -> None:
    """Give up a handover that surely isn't complete, and plan another for its batch."""
    old = page.handover
    failures_in_a_row = old.failures_in_a_row + 1
    page.event(Event.RENEWED, voipnow_id=old.voipnow_id, reason=old.reason)
    page.replace(
        because=OwnReason.TARGET_RENEWED,
        failures_in_a_row=failures_in_a_row,
        due_at=page.now + _RENEWAL_PAUSE * min(failures_in_a_row - 1, _MOST_PAUSES),
    )
