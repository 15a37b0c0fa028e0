from datetime import UTC, datetime, timedelta

import pytest

from faxportal.voipnow import answer_outcomes, errors
from faxportal.voipnow.answers import Answer
from faxportal.voipnow.errors import Outcome, Reason, VoipNowError
from tests.voipnow.samples import answer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOT_DONE, UNKNOWN = Outcome.NOT_DONE, Outcome.UNKNOWN


def vendor_error(code: str, status: int) -> Answer:
    return answer({"error": {"code": code, "message": "No."}}, status)


def s3_error(code: str, status: int, message: str = "No.") -> Answer:
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
def test_each_answer_of_voipnow_has_one_verdict(
    status: int, code: str, error: type[VoipNowError], reason: Reason
) -> None:
    verdict = answer_outcomes.of_server(vendor_error(code, status))
    assert (type(verdict), verdict.reason) == (error, reason)
    assert (verdict.status, verdict.code, verdict.message) == (status, code, "No.")


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
        (400, "IncompleteBody", errors.TryLater, Reason.CONNECTION_LOST),
        (400, "ExpiredToken", errors.TargetDead, Reason.TARGET_EXPIRED),
        (503, "SlowDown", errors.TryLater, Reason.TOO_MANY_REQUESTS),
        (503, "", errors.NoAnswer, Reason.SERVER_ERROR),
        (400, "RequestTimeout", errors.NoAnswer, Reason.TIMED_OUT),
        (408, "", errors.NoAnswer, Reason.TIMED_OUT),
        (429, "", errors.NoAnswer, Reason.TOO_MANY_REQUESTS),
        (500, "InternalError", errors.NoAnswer, Reason.SERVER_ERROR),
        (307, "TemporaryRedirect", errors.NotUnderstood, Reason.REDIRECTED),
        (400, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (404, "NoSuchBucket", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
        (409, "", errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
    ],
)
def test_each_answer_of_storage_has_one_verdict(
    status: int, code: str, error: type[VoipNowError], reason: Reason
) -> None:
    verdict = answer_outcomes.of_storage(s3_error(code, status), expires_at=None, now=NOW)
    assert (type(verdict), verdict.reason, verdict.status) == (error, reason, status)


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_that_says_so_means_an_expired_target(status: int) -> None:
    said = s3_error("AccessDenied", status, "Request has expired")
    verdict = answer_outcomes.of_storage(said, expires_at=None, now=NOW)
    assert (type(verdict), verdict.reason) == (errors.TargetDead, Reason.TARGET_EXPIRED)


def test_a_bare_403_after_the_targets_end_means_an_expired_target() -> None:
    past, future = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    bare = answer("", 403)
    assert isinstance(answer_outcomes.of_storage(bare, expires_at=past, now=NOW), errors.TargetDead)
    assert not isinstance(
        answer_outcomes.of_storage(bare, expires_at=future, now=NOW), errors.TargetDead
    )


def test_a_fault_of_storages_own_after_the_targets_end_stays_unknown() -> None:
    past = NOW - timedelta(seconds=1)
    verdict = answer_outcomes.of_storage(s3_error("", 500, "expired"), expires_at=past, now=NOW)
    assert verdict.outcome is UNKNOWN


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999", 86400),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:00:30", 30),
        ("Fri, 31 Dec 2027 23:59:59 GMT", 86400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert answer_outcomes.retry_after({"retry-after": value}, now=NOW) == seconds


def test_an_answer_without_retry_after_asks_for_no_wait() -> None:
    assert answer_outcomes.retry_after({}, now=NOW) is None


def leaves(kind: type[VoipNowError]) -> set[type[VoipNowError]]:
    return {kind}.union(*(leaves(child) for child in kind.__subclasses__()))


def test_every_error_says_what_is_known_and_whether_it_may_pass() -> None:
    kinds = leaves(VoipNowError) - {VoipNowError, errors.NotDone, errors.Unknown}
    known = {kind.__name__: (kind.outcome, kind.temporary) for kind in kinds}
    assert known == {
        "TryLater": (NOT_DONE, True),
        "Stopped": (NOT_DONE, False),
        "Refused": (NOT_DONE, False),
        "SignInRefused": (NOT_DONE, False),
        "RecipientsRefused": (NOT_DONE, False),
        "NotAllowed": (NOT_DONE, False),
        "TargetDead": (NOT_DONE, False),
        "NoAnswer": (UNKNOWN, True),
        "NotUnderstood": (UNKNOWN, False),
    }


def test_an_errors_text_holds_codes_and_not_what_the_server_said() -> None:
    error = errors.Refused(Reason.FILE_INVALID, status=400, code="fx_file_invalid", message="Jane")
    assert str(error) == "file_invalid, status 400, code fx_file_invalid"
    assert "Jane" not in repr(error)
