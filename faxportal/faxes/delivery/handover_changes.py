"""Which fields of a handover and of an upload may change, as types that mypy checks."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from faxportal.accounts.models import User
from faxportal.faxes.states import HandoverState, UploadState
from faxportal.voipnow.api_types import WireForm


class HandoverChanges(TypedDict, total=False):
    """The fields of a handover that may change without a change of its state."""

    due_at: datetime
    wire_form: WireForm
    browser_until: datetime | None
    reason: str
    server_message: str
    failures_in_a_row: int
    voipnow_id: str
    voipnow_uid: str
    storage_origin: str
    decided_by: User


class ClosingChanges(TypedDict, total=False):
    """The fields that change when a handover ends. It then has no lease any more."""

    closed_at: datetime
    lease: None
    lease_until: None


class GuardedChanges(HandoverChanges, ClosingChanges, total=False):
    """All that one compare-and-swap may write into a handover."""

    state: HandoverState
    counter: int


class UploadChanges(TypedDict, total=False):
    """The fields of an upload that change during delivery."""

    state: UploadState
    reason: str
    bytes_sent: int
    stored_at: datetime
    sealed_target: str
