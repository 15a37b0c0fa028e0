"""The errors of calls to the outside, by what is known about the call and what to do next.

    VoipNowError
    ├── NotDone                     certainly nothing happened: repeating it is safe
    │   ├── TryLater                temporary → repeat it after a pause
    │   ├── Stopped                 the caller stopped it → nothing
    │   └── Refused                 permanent → a person must change something
    │       ├── SignInRefused       the connection's key, token or cookies → the person changes them
    │       ├── RecipientsRefused   at least one number of the batch → halve the batch
    │       ├── NotAllowed          not on the operator's lists → wait until the operator lists it
    │       └── TargetExpired       the upload target has expired or is of no use any more
    │                               → get a new target, if that is safe
    └── Unknown                     it may have happened
        ├── NoAnswer                temporary → repeat it, if a repeat is safe
        └── NotUnderstood           permanent → never repeat it automatically

An error's text consists of codes. The server's own words are in `message`, because they may name a
phone number or a file, which must not get into a log.
"""

from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """What is known about the effect of a call."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a call failed. The codes are stable: the database stores them.

    `faxes.reason_messages` has a sentence for each.
    """

    # Nothing reached the server.
    NO_CONNECTION = "no_connection"
    CERTIFICATE_REFUSED = "certificate_refused"
    CIRCUIT_OPEN = "circuit_open"  # the circuit breaker is open
    SERVER_NOT_ALLOWED = "server_not_allowed"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"  # the host has private addresses only
    # The server refused.
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_NOT_UNDERSTOOD = "sign_in_not_understood"  # an answer without a token
    APP_KEY_REFUSED = "app_key_refused"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_MANY_REQUESTS = "too_many_requests"
    USER_INVALID = "user_invalid"
    EXTENSION_INVALID = "extension_invalid"
    RECIPIENTS_INVALID = "recipients_invalid"
    FILE_INVALID = "file_invalid"
    TOO_MANY_FILES = "too_many_files"
    FAX_REFUSED = "fax_refused"  # another code of the fax service (fx_...)
    NOTHING_TO_SEND = "nothing_to_send"
    # Storage refused.
    TARGET_EXPIRED = "target_expired"
    SIGNATURE_REFUSED = "signature_refused"
    FILE_TOO_LARGE = "file_too_large"
    STORAGE_REFUSED = "storage_refused"
    TARGET_REFUSED = "target_refused"  # another target may be good
    # An upload failed, or its effect is not known. Calls to a VoipNow server have other codes.
    STORAGE_UNREACHABLE = "storage_unreachable"
    STORAGE_CERTIFICATE_REFUSED = "storage_certificate_refused"
    STORAGE_BUSY = "storage_busy"
    STORAGE_TIMED_OUT = "storage_timed_out"
    STORAGE_CONNECTION_LOST = "storage_connection_lost"
    STORAGE_ERROR = "storage_error"
    STORAGE_ANSWER_NOT_LISTED = "storage_answer_not_listed"
    STORAGE_ANSWER_NOT_UNDERSTOOD = "storage_answer_not_understood"
    # The portal's own side.
    FILE_CHANGED = "file_changed"  # it is not the file that was announced
    FILE_UNREADABLE = "file_unreadable"
    STOPPED = "stopped"
    # The request was sent, and its effect is not known.
    TIMED_OUT = "timed_out"
    CONNECTION_LOST = "connection_lost"
    SERVER_ERROR = "server_error"
    REDIRECTED = "redirected"
    ANSWER_NOT_LISTED = "answer_not_listed"  # a refusal that the vendor's pages don't name
    ANSWER_NOT_UNDERSTOOD = "answer_not_understood"


#: Reasons that say something about the server or the storage, and not only about one fax.
FAULTS_OF_A_SERVER = frozenset(
    {
        Reason.NO_CONNECTION,
        Reason.CERTIFICATE_REFUSED,
        Reason.TOO_MANY_REQUESTS,
        Reason.TIMED_OUT,
        Reason.CONNECTION_LOST,
        Reason.SERVER_ERROR,
        Reason.STORAGE_UNREACHABLE,
        Reason.STORAGE_CERTIFICATE_REFUSED,
        Reason.STORAGE_BUSY,
        Reason.STORAGE_TIMED_OUT,
        Reason.STORAGE_CONNECTION_LOST,
        Reason.STORAGE_ERROR,
    }
)


class VoipNowError(Exception):
    """A call to the outside failed, or its effect is not known."""

    outcome: ClassVar[Outcome]
    temporary: ClassVar[bool]
    """Whether the cause may go away by itself."""

    def __init__(
        self,
        reason: Reason,
        *,
        status: int | None = None,
        code: str = "",
        message: str = "",
        retry_after: float | None = None,
        origin: str = "",
    ) -> None:
        super().__init__(reason, status, code)
        self.reason = reason
        self.status = status
        """HTTP status; None if there was no answer."""
        self.code = code
        """The server's own error code; empty if the server gave no code."""
        self.message = message
        """The server's words, or which field of its answer is invalid: for people, not for logs."""
        self.retry_after = retry_after
        """Seconds that the server asked us to wait; None if it asked for no wait."""
        self.origin = origin
        """For `NotAllowed`: the origin, or the host, that is not allowed."""
        self.bytes_written = 0
        """For uploads: bytes of the body that were sent, counted in whole chunks."""
        self.all_bytes_written = False
        """For uploads: whether the body's last byte was sent. If not, nothing is stored."""

    def __str__(self) -> str:
        parts = [str(self.reason)]
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.code:
            parts.append(f"code {self.code}")
        return ", ".join(parts)


class NotDone(VoipNowError):
    """The call certainly had no effect."""

    outcome = Outcome.NOT_DONE


class TryLater(NotDone):
    """Nothing happened, and the cause is temporary."""

    temporary = True


class Stopped(NotDone):
    """The caller stopped the upload before its last byte was sent."""

    temporary = False


class Refused(NotDone):
    """Nothing happened, and the same call will be refused again."""

    temporary = False


class SignInRefused(Refused):
    """The server does not take this connection's key, token or cookies."""


class RecipientsRefused(Refused):
    """The server refuses the recipients of a batch, without saying which of them."""


class NotAllowed(Refused):
    """This server, origin or address is not on the operator's lists."""


class TargetExpired(Refused):
    """This upload target has expired, or is of no use any more. Another target may be used."""


class Unknown(VoipNowError):
    """The call may have had its effect."""

    outcome = Outcome.UNKNOWN

    def as_not_done(self) -> NotDone:
        """The same failure, for a call that certainly had no effect."""
        return (TryLater if self.temporary else Refused)(
            self.reason,
            status=self.status,
            code=self.code,
            message=self.message,
            retry_after=self.retry_after,
        )


class NoAnswer(Unknown):
    """The request was sent, and no usable answer came; the cause is temporary."""

    temporary = True


class NotUnderstood(Unknown):
    """The server answered, and the answer doesn't say what happened."""

    temporary = False
