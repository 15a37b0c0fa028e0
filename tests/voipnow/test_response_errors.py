from datetime import UTC, datetime

import pytest

from faxportal.voipnow import errors, response_errors
from faxportal.voipnow.errors import Outcome, Reason, VoipNowError
from faxportal.voipnow.responses import Response
from tests.voipnow.vendor_samples import answer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOT_DONE, UNKNOWN = Outcome.NOT_DONE, Outcome.UNKNOWN


def vendor_error(code: str, status: int) -> Response:
    return answer({"error": {"code": code, "message": "No."}}, status)


def s3_error(code: str, status: int, message: str = "No.") -> Response:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return answer(body, status)


@pytest.mark.parametrize(
    ("status", "code", "error", "reason"),
    [
        (400, "fx_recipients_invalid", errors.RecipientsRefused, Reason.RECIPIENTS_INVALID),
        (400, "fx_file_invalid", errors.Refused, Reason.FILE_INVALID),
        (400, "fx_max_files_reached", errors.Refused, Reason.TOO_MANY_FILES),
        (400, "fx_something_new", errors.Refused, Reason.FAX_REFUSED),
        (400, "internal_server_error", errors.NoAnswer, Reason.SERVER_ERROR),
        (400, "user_invalid", errors.Refused, Reason.USER_INVALID),
        (400, "extension_invalid", errors.Refused, Reason.EXTENSION_INVALID),
        (401, "access_denied", errors.SignInRefused, Reason.SIGN_IN_REFUSED),
        (401, "acces_denied", errors.SignInRefused, Reason.SIGN_IN_REFUSED),
        (403, "", errors.Refused, Reason.FORBIDDEN),
        (403, "access_denied", errors.SignInRefused, Reason.SIGN_IN_REFUSED),
        (404, "", errors.Refused, Reason.NOT_FOUND),
        (429, "", errors.TryLater, Reason.TOO_MANY_REQUESTS),
        (204, "", errors.Refused, Reason.NOTHING_TO_SEND),
        (400, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (400, "something_else", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (405, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (409, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (422, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (301, "", errors.NotUnderstood, Reason.REDIRECTED),
        (307, "fx_file_invalid", errors.NotUnderstood, Reason.REDIRECTED),
        (201, "", errors.NotUnderstood, Reason.ANSWER_NOT_UNDERSTOOD),
        (202, "fx_file_invalid", errors.NotUnderstood, Reason.ANSWER_NOT_UNDERSTOOD),
        (500, "", errors.NoAnswer, Reason.SERVER_ERROR),
        (500, "fx_recipients_invalid", errors.NoAnswer, Reason.SERVER_ERROR),
        (502, "", errors.NoAnswer, Reason.SERVER_ERROR),
        (503, "", errors.NoAnswer, Reason.SERVER_ERROR),
        (504, "", errors.NoAnswer, Reason.SERVER_ERROR),
    ],
)
def test_each_response_of_voipnow_means_one_error(
    status: int, code: str, error: type[VoipNowError], reason: Reason
) -> None:
    error_raised = response_errors.server_error(vendor_error(code, status))
    assert (type(error_raised), error_raised.reason) == (error, reason)
    assert (error_raised.status, error_raised.code, error_raised.message) == (status, code, "No.")


@pytest.mark.parametrize(
    ("status", "code", "error", "reason"),
    [
        (403, "SignatureDoesNotMatch", errors.Refused, Reason.SIGNATURE_REFUSED),
        (403, "AccessDenied", errors.Refused, Reason.STORAGE_REFUSED),
        (403, "", errors.Refused, Reason.STORAGE_REFUSED),
        (411, "MissingContentLength", errors.Refused, Reason.STORAGE_REFUSED),
        (411, "", errors.Refused, Reason.STORAGE_REFUSED),
        (400, "EntityTooLarge", errors.Refused, Reason.FILE_TOO_LARGE),
        (413, "", errors.Refused, Reason.FILE_TOO_LARGE),
        (400, "EntityTooSmall", errors.Refused, Reason.STORAGE_REFUSED),
        (400, "BadDigest", errors.Refused, Reason.STORAGE_REFUSED),
        (400, "IncompleteBody", errors.TryLater, Reason.STORAGE_CONNECTION_LOST),
        (400, "ExpiredToken", errors.TargetExpired, Reason.TARGET_EXPIRED),
        (503, "SlowDown", errors.TryLater, Reason.STORAGE_BUSY),
        (503, "", errors.NoAnswer, Reason.STORAGE_ERROR),
        (400, "RequestTimeout", errors.NoAnswer, Reason.STORAGE_TIMED_OUT),
        (408, "", errors.NoAnswer, Reason.STORAGE_TIMED_OUT),
        (429, "", errors.NoAnswer, Reason.STORAGE_BUSY),
        (500, "InternalError", errors.NoAnswer, Reason.STORAGE_ERROR),
        (417, "", errors.TryLater, Reason.STORAGE_ERROR),
        (301, "PermanentRedirect", errors.TargetExpired, Reason.TARGET_REFUSED),
        (307, "TemporaryRedirect", errors.TargetExpired, Reason.TARGET_REFUSED),
        (401, "", errors.TargetExpired, Reason.TARGET_REFUSED),
        (404, "NoSuchBucket", errors.TargetExpired, Reason.TARGET_REFUSED),
        (409, "", errors.TargetExpired, Reason.TARGET_REFUSED),
        (412, "PreconditionFailed", errors.TargetExpired, Reason.TARGET_REFUSED),
        (403, "RequestTimeTooSkewed", errors.TargetExpired, Reason.TARGET_REFUSED),
        (303, "", errors.NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD),
        (200, "InternalError", errors.NotUnderstood, Reason.STORAGE_ANSWER_NOT_UNDERSTOOD),
        (400, "", errors.NotUnderstood, Reason.STORAGE_ANSWER_NOT_LISTED),
        (404, "", errors.NotUnderstood, Reason.STORAGE_ANSWER_NOT_LISTED),
    ],
)
def test_each_response_of_storage_means_one_error(
    status: int, code: str, error: type[VoipNowError], reason: Reason
) -> None:
    error_raised = response_errors.storage_error(s3_error(code, status), has_expired=False)
    assert (type(error_raised), error_raised.reason, error_raised.status) == (error, reason, status)


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_that_names_the_expiry_means_an_expired_target(status: int) -> None:
    said = s3_error("AccessDenied", status, "Request has expired")
    error_raised = response_errors.storage_error(said, has_expired=False)
    assert (type(error_raised), error_raised.reason) == (
        errors.TargetExpired,
        Reason.TARGET_EXPIRED,
    )


def test_a_bare_403_after_the_targets_end_means_an_expired_target() -> None:
    bare = answer("", 403)
    after, before = (
        response_errors.storage_error(bare, has_expired=has_expired)
        for has_expired in (True, False)
    )
    assert isinstance(after, errors.TargetExpired)
    assert not isinstance(before, errors.TargetExpired)


def test_a_server_error_of_storage_after_the_targets_end_stays_unknown() -> None:
    failed = s3_error("", 500, "expired")
    assert response_errors.storage_error(failed, has_expired=True).outcome is UNKNOWN


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999", 3600),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:00:30", 30),
        ("Fri, 31 Dec 2027 23:59:59 GMT", 3600),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 3600),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert response_errors.retry_after({"retry-after": value}, now=NOW) == seconds


def test_an_answer_without_retry_after_asks_for_no_wait() -> None:
    assert response_errors.retry_after({}, now=NOW) is None


def subclasses_of(kind: type[VoipNowError]) -> set[type[VoipNowError]]:
    return {kind}.union(*(subclasses_of(child) for child in kind.__subclasses__()))


def test_every_error_has_an_outcome_and_says_whether_it_is_temporary() -> None:
    kinds = subclasses_of(VoipNowError) - {VoipNowError, errors.NotDone, errors.Unknown}
    known = {kind.__name__: (kind.outcome, kind.temporary) for kind in kinds}
    assert known == {
        "TryLater": (NOT_DONE, True),
        "Stopped": (NOT_DONE, False),
        "Refused": (NOT_DONE, False),
        "SignInRefused": (NOT_DONE, False),
        "RecipientsRefused": (NOT_DONE, False),
        "NotAllowed": (NOT_DONE, False),
        "TargetExpired": (NOT_DONE, False),
        "NoAnswer": (UNKNOWN, True),
        "NotUnderstood": (UNKNOWN, False),
    }


def test_an_errors_text_has_codes_and_not_the_servers_message() -> None:
    error = errors.Refused(Reason.FILE_INVALID, status=400, code="fx_file_invalid", message="Jane")
    assert str(error) == "file_invalid, status 400, code fx_file_invalid"
    assert "Jane" not in repr(error)
