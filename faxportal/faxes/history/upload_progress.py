"""How far the upload of one document has come, and how a page says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from faxportal.faxes.models import Document, Upload
from faxportal.faxes.states import OPEN_HANDOVERS, UploadState


@dataclass(frozen=True, kw_only=True)
class UploadProgress:
    """How far the upload of one document for one batch has come."""

    document: Document
    state: UploadState
    #: The label of the state, in the person's language.
    label: str
    #: How many percent of the bytes were sent, rounded down; 100 only when the document is stored.
    percent: int
    stored_at: datetime | None
    #: How often an upload was started.
    attempts: int
    is_stored: bool
    #: Whether only the sender's browser says that the document is stored.
    is_reported: bool
    #: Whether an upload is running.
    is_moving: bool


def upload_progress(upload: Upload, document: Document) -> UploadProgress:
    """How far an upload has come. `upload` comes from `Upload.objects.with_attempts()`."""
    state = _shown_state(upload)
    is_stored = state == UploadState.STORED
    sent = 100 * upload.bytes_sent // document.size
    return UploadProgress(
        document=document,
        state=state,
        label=upload_label(upload),
        percent=100 if is_stored else min(sent, 99),
        stored_at=upload.stored_at,
        attempts=upload.attempts_made,  # type: ignore[attr-defined]  # annotated
        is_stored=is_stored,
        is_reported=upload.is_reported,  # type: ignore[attr-defined]  # annotated
        is_moving=state == UploadState.PUTTING,
    )


def upload_label(upload: Upload) -> str:
    """The label of an upload's state. `upload` comes from `Upload.objects.with_attempts()`."""
    if upload.is_reported:  # type: ignore[attr-defined]  # annotated
        return _("Uploaded, the sender's browser reports")
    if upload.handover.state in OPEN_HANDOVERS or upload.state == UploadState.STORED:
        return str(UploadState(upload.state).label)
    if _shown_state(upload) == UploadState.UNKNOWN:
        return _("May have arrived")
    if upload.state == UploadState.REFUSED:
        return str(UploadState.REFUSED.label)
    return _("Not uploaded")


def _shown_state(upload: Upload) -> UploadState:
    """The state as a page shows it.

    If the batch has ended and the document may have arrived, the page shows UNKNOWN instead of
    WAITING or PUTTING.
    """
    state = UploadState(upload.state)
    is_over = upload.handover.state not in OPEN_HANDOVERS
    is_in_doubt = upload.may_have_arrived  # type: ignore[attr-defined]  # annotated
    if is_over and is_in_doubt and state in (UploadState.WAITING, UploadState.PUTTING):
        return UploadState.UNKNOWN
    return state
