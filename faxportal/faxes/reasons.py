"""The portal's own reasons for the state of a handover.

`voipnow.errors.Reason` has the reasons why a call to VoipNow or its storage failed.
`reason_messages` has a sentence for each reason of both kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from faxportal.voipnow.errors import Reason


class OwnReason(StrEnum):
    """The portal's own reasons. Rows and event logs keep the values, so a value must not change."""

    NOT_CONNECTED = "not_connected"
    KEY_LOST = "key_lost"
    SENDER_INACTIVE = "sender_inactive"
    EXTENSION_GONE = "extension_gone"
    DOCUMENT_GONE = "document_gone"
    NOT_MERGEABLE = "not_mergeable"
    NOT_MERGED_NOW = "not_merged_now"
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
    BROWSER_GONE = "browser_gone"
    FILES_WANTED = "files_wanted"
    WAITS_FOR_BROWSER = "waits_for_browser"
    RESTORED = "restored"
    PORTAL_FAULT = "portal_fault"


#: With these reasons a handover waits, is abandoned or replaced, or is uncertain. A handover is
#: never refused for one of these reasons.
_NO_REFUSALS = frozenset(
    {
        Reason.NO_CONNECTION,
        Reason.CERTIFICATE_REFUSED,
        Reason.CIRCUIT_OPEN,
        Reason.ORIGIN_NOT_ALLOWED,
        Reason.SIGN_IN_NOT_UNDERSTOOD,
        Reason.TOO_MANY_REQUESTS,
        Reason.TARGET_EXPIRED,
        Reason.FILE_UNREADABLE,
        Reason.TARGET_REFUSED,
        Reason.STORAGE_UNREACHABLE,
        Reason.STORAGE_CERTIFICATE_REFUSED,
        Reason.STORAGE_BUSY,
        Reason.STORAGE_TIMED_OUT,
        Reason.STORAGE_CONNECTION_LOST,
        Reason.STORAGE_ERROR,
        Reason.STOPPED,
        Reason.TIMED_OUT,
        Reason.CONNECTION_LOST,
        Reason.SERVER_ERROR,
        OwnReason.KEY_LOST,
        OwnReason.NOT_MERGED_NOW,
        OwnReason.SENDER_INACTIVE,
        OwnReason.SET_APART,
        OwnReason.TARGET_RENEWED,
        OwnReason.OTHER_FORM,
        OwnReason.HALVED,
        OwnReason.CANCELLED,
        OwnReason.SENT_AGAIN,
        OwnReason.WORKER_LOST,
        OwnReason.BROWSER_GONE,
        OwnReason.FILES_WANTED,
        OwnReason.WAITS_FOR_BROWSER,
        OwnReason.RESTORED,
    }
)

#: The reasons why a handover can be refused. They are also the reasons why a fax can fail.
REFUSALS: Sequence[Reason | OwnReason] = [
    reason for reason in (*Reason, *OwnReason) if reason not in _NO_REFUSALS
]
