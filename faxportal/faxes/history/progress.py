"""How far a fax has come, as its page says. The page says no more than the database rows tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from faxportal.faxes.history.batch_sentences import batch_sentence
from faxportal.faxes.history.fax_sentence import fax_sentence
from faxportal.faxes.history.shown_state import shown_batch, shown_decisions
from faxportal.faxes.history.uncertain_batches import Doubt, doubts_of
from faxportal.faxes.history.upload_progress import UploadProgress, upload_progress
from faxportal.faxes.history.why_it_waits import Outlook, outlook_of
from faxportal.faxes.models import Fax, Handover, Recipient, Upload
from faxportal.faxes.states import UNDECIDED_HANDOVERS, FaxState, HandoverState


@dataclass(frozen=True, kw_only=True)
class BatchProgress:
    """How far one batch has come. The recipients of a batch share one fax resource."""

    #: Number of the batch in its fax, from 1.
    number: int
    recipients: Sequence[Recipient]
    state: HandoverState
    state_label: str
    voipnow_id: str
    voipnow_uid: str
    #: What a person reads about the batch.
    sentence: str
    #: Whether an attempt failed since the last one that succeeded.
    has_trouble: bool
    uploads: Sequence[UploadProgress]
    #: What the form for a decision about the batch posts; see `history.shown_state`.
    shown: str

    @property
    def awaits_decision(self) -> bool:
        """Whether a person may decide what happened to the batch."""
        return self.state in UNDECIDED_HANDOVERS


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a fax has come, in words and numbers."""

    state_label: str
    #: What a person reads about the fax as a whole.
    sentence: str
    batches: Sequence[BatchProgress]
    #: When the portal gives up. None for a settled fax. Also None while sending is paused or the
    #: fax is suspended: a pause and a suspension move the deadline.
    tried_until: datetime | None
    #: A hash that changes as soon as anything on the page changes.
    version: str
    #: What the form for cancelling the fax posts; see `history.shown_state`.
    shown: str


def progress_of(fax: Fax) -> Progress:
    """How far a submitted fax has come; a fixed number of queries."""
    recipients: dict[int, list[Recipient]] = {}
    for recipient in fax.recipients.all():
        recipients.setdefault(recipient.batch, []).append(recipient)
    documents = {document.pk: document for document in fax.documents.all()}
    newest: dict[int, Handover] = {}
    handovers = fax.handovers.order_by("id").select_related("decided_by")
    handovers = handovers.prefetch_related(Prefetch("uploads", Upload.objects.with_attempts()))
    for handover in handovers:
        newest[handover.batch] = handover
    outlook = outlook_of(fax)
    doubts = doubts_of(handovers)
    batches = [
        _batch_progress(
            handover,
            recipients[number],
            [upload_progress(one, documents[one.document_id]) for one in handover.uploads.all()],
            outlook,
            doubts.get(number),
        )
        for number, handover in sorted(newest.items())
        if number in recipients  # a batch that was divided has no recipients left
    ]
    sentence = fax_sentence(fax, batches, why_stopped=outlook.why_stopped)
    return Progress(
        state_label=state_label(fax, newest.values()),
        sentence=sentence,
        batches=batches,
        tried_until=None if fax.is_settled or outlook.why_stopped else fax.deadline_at,
        version=_version(fax, sentence, batches, fax.events.count()),
        shown=shown_decisions(fax),
    )


def state_label(fax: Fax, handovers: Iterable[Handover]) -> str:
    """The label of a fax's state. For a confirmed fax, the label names who confirmed.

    `handovers` are the newest handover of each batch, with `decided_by` fetched.
    """
    names = {h.decided_by.get_username() for h in handovers if h.decided_by}
    if fax.state == FaxState.CONFIRMED and names:
        return _("Confirmed by %(names)s") % {"names": ", ".join(sorted(names))}
    return str(FaxState(fax.state).label)


def _batch_progress(
    handover: Handover,
    recipients: Sequence[Recipient],
    uploads: Sequence[UploadProgress],
    outlook: Outlook,
    doubt: Doubt | None,
) -> BatchProgress:
    state = HandoverState(handover.state)
    return BatchProgress(
        number=handover.batch,
        recipients=recipients,
        state=state,
        state_label=str(state.label),
        voipnow_id=handover.voipnow_id,
        voipnow_uid=handover.voipnow_uid,
        sentence=batch_sentence(handover, uploads, outlook, doubt),
        has_trouble=handover.failures_in_a_row > 0,
        uploads=uploads,
        shown=shown_batch(handover),
    )


def _version(fax: Fax, sentence: str, batches: Sequence[BatchProgress], events: int) -> str:
    """A hash over what the page shows; each new event changes it, too."""
    shown = [fax.state, sentence, events]
    for batch in batches:
        shown += [batch.shown, batch.sentence]
        shown += [(upload.label, upload.percent, upload.attempts) for upload in batch.uploads]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
