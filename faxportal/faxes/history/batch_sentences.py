"""What a person reads about one batch of a fax, true at the moment of reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from faxportal.faxes import reason_messages
from faxportal.faxes.history.uncertain_batches import Doubt
from faxportal.faxes.history.undecided_messages import decider, undecided_sentence
from faxportal.faxes.history.upload_progress import UploadProgress
from faxportal.faxes.history.why_it_waits import Outlook
from faxportal.faxes.local_time import is_today, moment_text, second_text
from faxportal.faxes.models import Handover
from faxportal.faxes.models.handover_lists import RENEWALS_TO_EXPLAIN
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Reason


def batch_sentence(
    handover: Handover,
    uploads: Sequence[UploadProgress],
    outlook: Outlook,
    doubt: Doubt | None,
) -> str:
    """What happened to a batch, what it means, and what comes next.

    `handover` is the batch's newest handover, with `decided_by` fetched. `doubt` is None unless a
    person may decide about the batch.
    """
    match HandoverState(handover.state):
        case HandoverState.COMPLETE:
            return _complete(handover, uploads)
        case HandoverState.REFUSED:
            return reason_messages.final_sentence(handover.reason, handover.server_message)
        case HandoverState.UNCERTAIN | HandoverState.LEFT_OPEN as state:
            return undecided_sentence(doubt) if doubt else str(state.label)
        case HandoverState.CONFIRMED:
            return _("%(name)s confirmed that it went out.") % {"name": decider(handover)}
        case HandoverState.ABANDONED if handover.reason == OwnReason.CANCELLED:
            return _("Cancelled before VoipNow could send it.")
        case HandoverState.ABANDONED as state:
            return str(state.label)
        case _:
            return _open(handover, uploads, outlook)


def _complete(handover: Handover, uploads: Sequence[UploadProgress]) -> str:
    number = {"number": handover.voipnow_id}
    if any(upload.is_reported for upload in uploads):
        return (
            _(
                "Handed to VoipNow as fax %(number)s, with all files, as the sender's browser "
                "reports."
            )
            % number
        )
    if handover.wire_form == WireForm.ONE_REQUEST:
        return (
            _(
                "Handed to VoipNow as fax %(number)s. With this upload method VoipNow confirms a "
                "number and an id, and not the file."
            )
            % number
        )
    return _("Handed to VoipNow as fax %(number)s, with all files.") % number


def _open(handover: Handover, uploads: Sequence[UploadProgress], outlook: Outlook) -> str:
    """What happens to a batch that the portal works on."""
    is_leased = handover.lease_until is not None and handover.lease_until > outlook.now
    # Without a lease, no call of a worker runs. With a lease, the calls go on, even if a pause or a
    # cancellation has begun since.
    sentence = "" if is_leased else _waiting(handover, uploads, outlook)
    sentence = sentence or _moving(handover, uploads)
    if handover.renewals < RENEWALS_TO_EXPLAIN or outlook.is_cancelling:
        return sentence
    return f"{sentence} {reason_messages.links_expire_sentence()}"


def _waiting(handover: Handover, uploads: Sequence[UploadProgress], outlook: Outlook) -> str:
    """Why a batch without a lease waits; "" if it only waits for its turn, or for a browser."""
    if outlook.why_stopped:
        return outlook.why_stopped
    if outlook.is_cancelling:
        return _("It is being cancelled. Nothing new is started.")
    if outlook.deadline_at <= outlook.now:
        return _("Its deadline has passed. Nothing new is started, and it ends now.")
    reason, said = _trouble_of(handover)
    if reason == Reason.ORIGIN_NOT_ALLOWED:
        return reason_messages.reason_sentence(reason, said)
    next_at = handover.due_at
    circuit = outlook.failing_circuit(handover)
    # A browser that carries files may be uploading, and makes its attempts by itself.
    is_browsers = handover.browser_until is not None or any(one.is_moving for one in uploads)
    if circuit and not is_browsers:
        next_at = max(next_at, circuit.rests_until or next_at)
        return f"{outlook.failing_sentence(circuit)} {_next_attempt(next_at, outlook)}"
    if not reason:
        return ""
    if next_at >= outlook.deadline_at:
        happened = reason_messages.what_happened(reason, said)
    else:
        happened = reason_messages.reason_sentence(reason, said)
    return f"{happened} {_next_attempt(next_at, outlook)}"


def _trouble_of(handover: Handover) -> tuple[str, str]:
    """Why the last attempt for a batch failed, and the server's message; "" if none failed.

    A handover that replaces another one, whose links had expired, has no reason of its own yet.
    """
    is_renewed = handover.renewals or handover.failures_in_a_row
    if not handover.reason and is_renewed and handover.state == HandoverState.PLANNED:
        return OwnReason.TARGET_RENEWED, ""
    return handover.reason, handover.server_message


def _next_attempt(at: datetime, outlook: Outlook) -> str:
    """Says when the next attempt is, or that there is none because the deadline comes first."""
    if at >= outlook.deadline_at:
        return _("There is no further attempt: the fax ends at %(time)s.") % {
            "time": moment_text(outlook.deadline_at)
        }
    if at <= outlook.now:
        return _("The next attempt is due.")
    if is_today(at):
        return _("Next attempt at %(time)s.") % {"time": second_text(at)}
    return _("Next attempt on %(time)s.") % {"time": moment_text(at)}


def _moving(handover: Handover, uploads: Sequence[UploadProgress]) -> str:
    """Says what the portal does for a batch, or what the batch waits for. Names no failures."""
    if handover.state == HandoverState.UPLOADING:
        sentence = _uploading(handover.voipnow_id, uploads)
        if handover.browser_until and not any(one.is_moving for one in uploads):
            return f"{sentence} {reason_messages.what_happened(OwnReason.WAITS_FOR_BROWSER)}"
        return sentence
    if handover.state == HandoverState.CREATING:
        return _("Asking VoipNow to create the fax.")
    if handover.browser_until:
        return reason_messages.reason_sentence(OwnReason.WAITS_FOR_BROWSER)
    return _("In the queue.")


def _uploading(number: str, uploads: Sequence[UploadProgress]) -> str:
    """E.g. "Created as fax 262; file 2 of 3 at 40 %."""
    created = _("Created as fax %(number)s") % {"number": number}
    moving = [
        _("file %(position)d of %(count)d at %(percent)d %%")
        % {"position": position, "count": len(uploads), "percent": upload.percent}
        for position, upload in enumerate(uploads, start=1)
        if upload.is_moving
    ]
    stored = sum(upload.is_stored for upload in uploads)
    if not moving:
        moving = [
            _("%(stored)d of %(count)d files uploaded") % {"stored": stored, "count": len(uploads)}
        ]
    return f"{created}; {', '.join(moving)}."
