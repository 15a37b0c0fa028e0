"""Creating a fax resource: what is checked before, and the attempt that is written for the call.

The request for this is the *create request*. In the pre-signed wire form it announces the files,
which are uploaded later. In the older one-request form it carries the documents in one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from faxportal.accounts import encryption
from faxportal.accounts.connections import voipnow_for
from faxportal.accounts.models import Connection
from faxportal.documents.file_store import is_readable
from faxportal.documents.kinds import Kind
from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.blocked_recipients import stop_at_blocked
from faxportal.faxes.delivery.circuits import AfterCreate
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.delivery.merge_documents import MergeCall, merge_call
from faxportal.faxes.delivery.network_calls import CreateCall, SignInCall
from faxportal.faxes.delivery.schedule import may_start
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, Carrier, Document, MergedPdf
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


@dataclass(frozen=True, kw_only=True)
class _Content:
    """The files that a create request announces or carries."""

    files: tuple[FileToSend, ...]
    #: The only file's name in the file store; "" in the pre-signed wire form.
    stored_as: str = ""
    #: What the event `SENDING` says about the file.
    event_data: dict[str, Any] = field(default_factory=dict)


def start_create(
    locked: LockedHandover, lease: Lease, network: Network
) -> MergeCall | SignInCall | CreateCall | None:
    """Write the attempt of a create request, and return the call to make.

    Raises `CannotGoOn` and `MustWait`.

    The request uses the handover's wire form, or the connection's if the handover has none yet. In
    the one-request form, it needs a token, and all documents in one file. If the token or the file
    is missing, this function returns the call that gets it, and writes no attempt.

    Returns None in three cases:

    - Some recipients have been blocked. The handover has ended.
    - The one-request form needs a file that only the sender's browser has. The function writes the
      wire form, so that the browser learns that it must hand the file to the portal.
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
    content = _content(locked, documents, form)
    if content is None:
        return merge_call(locked, lease, documents)
    then = _after_create(documents, form)
    if not circuits.may_create(connection.server, locked.handover.pk, locked.now, then=then):
        return None
    if form == WireForm.ONE_REQUEST and not voipnow.is_signed_in:
        return SignInCall(
            lease=lease,
            server=connection.server,
            voipnow=voipnow,
            counter=locked.handover.counter,
        )
    recipients = tuple(locked.recipients.values_list("dialled", flat=True))
    attempt = locked.start_attempt()
    locked.add_event(
        Event.CREATING if form == WireForm.PRESIGNED else Event.SENDING, **content.event_data
    )
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
        request=CreateFax(recipients=recipients, files=content.files),
        form=form,
        stored_as=content.stored_as,
        time_outs_in_a_row=_time_outs(locked),
    )


def _after_create(documents: Sequence[Document], form: WireForm) -> AfterCreate:
    if form == WireForm.ONE_REQUEST:
        return AfterCreate.NOTHING
    if any(document.carrier == Carrier.BROWSER for document in documents):
        return AfterCreate.BROWSER_UPLOADS
    return AfterCreate.PORTAL_UPLOADS


def _time_outs(locked: LockedHandover) -> int:
    """How many of the handover's last finished create requests timed out, one after another."""
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
    """Whether the portal has the files that a create request in this wire form needs.

    Raises `CannotGoOn` if the portal should have a file, but the file is gone. Raises `MustWait` if
    the request carries the files, and a file can't be read now.
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


def _content(
    locked: LockedHandover, documents: Sequence[Document], form: WireForm
) -> _Content | None:
    """What the create request announces or carries; None if the documents must be merged first.

    Raises `MustWait` if the merged PDF can't be read now.
    """
    if form == WireForm.PRESIGNED:
        return _Content(files=tuple(_announced(document) for document in documents))
    if len(documents) == 1:
        [document] = documents
        data = {"size": document.size, "sha256": document.sha256}
        return _Content(
            files=(_announced(document),), stored_as=document.stored_as, event_data=data
        )
    merged = MergedPdf.objects.filter(fax=locked.fax).first()
    if merged is None:
        return None
    if not is_readable(merged.stored_as):
        raise MustWait(Reason.FILE_UNREADABLE)
    file = FileToSend(
        upload_identifier="document-1",
        name="fax.pdf",
        size=merged.size,
        content_type=Kind.PDF.content_type,
    )
    return _Content(
        files=(file,),
        stored_as=merged.stored_as,
        event_data={
            "merged": len(documents),
            "size": merged.size,
            "sha256": merged.sha256,
            "pages": merged.pages,
        },
    )


def _announced(document: Document) -> FileToSend:
    return FileToSend(
        upload_identifier=f"document-{document.position}",
        name=document.name,
        size=document.size,
        content_type=document.content_type,
    )
