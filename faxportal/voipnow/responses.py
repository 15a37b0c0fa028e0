"""Parsing responses of VoipNow and storage. For responses with upload targets see `upload_targets`.

Unknown fields are ignored. A missing or invalid field raises `InvalidResponse`, whose text names
the field. If the vendor's pages allow two readings, both are accepted, and a comment says so.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpcore
import httpx

from faxportal.voipnow.api_types import (
    CreatedFax,
    ListedExtension,
)
from faxportal.voipnow.errors import Reason

MAX_ANSWER = 1024 * 1024  # bytes: the answer to a create request with 10 files has about 20 kB
MAX_MESSAGE = 300  # characters

_ADDRESS_OR_SECRET = re.compile(r"[a-z][a-z0-9+.-]*://\S+|[\w~|+/=%.-]{32,}", re.IGNORECASE)
_S3_FIELD = "<{0}>([^<]*)</{0}>"


class InvalidResponse(ValueError):
    """A response that can't be understood. The text names the field, never its content."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """An HTTP response whose body has been read, as far as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    broken: Reason | None = None
    """Why the body is incomplete; None if it is complete. An incomplete `body` is empty."""


def read_response(response: httpx.Response) -> Response:
    """Read the body, up to `MAX_ANSWER` decoded bytes. The connection limits the time.

    Raises nothing: the status is known even if the body breaks off.
    """
    body = bytearray()
    broken = None
    try:
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_ANSWER:
                broken = Reason.ANSWER_NOT_UNDERSTOOD
                break
    except httpcore.TimeoutException:
        broken = Reason.TIMED_OUT
    except (httpcore.NetworkError, httpcore.ProtocolError):
        broken = Reason.CONNECTION_LOST
    except httpx.DecodingError:
        broken = Reason.ANSWER_NOT_UNDERSTOOD
    return Response(
        status=response.status_code,
        headers=response.headers,
        body=b"" if broken else bytes(body),
        broken=broken,
    )


def error_of(response: Response) -> tuple[str, str]:
    """VoipNow's error code and message; empty if the response has none.

    An error is `{"error": {"code": ..., "message": ...}}` [page]. The token endpoint's `error` is a
    string [v3], with `error_description` (RFC 6749, 5.2).
    """
    try:
        content = json_of(response)
    except InvalidResponse:
        return "", ""
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict):
        return _word(error.get("code")), for_people(error.get("message"))
    if isinstance(error, str):
        return _word(error), for_people(content.get("error_description"))
    return "", ""


def s3_error_of(response: Response) -> tuple[str, str]:
    """The error code and message of storage's XML; empty if the response has none.

    No XML parser is used, because the response comes from outside.
    """
    text = response.body.decode("utf-8", "replace")
    code, message = (re.search(_S3_FIELD.format(name), text) for name in ("Code", "Message"))
    return _word(code and code[1]), for_people(message and message[1])


def for_people(text: object) -> str:
    """A server's message in one line of at most `MAX_MESSAGE` characters.

    URLs, tokens and signatures are replaced by "…".
    """
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * MAX_MESSAGE]).split())
    line = _ADDRESS_OR_SECRET.sub("…", line)
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


def sent_fax(response: Response) -> CreatedFax:
    """The fax that VoipNow created from one request in the older form (`WireForm.ONE_REQUEST`).

    The response is `{id, uid, recipients}` [v3]. Raises `InvalidResponse`.
    """
    content = object_of(json_of(response), "answer")
    return CreatedFax(id=id_of(content, "id"), uid=id_of(content, "uid"), targets=())


def access_token(response: Response) -> tuple[str, timedelta]:
    """The access token and its lifetime: an hour if `expires_in` is missing, a week at most.

    Tokens are opaque texts [v3]. Raises `InvalidResponse`.
    """
    content = object_of(json_of(response), "answer")
    token = content.get("access_token")
    if not isinstance(token, str) or not can_be_a_header(token):
        raise InvalidResponse("access_token is missing or odd")
    seconds = number_of(content.get("expires_in", 3600))
    if seconds is None or seconds <= 0:
        raise InvalidResponse("expires_in is odd")
    return token, timedelta(seconds=min(seconds, 7 * 24 * 3600))


def extensions(response: Response) -> tuple[list[ListedExtension], int | None]:
    """The extensions in one response of the presence list, and the total, if the response has it.

    One vendor sample has the JSON object in an array. `entry` may be a list, a map from ids to
    entries as in the vendor's call records, or a single entry [inferred]. Raises `InvalidResponse`.
    """
    content = json_of(response)
    if isinstance(content, list):
        content = content[0] if content else {"entry": []}
    envelope = object_of(content, "answer")
    entries = envelope.get("entry")
    if isinstance(entries, dict):
        entries = [entries] if "extension" in entries else list(entries.values())
    if not isinstance(entries, list):
        raise InvalidResponse("entry is missing")
    seen = []
    for i, item in enumerate(entries):
        entry = object_of(item, f"entry[{i}]")
        status = entry.get("status")
        seen.append(
            ListedExtension(
                number=id_of(entry, "extension", f"entry[{i}]."),
                status=str(status) if isinstance(status, str | int) else "0",
            )
        )
    return seen, number_of(envelope.get("totalResults"))


def json_of(response: Response) -> Any:
    """The body as JSON. Raises `InvalidResponse`."""
    if response.broken:
        raise InvalidResponse("the answer broke off, or is too large")
    if not response.body.strip():
        raise InvalidResponse("the answer is empty")
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        raise InvalidResponse("the answer is not JSON") from None


def object_of(content: object, where: str) -> dict[str, Any]:
    """The content as a JSON object. Raises `InvalidResponse`, which calls the content `where`."""
    if not isinstance(content, dict):
        raise InvalidResponse(f"{where} is not an object")
    return content


def id_of(content: dict[str, Any], name: str, where: str = "") -> str:
    """The identifier in the field `name`, as a string. The vendor's samples have numbers, too.

    Raises `InvalidResponse`. In the error's text, `where` comes before the name.
    """
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidResponse(f"{where}{name} is missing or odd")
    text = str(value).strip()
    if not 0 < len(text) <= 100 or not text.isprintable():
        raise InvalidResponse(f"{where}{name} is missing or odd")
    return text


def number_of(value: object) -> int | None:
    """A whole number that is not negative, also in quotes or with `.0`; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _word(value: object) -> str:
    """An error code: one short word; empty for anything else."""
    word = str(value) if isinstance(value, str | int) else ""
    return word if re.fullmatch(r"[\w.-]{1,64}", word, re.ASCII) else ""


def can_be_a_header(text: str, *, empty: bool = False) -> bool:
    """Whether a text can be sent as the value of a header. A URL must meet the same conditions.

    With `empty`, the text may be empty.
    """
    return text.isascii() and text.isprintable() and (empty or bool(text)) and text == text.strip()
