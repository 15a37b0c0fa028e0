"""How far the upload of one document has come, and how a page says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from faxportal.faxes.models import Document, Upload
from faxportal.faxes.states import UploadState


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
    state = UploadState(upload.state)
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
    return str(UploadState(upload.state).label)
