"""Why a handover stands where it stands, where the cause is ours and not the outside's.

The outside's reasons are `voipnow.errors.Reason`; `words` has a sentence for each of both.
"""

from collections.abc import Sequence
from enum import StrEnum

from faxportal.voipnow.errors import Reason


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
    BROWSER_GONE = "browser_gone"
    FILES_WANTED = "files_wanted"
    WAITS_FOR_BROWSER = "waits_for_browser"
    RESTORED = "restored"
    PORTAL_FAULT = "portal_fault"


#: A handover waits for these, goes another way, is given up for another one or is in doubt: none of
#: them is ever why one is refused.
_NO_REFUSALS = frozenset(
    {
        Reason.NO_CONNECTION,
        Reason.CERTIFICATE_REFUSED,
        Reason.SERVER_RESTING,
        Reason.ORIGIN_NOT_ALLOWED,
        Reason.SIGN_IN_NOT_UNDERSTOOD,
        Reason.TOO_MANY_REQUESTS,
        Reason.TARGET_EXPIRED,
        Reason.STOPPED,
        Reason.TIMED_OUT,
        Reason.CONNECTION_LOST,
        Reason.SERVER_ERROR,
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
        OwnReason.PORTAL_FAULT,
    }
)

#: Why a handover may be refused, and its fax have failed.
REFUSALS: Sequence[Reason | OwnReason] = [
    reason for reason in (*Reason, *OwnReason) if reason not in _NO_REFUSALS
]
