"""From an answer to what we know: one table for VoipNow, one for storage.

The lists say which answers surely mean that nothing happened. Whatever is not on them is unknown.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from faxportal.voipnow import answers
from faxportal.voipnow.answers import Answer
from faxportal.voipnow.errors import (
    NoAnswer,
    NotUnderstood,
    Reason,
    RecipientsRefused,
    Refused,
    SignInRefused,
    TargetDead,
    TryLater,
    VoipNowError,
)

MAX_RETRY_AFTER = 24 * 3600.0  # seconds

Verdict = tuple[type[VoipNowError], Reason]

# Codes of the vendor's pages. Any other `fx_...` is the fax service's refusal too.
_SERVER_CODES: Mapping[str, Verdict] = {
    "fx_recipients_invalid": (RecipientsRefused, Reason.RECIPIENTS_INVALID),
    "fx_file_invalid": (Refused, Reason.FILE_INVALID),
    "fx_max_files_reached": (Refused, Reason.TOO_MANY_FILES),
    "user_invalid": (Refused, Reason.USER_INVALID),
    "extension_invalid": (Refused, Reason.EXTENSION_INVALID),
    "access_denied": (SignInRefused, Reason.SIGN_IN_REFUSED),
    "internal_server_error": (NoAnswer, Reason.SERVER_ERROR),  # also with 400: it could not send
}
_SERVER_STATUSES: Mapping[int, Verdict] = {
    204: (Refused, Reason.NOTHING_TO_SEND),
    401: (SignInRefused, Reason.SIGN_IN_REFUSED),
    403: (Refused, Reason.FORBIDDEN),
    404: (Refused, Reason.NOT_FOUND),
    429: (TryLater, Reason.TOO_MANY_REQUESTS),
}

# S3's error codes that come before anything is stored.
_STORAGE_CODES: Mapping[str, Verdict] = {
    "ExpiredToken": (TargetDead, Reason.TARGET_EXPIRED),
    "SignatureDoesNotMatch": (Refused, Reason.SIGNATURE_REFUSED),
    "EntityTooLarge": (Refused, Reason.FILE_TOO_LARGE),
    "EntityTooSmall": (Refused, Reason.STORAGE_REFUSED),
    "MissingContentLength": (Refused, Reason.STORAGE_REFUSED),
    "BadDigest": (Refused, Reason.STORAGE_REFUSED),
    "InvalidDigest": (Refused, Reason.STORAGE_REFUSED),
    "IncompleteBody": (TryLater, Reason.CONNECTION_LOST),
    "SlowDown": (TryLater, Reason.TOO_MANY_REQUESTS),
    "RequestTimeout": (NoAnswer, Reason.TIMED_OUT),
}
_STORAGE_STATUSES: Mapping[int, Verdict] = {
    403: (Refused, Reason.STORAGE_REFUSED),
    411: (Refused, Reason.STORAGE_REFUSED),
    413: (Refused, Reason.FILE_TOO_LARGE),
    408: (NoAnswer, Reason.TIMED_OUT),
    429: (NoAnswer, Reason.TOO_MANY_REQUESTS),
}


def of_server(answer: Answer) -> VoipNowError:
    """What an answer of VoipNow's that is not a 200 says about a request."""
    code, message = answers.error_of(answer)
    error, reason = _server_verdict(answer.status, code)
    return error(
        reason,
        status=answer.status,
        code=code,
        message=message,
        retry_after=retry_after(answer.headers, now=datetime.now(UTC)),
    )


def not_understood(answer: Answer, why: answers.Unreadable) -> VoipNowError:
    """What is known after a 200 whose body we cannot use."""
    if answer.broken in (Reason.CONNECTION_LOST, Reason.TIMED_OUT):
        return NoAnswer(answer.broken, status=answer.status, message=str(why))
    return NotUnderstood(Reason.ANSWER_NOT_UNDERSTOOD, status=answer.status, message=str(why))


def of_storage(answer: Answer, *, expires_at: datetime | None, now: datetime) -> VoipNowError:
    """What an answer of storage's that is not a 2xx says about a PUT."""
    code, message = answers.s3_error_of(answer)
    error, reason = _storage_verdict(answer.status, code)
    is_over = expires_at is not None and now >= expires_at
    if ("expired" in message.lower() and 400 <= answer.status < 500) or (
        is_over and answer.status == 403
    ):
        error, reason = TargetDead, Reason.TARGET_EXPIRED
    return error(
        reason,
        status=answer.status,
        code=code,
        message=message,
        retry_after=retry_after(answer.headers, now=now),
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to wait, from seconds or an HTTP date (RFC 9110, 10.2.3); a day at most."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max((date - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _server_verdict(status: int, code: str) -> Verdict:
    if status >= 500:
        return NoAnswer, Reason.SERVER_ERROR
    if 300 <= status < 400:
        return NotUnderstood, Reason.REDIRECTED
    if status >= 400 and code in _SERVER_CODES:
        return _SERVER_CODES[code]
    if status >= 400 and code.startswith("fx_"):
        return Refused, Reason.FAX_REFUSED
    if status in _SERVER_STATUSES:
        return _SERVER_STATUSES[status]
    if status >= 400:
        return NotUnderstood, Reason.ANSWER_NOT_LISTED
    return NotUnderstood, Reason.ANSWER_NOT_UNDERSTOOD


def _storage_verdict(status: int, code: str) -> Verdict:
    if code in _STORAGE_CODES and status >= 400:
        return _STORAGE_CODES[code]
    if status in _STORAGE_STATUSES:
        return _STORAGE_STATUSES[status]
    if status >= 500:
        return NoAnswer, Reason.SERVER_ERROR
    if 300 <= status < 400:
        return NotUnderstood, Reason.REDIRECTED
    return NotUnderstood, Reason.ANSWER_NOT_LISTED
