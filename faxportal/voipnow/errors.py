"""What can go wrong outside, drawn by what is known of the call and what to do next.

    VoipNowError
    ├── NotDone                     surely nothing happened: doing it again can do no harm
    │   ├── TryLater                may pass by itself → the same again, after a pause
    │   ├── Stopped                 we were told to stop → nothing
    │   └── Refused                 lasts → a person must change something
    │       ├── SignInRefused       the connection: its key, token or cookies
    │       ├── RecipientsRefused   one number of the group or more → halve the group
    │       ├── NotAllowed          the operator's lists → wait until they name the place
    │       └── TargetDead          the upload target → a new one, where that is safe
    └── Unknown                     it may have happened
        ├── NoAnswer                may pass by itself → again, where a repeat is safe
        └── NotUnderstood           lasts → never again by itself

An error's text holds codes only. What a server said is in `message`, apart, because it may name
a number or a file, which no log may.
"""

from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """What we know after a call."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a call did not end as done: stable codes, for the table of words and the record."""

    # Before anything reached the server.
    NO_CONNECTION = "no_connection"
    CERTIFICATE_REFUSED = "certificate_refused"
    SERVER_RESTING = "server_resting"  # the circuit is open: it failed too often just now
    SERVER_NOT_ALLOWED = "server_not_allowed"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"  # the name leads to a private address
    # Answers that say no.
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
    # Storage.
    TARGET_EXPIRED = "target_expired"
    SIGNATURE_REFUSED = "signature_refused"
    FILE_TOO_LARGE = "file_too_large"
    STORAGE_REFUSED = "storage_refused"
    # Our own end.
    FILE_CHANGED = "file_changed"  # not the bytes, or not as many, as were announced
    FILE_UNREADABLE = "file_unreadable"
    STOPPED = "stopped"
    # Sent, and then.
    TIMED_OUT = "timed_out"
    CONNECTION_LOST = "connection_lost"
    SERVER_ERROR = "server_error"
    REDIRECTED = "redirected"
    ANSWER_NOT_LISTED = "answer_not_listed"  # a refusal that no page of the vendor's names
    ANSWER_NOT_UNDERSTOOD = "answer_not_understood"


class VoipNowError(Exception):
    """A call outward that did not end as done."""

    outcome: ClassVar[Outcome]
    temporary: ClassVar[bool]
    """May pass by itself."""

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
        """HTTP status, where there was an answer."""
        self.code = code
        """The server's own error code, '' where it gave none."""
        self.message = message
        """What the server said, or what in its answer we could not read: for people, not logs."""
        self.retry_after = retry_after
        """Seconds that the server asked us to wait."""
        self.origin = origin
        """The scheme, host and port that `NotAllowed` is about."""
        self.bytes_written = 0
        """Uploads: bytes of the body that left us, in whole pieces."""
        self.all_bytes_written = False
        """Uploads: whether the body's last byte left us. While it has not, nothing is stored."""

    def __str__(self) -> str:
        parts = [str(self.reason)]
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.code:
            parts.append(f"code {self.code}")
        return ", ".join(parts)


class NotDone(VoipNowError):
    """Surely nothing happened."""

    outcome = Outcome.NOT_DONE


class TryLater(NotDone):
    """Nothing happened, and the cause may pass."""

    temporary = True


class Stopped(NotDone):
    """Whoever asked for the call asked to stop it, and the last byte had not left."""

    temporary = False


class Refused(NotDone):
    """Nothing happened, and the same call will be refused again."""

    temporary = False


class SignInRefused(Refused):
    """The server does not take this connection's key, token or cookies."""


class RecipientsRefused(Refused):
    """The server refuses the recipients as a group, without naming one."""


class NotAllowed(Refused):
    """The operator's lists do not name this server, origin or address."""


class TargetDead(Refused):
    """This upload target takes no bytes any more; another one may."""


class Unknown(VoipNowError):
    """It may have happened."""

    outcome = Outcome.UNKNOWN

    def surely_not_done(self) -> NotDone:
        """The same failure, of a call of which we know that nothing came."""
        return (TryLater if self.temporary else Refused)(
            self.reason,
            status=self.status,
            code=self.code,
            message=self.message,
            retry_after=self.retry_after,
        )


class NoAnswer(Unknown):
    """It was sent, and no answer came that says more; the cause may pass."""

    temporary = True


class NotUnderstood(Unknown):
    """It was answered, in a way that we cannot be sure of."""

    temporary = False
