"""Why a handover stands where it stands, where the cause is ours and not the outside's.

The outside's reasons are `voipnow.errors.Reason`; `words` has a sentence for each of both.
"""

from enum import StrEnum


class OwnReason(StrEnum):
    """Stable codes, kept in rows and in the record."""

    NOT_CONNECTED = "not_connected"
    KEY_LOST = "key_lost"
    SENDER_INACTIVE = "sender_inactive"
    EXTENSION_GONE = "extension_gone"
    DOCUMENT_GONE = "document_gone"
    BLOCKED = "blocked"
    SET_APART = "set_apart"
    DEADLINE = "deadline"
    TOO_LATE = "too_late"
    TARGET_RENEWED = "target_renewed"
    OTHER_FORM = "other_form"
    HALVED = "halved"
    CANCELLED = "cancelled"
    SENT_AGAIN = "sent_again"
    WORKER_LOST = "worker_lost"
    PAGE_GONE = "page_gone"
    FILES_WANTED = "files_wanted"
    WAITS_FOR_PAGE = "waits_for_page"
    RESTORED = "restored"
    PORTAL_FAULT = "portal_fault"
