"""Where a direct fax stands: what has arrived, what is missing, and what its page may do now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from faxportal.faxes import messages
from faxportal.faxes.delivery import next_step
from faxportal.faxes.delivery.session import Page, open_target
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Carrier, Document, Fax, Handover, Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.api_types import UploadTarget, WireForm
from faxportal.voipnow.errors import Reason

#: Seconds after which a page asks again for what it waits for.
SOON = 1
LATER = 5
_LONGEST_WAIT = 30


class NextAction(StrEnum):
    """What a page does next."""

    GO = "go"
    WAIT = "wait"
    FILES_WANTED = "files_wanted"
    OVER = "over"


class Arrival(TextChoices):
    """What is known of one document's way; the label is what a person reads."""

    STORED = "stored", _("Arrived")
    MISSING = "missing", _("Missing")
    #: A try ended, or was never closed, without certainty.
    UNKNOWN = "unknown", _("May have arrived")
    #: A page is putting it now.
    MOVING = "moving", _("On its way")
    #: The portal has its bytes and relays it.
    HELD = "held", _("The portal uploads it")


@dataclass(frozen=True, kw_only=True)
class DocumentStanding:
    """One document, as its sender's page is told of it."""

    document: Document
    arrival: Arrival
    #: Its upload of the handover that goes on; a try names it.
    upload_id: int | None = None
    #: Where it may be put now; a secret of the sender's page.
    target: UploadTarget | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All of it, at one moment."""

    action: NextAction
    #: After how many seconds a page that waits asks again.
    seconds: int
    sentence: str
    documents: Sequence[DocumentStanding]

    @property
    def missing(self) -> Sequence[Document]:
        """What only the sender can bring."""
        wanted = (Arrival.MISSING, Arrival.UNKNOWN)
        return [one.document for one in self.documents if one.arrival in wanted]


def standing_of(fax: Fax, page: Page | None, *, with_targets: bool = False) -> Standing:
    """How a direct fax stands, from the open page of its handover; None where none is open.

    Targets only go to a page of the sender's that asked for them. Raises `encryption.KeyLost`.
    """
    if page is None or not page.is_open or fax.cancel_asked_at:
        return _over(fax)
    facts = page.facts()
    if not facts.needs_browser:
        return _over(fax)
    offered = may_be_put(page, facts)
    documents = [
        DocumentStanding(
            document=document,
            arrival=_arrival(document, upload, facts),
            upload_id=upload.pk if upload else None,
            target=open_target(upload.sealed_target)
            if with_targets and upload and upload.pk in offered
            else None,
        )
        for document, upload in _with_uploads(page)
    ]
    action, seconds = _next_action(page, facts, offered)
    return Standing(
        action=action,
        seconds=seconds,
        sentence=_sentence(page, facts, action, documents),
        documents=documents,
    )


def wants_files(page: Page) -> bool:
    """Whether the portal itself must have the files, because a browser can't hand them over."""
    several = page.fax.recipients.values("batch").distinct().count() > 1
    return several or page.handover.wire_form == WireForm.ONE_REQUEST


def newest_open(fax: Fax) -> Handover | None:
    """The handover that goes on, of several the first."""
    return fax.handovers.open().order_by("batch", "-id").first()


def _waits_for_origin(page: Page) -> bool:
    return page.handover.reason == Reason.ORIGIN_NOT_ALLOWED


def _over(fax: Fax) -> Standing:
    return Standing(
        action=NextAction.OVER, seconds=0, sentence=progress_of(fax).sentence, documents=()
    )


def _with_uploads(page: Page) -> list[tuple[Document, Upload | None]]:
    uploads = {upload.document_id: upload for upload in page.uploads}
    documents = page.fax.documents.order_by("position")
    return [(document, uploads.get(document.pk)) for document in documents]


def _arrival(document: Document, upload: Upload | None, facts: next_step.HandoverFacts) -> Arrival:
    if upload and upload.state == UploadState.STORED:
        return Arrival.STORED
    if document.carrier == Carrier.PORTAL:
        return Arrival.HELD
    if upload is None:
        return Arrival.MISSING
    if upload.pk in facts.put_by_browser:
        return Arrival.MOVING
    known = next(one for one in facts.uploads if one.id == upload.pk)
    return Arrival.MISSING if known.surely_absent else Arrival.UNKNOWN


def may_be_put(page: Page, facts: next_step.HandoverFacts) -> Collection[int]:
    """Uploads that a page may put now."""
    is_late = page.now >= facts.deadline_at
    if (
        facts.suspended
        or facts.cancelling
        or is_late
        or wants_files(page)
        or _waits_for_origin(page)
    ):
        return ()
    return [
        upload.id
        for upload in next_step.may_go_now(facts.uploads)
        if upload.has_target and not upload.is_here and not upload.browser_until
    ]


def _sentence(
    page: Page,
    facts: next_step.HandoverFacts,
    action: NextAction,
    documents: Sequence[DocumentStanding],
) -> str:
    if action == NextAction.FILES_WANTED:
        return messages.reason_sentence(OwnReason.FILES_WANTED)
    if _waits_for_origin(page):
        return messages.reason_sentence(page.handover.reason, page.handover.server_message)
    if page.handover.state != HandoverState.UPLOADING or facts.suspended:
        return progress_of(page.fax).sentence
    stored = sum(upload.state == UploadState.STORED for upload in facts.uploads)
    if facts.cannot_be_complete:
        return messages.nothing_faxed_sentence(stored, of=len(facts.uploads))
    in_doubt = [one.document.name for one in documents if one.arrival == Arrival.UNKNOWN]
    return messages.arrived_sentence(stored, of=len(facts.uploads), in_doubt=in_doubt)


def _next_action(
    page: Page, facts: next_step.HandoverFacts, offered: Collection[int]
) -> tuple[NextAction, int]:
    if wants_files(page):
        return NextAction.FILES_WANTED, LATER
    if offered:
        return NextAction.GO, SOON
    if facts.suspended:
        return NextAction.WAIT, LATER
    until_due = int((facts.due_at - page.now).total_seconds()) + 1
    return NextAction.WAIT, max(SOON, min(until_due, _LONGEST_WAIT))
