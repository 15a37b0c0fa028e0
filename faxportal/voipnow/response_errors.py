"""Which error an unsuccessful response means, in tables for VoipNow and tables for storage.

The tables list the responses after which certainly nothing happened, and the responses that mean
`NoAnswer`. After a `NoAnswer`, and after a response that no table lists, the effect is unknown.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from faxportal.voipnow import responses
from faxportal.voipnow.errors import (
    NoAnswer,
    NotUnderstood,
    Reason,
    RecipientsRefused,
    Refused,
    SignInRefused,
    TargetExpired,
    TryLater,
    VoipNowError,
)
from faxportal.voipnow.responses import Response

MAX_RETRY_AFTER = 3600.0  # seconds

#: Reason of a failed call → reason of an upload that fails in the same way.
STORAGE_REASONS: Mapping[Reason, Reason] = {
    Reason.NO_CONNECTION: Reason.STORAGE_UNREACHABLE,
    Reason.CERTIFICATE_REFUSED: Reason.STORAGE_CERTIFICATE_REFUSED,
    Reason.TIMED_OUT: Reason.STORAGE_TIMED_OUT,
    Reason.CONNECTION_LOST: Reason.STORAGE_CONNECTION_LOST,
}

ErrorAndReason = tuple[type[VoipNowError], Reason]

# Codes of the vendor's pages. Any other code `fx_...` is a refusal of the fax service, too.
_SERVER_CODES: Mapping[str, ErrorAndReason] = {
    "fx_recipients_invalid": (RecipientsRefused, Reason.RECIPIENTS_INVALID),
    "fx_file_invalid": (Refused, Reason.FILE_INVALID),
    "fx_max_files_reached": (Refused, Reason.TOO_MANY_FILES),
    "user_invalid": (Refused, Reason.USER_INVALID),
    "extension_invalid": (Refused, Reason.EXTENSION_INVALID),
    "access_denied": (SignInRefused, Reason.SIGN_IN_REFUSED),
    "internal_server_error": (NoAnswer, Reason.SERVER_ERROR),  # also below 500: VoipNow failed
}
_SERVER_STATUSES: Mapping[int, ErrorAndReason] = {
    204: (Refused, Reason.NOTHING_TO_SEND),
    401: (SignInRefused, Reason.SIGN_IN_REFUSED),
    403: (Refused, Reason.FORBIDDEN),
    404: (Refused, Reason.NOT_FOUND),
    429: (TryLater, Reason.TOO_MANY_REQUESTS),
}

# S3's error codes ("Error responses", Amazon S3 API reference). When S3 sends one of them, it has
# stored nothing. RequestTimeout is the exception: after it, the effect is unknown.
_STORAGE_CODES: Mapping[str, ErrorAndReason] = {
    "ExpiredToken": (TargetExpired, Reason.TARGET_EXPIRED),
    "RequestTimeTooSkewed": (TargetExpired, Reason.TARGET_REFUSED),
    "NoSuchBucket": (TargetExpired, Reason.TARGET_REFUSED),
    "SignatureDoesNotMatch": (Refused, Reason.SIGNATURE_REFUSED),
    "EntityTooLarge": (Refused, Reason.FILE_TOO_LARGE),
    "EntityTooSmall": (Refused, Reason.STORAGE_REFUSED),
    "MissingContentLength": (Refused, Reason.STORAGE_REFUSED),
    "BadDigest": (Refused, Reason.STORAGE_REFUSED),
    "InvalidDigest": (Refused, Reason.STORAGE_REFUSED),
    "IncompleteBody": (TryLater, Reason.STORAGE_CONNECTION_LOST),
    "SlowDown": (TryLater, Reason.STORAGE_BUSY),
    "RequestTimeout": (NoAnswer, Reason.STORAGE_TIMED_OUT),
}
_STORAGE_STATUSES: Mapping[int, ErrorAndReason] = {
    # The bucket has moved, the target is signed for another bucket, or a condition of the target
    # is not met.
    301: (TargetExpired, Reason.TARGET_REFUSED),
    307: (TargetExpired, Reason.TARGET_REFUSED),
    308: (TargetExpired, Reason.TARGET_REFUSED),
    401: (TargetExpired, Reason.TARGET_REFUSED),
    409: (TargetExpired, Reason.TARGET_REFUSED),
    412: (TargetExpired, Reason.TARGET_REFUSED),
    403: (Refused, Reason.STORAGE_REFUSED),
    411: (Refused, Reason.STORAGE_REFUSED),
    413: (Refused, Reason.FILE_TOO_LARGE),
    417: (TryLater, Reason.STORAGE_ERROR),  # from now on, this origin gets no Expect
    408: (NoAnswer, Reason.STORAGE_TIMED_OUT),
    429: (NoAnswer, Reason.STORAGE_BUSY),
}


def server_error(response: Response) -> VoipNowError:
    """The error that a response of VoipNow means, for any status but 200."""
    code, message = responses.error_of(response)
    error, reason = _server_error_for(response.status, code)
    return error(
        reason,
        status=response.status,
        code=code,
        message=message,
        retry_after=retry_after(response.headers, now=datetime.now(UTC)),
    )


def invalid_response_error(response: Response, why: responses.InvalidResponse) -> VoipNowError:
    """The error for a response with status 200 and an unusable body; `why` names the field."""
    if response.broken in (Reason.CONNECTION_LOST, Reason.TIMED_OUT):
        return NoAnswer(response.broken, status=response.status, message=str(why))
    return NotUnderstood(Reason.ANSWER_NOT_UNDERSTOOD, status=response.status, message=str(why))


def is_stored(response: Response) -> bool:
    """Whether storage's response to a PUT says that the file is stored.

    S3 answers 200 with an ETag and no body, and other storages 201 or 204. Any other success may
    come from something in between, such as a proxy with a page of its own.
    """
    if response.status not in (200, 201, 204) or responses.s3_error_of(response)[0]:
        return False
    if not (response.body or response.broken):
        return True
    is_page = response.headers.get("content-type", "").lower().startswith("text/html")
    return bool(response.headers.get("etag", "").strip('" ')) and not is_page


def storage_error(response: Response, *, has_expired: bool) -> VoipNowError:
    """The error that storage's response to a PUT means, if `is_stored` is False for the response.

    `has_expired` says whether the upload target has certainly expired. If it has, a 403 becomes
    `TargetExpired`, even if the response doesn't say why.
    """
    code, message = responses.s3_error_of(response)
    error, reason = _storage_error_for(response.status, code)
    if response.status < 300 and response.broken and response.broken in STORAGE_REASONS:
        error, reason = NoAnswer, STORAGE_REASONS[response.broken]
    if ("expired" in message.lower() and 400 <= response.status < 500) or (
        has_expired and response.status == 403
    ):
        error, reason = TargetExpired, Reason.TARGET_EXPIRED
    return error(
        reason,
        status=response.status,
        code=code,
        message=message,
        retry_after=retry_after(response.headers, now=datetime.now(UTC)),
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds to wait, from the header Retry-After (RFC 9110, 10.2.3); an hour at most.

    The header holds seconds or a date. Returns None if it holds neither or is missing. The names
    in `headers` must be in lower case, unless the mapping ignores case.
    """
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


def _server_error_for(status: int, code: str) -> ErrorAndReason:
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


def _storage_error_for(status: int, code: str) -> ErrorAndReason:
    if code in _STORAGE_CODES and status >= 400:
        return _STORAGE_CODES[code]
    if status in _STORAGE_STATUSES:
        return _STORAGE_STATUSES[status]
    if status >= 500:
        return NoAnswer, Reason.STORAGE_ERROR
    if status >= 400:
        return NotUnderstood, Reason.STORAGE_ANSWER_NOT_LISTED
    return NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD
