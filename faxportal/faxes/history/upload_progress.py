"""How far the upload of one document has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    #: Whether an upload is running.
    is_moving: bool


def upload_progress(upload: Upload, document: Document) -> UploadProgress:
    """The progress of an upload that was read with `attempts_made`, the count of its attempts."""
    state = UploadState(upload.state)
    is_stored = state == UploadState.STORED
    sent = 100 * upload.bytes_sent // document.size
    return UploadProgress(
        document=document,
        state=state,
        label=str(state.label),
        percent=100 if is_stored else min(sent, 99),
        stored_at=upload.stored_at,
        attempts=upload.attempts_made,  # type: ignore[attr-defined]  # annotated
        is_stored=is_stored,
        is_moving=state == UploadState.PUTTING,
    )
