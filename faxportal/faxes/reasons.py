"""Why a handover stands where it stands, where the cause is ours and not the outside's.

The outside's reasons are `voipnow.errors.Reason`; `words` has a sentence for each of both.
"""

from enum import StrEnum


class OwnReason(StrEnum):
    """Stable codes, kept in rows and in the record."""

    NOT_CONNECTED = "not_connected"
    KEY_LOST = "key_lost"
    SENDER_INACTIVE = "sender_inactive"
    DOCUMENT_GONE = "document_gone"
    DEADLINE = "deadline"
    TARGET_RENEWED = "target_renewed"
    WORKER_LOST = "worker_lost"
    PORTAL_FAULT = "portal_fault"
