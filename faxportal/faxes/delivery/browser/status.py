"""The status of a fax whose files the sender's browser carries, and what the browser does next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from faxportal.faxes import reason_messages
from faxportal.faxes.delivery import next_step
from faxportal.faxes.delivery.browser import messages
from faxportal.faxes.delivery.handover_snapshot import HandoverSnapshot, UploadSnapshot
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Carrier, Document, Fax, Handover
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.api_types import UploadTarget
from faxportal.voipnow.errors import Reason

# Seconds after which a browser asks again.
_SOON = 1
_LATER = 5
_LONGEST_WAIT = 30


class NextAction(StrEnum):
    """What the browser does next."""

    #: Upload the documents that have a target.
    GO = "go"
    #: Ask again after some seconds.
    WAIT = "wait"
    #: Hand the missing files to the portal, which relays them.
    FILES_WANTED = "files_wanted"
    #: Nothing: the browser's part is over.
    OVER = "over"


class DocumentState(TextChoices):
    """What is known of one document. The script reads the value; a person reads the label."""

    STORED = "stored", _("Arrived")
    MISSING = "missing", _("Missing")
    #: The browser's attempt was not finished, or ended without certainty.
    UNKNOWN = "unknown", _("May have arrived")
    #: A browser is uploading it now.
    UPLOADING = "moving", _("On its way")
    #: The portal has the bytes and relays them.
    RELAYED = "held", _("The portal uploads it")


@dataclass(frozen=True, kw_only=True)
class DocumentStatus:
    """What the sender's browser is told about one document."""

    document: Document
    state: DocumentState
    #: The document's upload in the open handover. The browser sends this id to start an attempt.
    upload_id: int | None = None
    #: The target for uploading the document now: a secret that only the sender's browser gets.
    target: UploadTarget | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class BrowserStatus:
    """What the sender's browser is told about the whole fax at one moment."""

    action: NextAction
    #: Seconds after which the browser asks again.
    seconds: int
    #: What a person reads.
    sentence: str
    #: In the order of the fax's documents; empty if the browser has nothing more to do.
    documents: Sequence[DocumentStatus]

    @property
    def missing(self) -> Sequence[Document]:
        """The documents that may not have arrived, and whose files only the sender has."""
        states = (DocumentState.MISSING, DocumentState.UNKNOWN)
        return [one.document for one in self.documents if one.state in states]


def status_of(
    fax: Fax, snapshot: HandoverSnapshot | None, *, with_targets: bool = False
) -> BrowserStatus:
    """The status of a fax. `snapshot` shows its open handover; None if no handover is open.

    `with_targets` adds the upload targets, for answers to the sender's browser only. Raises
    `encryption.KeyLost` if a target can't be decrypted.
    """
    if snapshot is None or not snapshot.is_open or fax.cancel_asked_at:
        return _over(fax)
    if not snapshot.needs_browser:
        return _over(fax)
    offered = uploads_to_offer(fax, snapshot)
    uploads = {upload.document_id: upload for upload in snapshot.uploads}
    documents = [
        _document_status(document, uploads.get(document.pk), offered if with_targets else ())
        for document in fax.documents.order_by("position")
    ]
    action, seconds = _next_action(fax, snapshot, offered)
    return BrowserStatus(
        action=action,
        seconds=seconds,
        sentence=_sentence(fax, snapshot, action, documents),
        documents=documents,
    )


def uploads_to_offer(fax: Fax, snapshot: HandoverSnapshot) -> Collection[int]:
    """Ids of the uploads that a browser may start now."""
    if (
        snapshot.suspended
        or snapshot.cancelling
        or snapshot.is_late
        or needs_files_at_portal(fax, snapshot)
        or _waits_for_origin(snapshot)
    ):
        return ()
    return [
        upload.id
        for upload in next_step.may_start(snapshot)
        if upload.has_target and not upload.is_at_portal and not upload.browser_until
    ]


def needs_files_at_portal(fax: Fax, snapshot: HandoverSnapshot) -> bool:
    """Whether the portal must have the files itself.

    It must if the fax has several batches, or if the handover uses the older wire form, which has
    no upload targets.
    """
    has_batches = fax.recipients.values("batch").distinct().count() > 1
    return has_batches or snapshot.in_one_request


def first_open_handover(fax: Fax) -> Handover | None:
    """The fax's open handover with the lowest batch number; None if no handover is open."""
    return fax.handovers.open().order_by("batch", "-id").first()


def _over(fax: Fax) -> BrowserStatus:
    return BrowserStatus(
        action=NextAction.OVER, seconds=0, sentence=progress_of(fax).sentence, documents=()
    )


def _document_status(
    document: Document, upload: UploadSnapshot | None, offered: Collection[int]
) -> DocumentStatus:
    is_offered = upload is not None and upload.id in offered
    return DocumentStatus(
        document=document,
        state=_document_state(document, upload),
        upload_id=upload.id if upload else None,
        target=open_target(upload.sealed_target) if upload and is_offered else None,
    )


def _document_state(document: Document, upload: UploadSnapshot | None) -> DocumentState:
    if upload and upload.state == UploadState.STORED:
        return DocumentState.STORED
    if document.carrier == Carrier.PORTAL:
        return DocumentState.RELAYED
    if upload is None:
        return DocumentState.MISSING
    if upload.browser_until:
        return DocumentState.UPLOADING
    return DocumentState.MISSING if upload.surely_absent else DocumentState.UNKNOWN


def _waits_for_origin(snapshot: HandoverSnapshot) -> bool:
    return snapshot.reason == Reason.ORIGIN_NOT_ALLOWED


def _sentence(
    fax: Fax,
    snapshot: HandoverSnapshot,
    action: NextAction,
    documents: Sequence[DocumentStatus],
) -> str:
    if action == NextAction.FILES_WANTED:
        return reason_messages.reason_sentence(OwnReason.FILES_WANTED)
    if _waits_for_origin(snapshot):
        return reason_messages.reason_sentence(snapshot.reason, snapshot.server_message)
    if snapshot.state != HandoverState.UPLOADING or snapshot.suspended:
        return progress_of(fax).sentence
    stored = len(snapshot.uploads) - len(snapshot.missing)
    if snapshot.cannot_be_complete:
        return messages.nothing_faxed_sentence(stored, of=len(snapshot.uploads))
    in_doubt = [one.document.name for one in documents if one.state == DocumentState.UNKNOWN]
    return messages.arrived_sentence(stored, of=len(snapshot.uploads), in_doubt=in_doubt)


def _next_action(
    fax: Fax, snapshot: HandoverSnapshot, offered: Collection[int]
) -> tuple[NextAction, int]:
    """What the browser does next, and the seconds after which it asks again."""
    if needs_files_at_portal(fax, snapshot):
        return NextAction.FILES_WANTED, _LATER
    if offered:
        return NextAction.GO, _SOON
    if snapshot.suspended:
        return NextAction.WAIT, _LATER
    until_due = int((snapshot.due_at - snapshot.taken_at).total_seconds()) + 1
    return NextAction.WAIT, max(_SOON, min(until_due, _LONGEST_WAIT))
