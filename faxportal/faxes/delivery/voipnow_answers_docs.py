"""What each answer of VoipNow and of storage means for a fax, as a table for people.

`voipnow.response_errors` decides the outcomes, and `reason_messages` has the sentences. This module
puts both into one table. `manage.py voipnowanswers` prints the table for `docs/voipnow-answers.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from faxportal.faxes import reason_messages
from faxportal.voipnow import response_errors
from faxportal.voipnow.errors import RecipientsRefused, TargetExpired, Unknown, VoipNowError
from faxportal.voipnow.responses import Response

#: Status and code of each answer to a create request that the vendor's pages or public client code
#: name.
CREATE = (
    (204, ""),
    (400, "fx_recipients_invalid"),
    (400, "fx_file_invalid"),
    (400, "fx_max_files_reached"),
    (400, "internal_server_error"),
    (400, "user_invalid"),
    (400, "extension_invalid"),
    (401, "access_denied"),
    (403, ""),
    (404, ""),
    (409, ""),
    (422, ""),
    (429, ""),
    (500, ""),
    (502, ""),
)

#: Status and code of each answer to an upload that S3's error list names.
UPLOAD = (
    (403, "SignatureDoesNotMatch"),
    (403, "AccessDenied"),
    (403, "ExpiredToken"),
    (403, "RequestTimeTooSkewed"),
    (301, "PermanentRedirect"),
    (307, "TemporaryRedirect"),
    (401, ""),
    (404, "NoSuchBucket"),
    (409, "OperationAborted"),
    (412, "PreconditionFailed"),
    (400, "EntityTooLarge"),
    (400, "EntityTooSmall"),
    (400, "IncompleteBody"),
    (400, "RequestTimeout"),
    (411, "MissingContentLength"),
    (500, "InternalError"),
    (503, "SlowDown"),
)


def error_of_create(status: int, code: str) -> VoipNowError:
    """The error that the client raises for an answer to a create request.

    `code` is the error code in the answer's JSON body; "" stands for an answer without a body.
    """
    body = json.dumps({"error": {"code": code, "message": ""}}).encode() if code else b""
    return response_errors.server_error(Response(status=status, headers={}, body=body))


def error_of_upload(status: int, code: str) -> VoipNowError:
    """The error that an answer to an upload means, while the target has not expired."""
    body = f"<Error><Code>{code}</Code></Error>".encode()
    answer = Response(status=status, headers={}, body=body)
    return response_errors.storage_error(answer, has_expired=False)


def consequence_of_create(error: VoipNowError) -> str:
    """What an error of a create request means for the fax."""
    if isinstance(error, RecipientsRefused):
        return _(
            "Nothing was sent. Several numbers are split in half until the wrong one is "
            "found, which fails."
        )
    if isinstance(error, Unknown) and error.temporary:
        return _("Nothing is faxed without its files, so the portal asks again.")
    if error.temporary:
        return _("Nothing was sent. The portal tries again until the deadline.")
    if isinstance(error, Unknown):
        return _("The fax has failed and is not tried again.")
    return _("Nothing was sent. The fax has failed.")


def consequence_of_upload(error: VoipNowError) -> str:
    """What an error of an upload means for the fax."""
    if isinstance(error, TargetExpired):
        return _(
            "The portal asks for a new upload link where that is safe. Otherwise a person decides."
        )
    if error.temporary:
        return _("The file is uploaded to the same address again.")
    if isinstance(error, Unknown):
        return _("The fax has failed if a file is certainly missing. Otherwise a person decides.")
    return _("The file was not stored, so nothing was faxed. The fax has failed.")


def table() -> str:
    """Two tables in Markdown: the answers to a create request, and to an upload."""
    return "\n".join([*_create_rows(), "", *_upload_rows(), ""])


def _create_rows() -> Iterator[str]:
    yield "## To the request that creates a fax\n"
    yield _HEAD
    for status, code in CREATE:
        error = error_of_create(status, code)
        yield _row(status, code, error, consequence_of_create(error))


def _upload_rows() -> Iterator[str]:
    yield "## To an upload\n"
    yield _HEAD
    for status, code in UPLOAD:
        error = error_of_upload(status, code)
        yield _row(status, code, error, consequence_of_upload(error))


_HEAD = """\
| HTTP | code | known | what happened | what it means for the fax | what to do |
| --- | --- | --- | --- | --- | --- |"""


def _row(status: int, code: str, error: VoipNowError, consequence: str) -> str:
    happened, to_do = reason_messages.REASONS[error.reason]
    shown = f"`{code}`" if code else ""
    outcome = error.outcome.replace("_", " ")
    return f"| {status} | {shown} | {outcome} | {happened} | {consequence} | {to_do} |"
