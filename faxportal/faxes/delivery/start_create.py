"""Creating a fax resource: what is checked before, and the attempt that is written for the call."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from faxportal.accounts import encryption
from faxportal.accounts.connections import voipnow_for
from faxportal.accounts.models import Connection
from faxportal.documents.file_store import is_readable
from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.blocked_recipients import stop_at_blocked
from faxportal.faxes.delivery.circuits import AfterCreate
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.delivery.network_calls import CreateCall, SignInCall
from faxportal.faxes.delivery.schedule import may_start
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, Carrier, Document
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState
from faxportal.voipnow.api_types import CreateFax, FileToSend, WireForm
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason
from faxportal.voipnow.network import Network


class MustWait(Exception):
    """The handover waits until the operator has corrected something; `reason` says what."""

    def __init__(self, reason: Reason | OwnReason) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotGoOn(Exception):
    """The handover can't go on; `reason` says why."""

    def __init__(self, reason: OwnReason) -> None:
        super().__init__(reason)
        self.reason = reason


def start_create(
    locked: LockedHandover, lease: Lease, network: Network
) -> SignInCall | CreateCall | None:
    """Write the attempt of a create, and return the call to make.

    Raises `CannotGoOn` and `MustWait`.

    The create uses the handover's wire form, or the connection's where the handover has none yet. A
    create in one request needs a token. Where the token is missing, this function returns the call
    that requests a token, and writes no attempt.

    Returns None in three cases:

    - Some recipients have been blocked. The handover has ended.
    - A create in one request needs a file that only the sender's browser has. The function writes
      the wire form, so that the browser learns that it must hand the file to the portal.
    - The server or its storage rests. The function writes nothing.
    """
    if not may_start(locked):
        raise CannotGoOn(OwnReason.TOO_LATE)
    if stop_at_blocked(locked):
        return None
    connection, voipnow = _connection(locked, network)
    form = WireForm(locked.handover.wire_form or connection.wire_form())
    documents = list(locked.fax.documents.order_by("position"))
    if not _has_files(documents, form):
        locked.change(wire_form=form)
        return None
    if form == WireForm.ONE_REQUEST:
        then = AfterCreate.NOTHING
    elif any(document.carrier == Carrier.BROWSER for document in documents):
        then = AfterCreate.BROWSER_UPLOADS
    else:
        then = AfterCreate.PORTAL_UPLOADS
    if not circuits.may_create(connection.server, locked.handover.pk, locked.now, then=then):
        return None
    if form == WireForm.ONE_REQUEST and not voipnow.is_signed_in:
        return SignInCall(
            lease=lease,
            server=connection.server,
            voipnow=voipnow,
            counter=locked.handover.counter,
        )
    request = _request(locked, documents)
    attempt = locked.start_attempt()
    locked.add_event(Event.CREATING if form == WireForm.PRESIGNED else Event.SENDING)
    locked.change(wire_form=form)
    if locked.handover.state == HandoverState.PLANNED:
        locked.move(HandoverState.CREATING)
    return CreateCall(
        attempt_id=attempt.pk,
        lease=lease,
        connection_id=connection.pk,
        server=connection.server,
        voipnow=voipnow,
        extension=locked.fax.extension,
        request=request,
        form=form,
        stored_as=tuple(document.stored_as for document in documents),
        time_outs_in_a_row=_time_outs(locked),
    )


def _time_outs(locked: LockedHandover) -> int:
    """How many of the handover's last finished creates timed out in a row."""
    creates = Attempt.objects.filter(handover=locked.handover, upload=None)
    reasons = creates.exclude(closed_at=None).order_by("-id").values_list("reason", flat=True)
    return sum(1 for _ in takewhile(lambda reason: reason == Reason.TIMED_OUT, reasons))


def _connection(locked: LockedHandover, network: Network) -> tuple[Connection, VoipNow]:
    """The sender's connection as it is now, and a client for it.

    Raises `CannotGoOn` and `MustWait`.
    """
    connection = Connection.objects.filter(user=locked.fax.sender).first()
    if connection is None:
        raise CannotGoOn(OwnReason.NOT_CONNECTED)
    if not connection.extensions.filter(number=locked.fax.extension).exists():
        raise CannotGoOn(OwnReason.EXTENSION_GONE)
    try:
        return connection, voipnow_for(connection, network)
    except encryption.KeyLost:
        raise MustWait(OwnReason.KEY_LOST) from None


def _has_files(documents: Sequence[Document], form: WireForm) -> bool:
    """Whether the portal has the files that a create in this form needs.

    Raises `CannotGoOn` where a file that the portal should have is gone, and `MustWait` where the
    create needs a file that can't be read now.
    """
    elsewhere = [document for document in documents if not document.stored_as]
    if any(document.carrier == Carrier.PORTAL for document in elsewhere):
        raise CannotGoOn(OwnReason.DOCUMENT_GONE)
    if form != WireForm.ONE_REQUEST:
        return True
    if elsewhere:
        return False
    if not all(is_readable(document.stored_as) for document in documents):
        raise MustWait(Reason.FILE_UNREADABLE)
    return True


def _request(locked: LockedHandover, documents: Sequence[Document]) -> CreateFax:
    return CreateFax(
        recipients=tuple(locked.recipients.values_list("dialled", flat=True)),
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
