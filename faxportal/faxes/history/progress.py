"""How far a fax has come, as its page says it: never more than the database rows tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.faxes import reason_messages
from faxportal.faxes.history.shown import shown_batch, shown_decisions
from faxportal.faxes.history.uncertain_batches import Doubt, doubts_of
from faxportal.faxes.history.undecided_messages import undecided_sentence
from faxportal.faxes.history.upload_progress import (
    UploadProgress,
    upload_progress,
    uploading_sentence,
)
from faxportal.faxes.models import Fax, Handover, Recipient, SendingPause, Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import (
    OPEN_HANDOVERS,
    UNDECIDED_HANDOVERS,
    FaxState,
    HandoverState,
)


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
    uploads: Sequence[UploadProgress]
    #: What a decision about the batch names; see `history.shown`.
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
    #: When the portal gives up. None for a settled fax. None, too, while sending is paused or the
    #: fax is suspended, because that time moves the deadline.
    tried_until: datetime | None
    #: A hash that changes as soon as anything on the page changes.
    version: str
    #: What a cancellation names; see `history.shown`.
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
    why_stopped = _why_stopped(fax)
    doubts = doubts_of(handovers)
    batches = [
        _batch_progress(
            handover,
            recipients[number],
            [upload_progress(one, documents[one.document_id]) for one in handover.uploads.all()],
            why_stopped,
            doubts.get(number),
        )
        for number, handover in sorted(newest.items())
        if number in recipients  # a batch that was divided has no recipients left
    ]
    sentence = _fax_sentence(fax, batches, is_stopped=bool(why_stopped))
    return Progress(
        state_label=state_label(fax, newest.values()),
        sentence=sentence,
        batches=batches,
        tried_until=None if fax.is_settled or why_stopped else fax.deadline_at,
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
    why_stopped: str,
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
        sentence=_batch_sentence(handover, state, uploads, why_stopped, doubt),
        uploads=uploads,
        shown=shown_batch(handover),
    )


def _batch_sentence(
    handover: Handover,
    state: HandoverState,
    uploads: Sequence[UploadProgress],
    why_stopped: str,
    doubt: Doubt | None,
) -> str:
    match state:
        case HandoverState.COMPLETE:
            return _complete_sentence(handover, uploads)
        case HandoverState.REFUSED:
            return reason_messages.reason_sentence(handover.reason, handover.server_message)
        case HandoverState.UNCERTAIN | HandoverState.LEFT_OPEN:
            return undecided_sentence(doubt) if doubt else str(state.label)
        case HandoverState.CONFIRMED | HandoverState.ABANDONED:
            return str(state.label)
        case _:
            return _open_sentence(handover, uploads, why_stopped)


def _complete_sentence(handover: Handover, uploads: Sequence[UploadProgress]) -> str:
    number = {"number": handover.voipnow_id}
    if any(upload.is_reported for upload in uploads):
        return (
            _(
                "Handed to VoipNow as fax %(number)s, with all files, as the sender's browser "
                "reports."
            )
            % number
        )
    return _("Handed to VoipNow as fax %(number)s, with all files.") % number


def _open_sentence(handover: Handover, uploads: Sequence[UploadProgress], why_stopped: str) -> str:
    """What happens to a batch that the portal works on."""
    now = timezone.now()
    if why_stopped and not (handover.lease_until and handover.lease_until > now):
        # Only without a lease: while a worker has the lease, its running calls go on.
        return why_stopped
    if handover.reason and handover.due_at > now:
        return _("%(why)s Next attempt at %(time)s.") % {
            "why": reason_messages.reason_sentence(handover.reason, handover.server_message),
            "time": time_format(timezone.localtime(handover.due_at), "H:i:s"),
        }
    if handover.state == HandoverState.UPLOADING:
        sentence = uploading_sentence(handover.voipnow_id, uploads)
        if handover.browser_until and not any(one.is_moving for one in uploads):
            return f"{sentence} {reason_messages.what_happened(OwnReason.WAITS_FOR_BROWSER)}"
        return sentence
    if handover.state == HandoverState.CREATING:
        return _("Asking VoipNow to create the fax.")
    if handover.browser_until:
        return reason_messages.reason_sentence(OwnReason.WAITS_FOR_BROWSER)
    return _("In the queue.")


def _why_stopped(fax: Fax) -> str:
    """Why the portal does not try an unsettled fax for now; "" where nothing stops it."""
    if fax.is_settled or fax.cancel_asked_at is not None:
        return ""
    if fax.suspended_at is not None:
        return _("The sender's account is closed. The fax waits, and its deadline is extended.")
    pause = SendingPause.objects.active().first()
    if pause is None:
        return ""
    if pause.paused_by_id is None:  # the portal paused: a backup was restored
        return _("Sending is paused. The fax will go out when sending resumes.")
    return _("Sending was paused by an administrator. The fax will go out when sending resumes.")


def _scheduled_sentence(due_at: datetime, *, is_paused: bool) -> str:
    at = timezone.localtime(due_at)
    when = {
        "time": f"{date_format(at, 'j M Y')}, {time_format(at, 'H:i')}",
        "zone": timezone.get_current_timezone_name(),
    }
    if is_paused:
        return _("Will be sent on %(time)s (%(zone)s), unless sending is still paused then.") % when
    return _("Will be sent on %(time)s (%(zone)s).") % when


def _fax_sentence(fax: Fax, batches: Sequence[BatchProgress], *, is_stopped: bool) -> str:
    state = FaxState(fax.state)
    if state == FaxState.SCHEDULED and fax.due_at and fax.due_at > timezone.now():
        return _scheduled_sentence(fax.due_at, is_paused=is_stopped)
    if len(batches) == 1:
        return batches[0].sentence
    sentences = [_handed_over_sentence(batches)]
    if state == FaxState.UNCERTAIN:
        sentences.append(_needs_decision_sentence(batches))
    under_way = [one for one in batches if one.state in OPEN_HANDOVERS]
    if under_way and state != FaxState.CANCELLING:
        sentences.append(under_way[0].sentence)
    return " ".join(sentences)


def _handed_over_sentence(batches: Sequence[BatchProgress]) -> str:
    """E.g. "12 of 13 recipients handed over."."""
    complete = [batch for batch in batches if batch.state == HandoverState.COMPLETE]
    count, done = (sum(len(batch.recipients) for batch in some) for some in (batches, complete))
    return ngettext(
        "%(done)d of %(count)d recipient handed over.",
        "%(done)d of %(count)d recipients handed over.",
        count,
    ) % {"done": done, "count": count}


def _needs_decision_sentence(batches: Sequence[BatchProgress]) -> str:
    """E.g. "5 recipients need your decision."."""
    uncertain = [batch for batch in batches if batch.state == HandoverState.UNCERTAIN]
    count = sum(len(batch.recipients) for batch in uncertain)
    return ngettext(
        "%(count)d recipient needs your decision.",
        "%(count)d recipients need your decision.",
        count,
    ) % {"count": count}


def _version(fax: Fax, sentence: str, batches: Sequence[BatchProgress], events: int) -> str:
    """A hash over what the page shows; each new event changes it, too."""
    shown = [fax.state, sentence, events]
    for batch in batches:
        shown += [batch.shown, batch.sentence]
        shown += [(upload.label, upload.percent, upload.attempts) for upload in batch.uploads]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
