"""Parsing the responses of VoipNow and storage. No other module reads their bodies.

Unknown fields are ignored. A missing or invalid field raises `InvalidResponse`, whose text names
the field. Where the vendor's pages allow two readings, both are accepted, and a comment says so.
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpcore
import httpx

from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.api_types import (
    CreatedFax,
    CreateFax,
    FileToSend,
    ListedExtension,
    UploadTarget,
)
from faxportal.voipnow.errors import Reason

MAX_ANSWER = 1024 * 1024  # bytes: a create with 10 files is answered with some 20 kB
MAX_SECONDS = 120.0  # for a whole body, however slowly it comes
MAX_MESSAGE = 300  # characters

# httpx sets these headers itself. A second one could change where a message ends.
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token
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
    """Why the body is incomplete; None where it is complete. An incomplete `body` is empty."""


def read_response(response: httpx.Response, *, within: float = MAX_SECONDS) -> Response:
    """Read the body, up to `MAX_ANSWER` decoded bytes and `within` seconds.

    Raises nothing: the status is known even where the body breaks off.
    """
    body = bytearray()
    broken = None
    until = time.monotonic() + within
    try:
        for piece in response.iter_bytes():
            body += piece
            if len(body) > MAX_ANSWER:
                broken = Reason.ANSWER_NOT_UNDERSTOOD
                break
            if time.monotonic() > until:
                broken = Reason.TIMED_OUT
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
    """VoipNow's error code and message; empty where the response has none.

    `{"error": {"code": ..., "message": ...}}` [page]. The token endpoint's `error` is a string
    [v3], with `error_description` (RFC 6749, 5.2).
    """
    try:
        content = _json(response)
    except InvalidResponse:
        return "", ""
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict):
        return _word(error.get("code")), for_people(error.get("message"))
    if isinstance(error, str):
        return _word(error), for_people(content.get("error_description"))
    return "", ""


def s3_error_of(response: Response) -> tuple[str, str]:
    """The error code and message of storage's XML; empty where the response has none.

    Read without an XML parser, because it comes from outside.
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


def created_fax(response: Response, request: CreateFax, *, now: datetime) -> CreatedFax:
    """The response to a create request in the pre-signed form, which arrived at `now`.

    The targets are in the order of the request's files. Raises `InvalidResponse`.
    """
    content = _object(_json(response), "answer")
    files = content.get("files")
    if not isinstance(files, list):
        raise InvalidResponse("files is missing")
    if len(files) != len(request.files):
        raise InvalidResponse(f"files has {len(files)} items where {len(request.files)} were asked")
    objects = [_object(item, f"files[{i}]") for i, item in enumerate(files)]
    targets = tuple(
        _target(objects[i], f"files[{i}]", file, now)
        for i, file in zip(_order(objects, request.files), request.files, strict=True)
    )
    return CreatedFax(id=_id(content, "id"), uid=_id(content, "uid"), targets=targets)


def sent_fax(response: Response) -> CreatedFax:
    """The response to the one-request form: `{id, uid, recipients}` [v3].

    Raises `InvalidResponse`.
    """
    content = _object(_json(response), "answer")
    return CreatedFax(id=_id(content, "id"), uid=_id(content, "uid"), targets=())


def access_token(response: Response) -> tuple[str, timedelta]:
    """The access token and its lifetime: an hour without `expires_in`, a week at most.

    Tokens are opaque texts [v3]. Raises `InvalidResponse`.
    """
    content = _object(_json(response), "answer")
    token = content.get("access_token")
    if not isinstance(token, str) or not _can_be_a_header(token):
        raise InvalidResponse("access_token is missing or odd")
    seconds = _number(content.get("expires_in", 3600))
    if seconds is None or seconds <= 0:
        raise InvalidResponse("expires_in is odd")
    return token, timedelta(seconds=min(seconds, 7 * 24 * 3600))


def extensions(response: Response) -> tuple[list[ListedExtension], int | None]:
    """One page of the presence list, and the number of all entries, if the response has it.
    One vendor sample wraps the envelope in an array. A single entry may come without a list
    [inferred]. Raises `InvalidResponse`.
    """
    content = _json(response)
    if isinstance(content, list):
        content = content[0] if content else {"entry": []}
    envelope = _object(content, "answer")
    entries = envelope.get("entry")
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        raise InvalidResponse("entry is missing")
    seen = []
    for i, item in enumerate(entries):
        entry = _object(item, f"entry[{i}]")
        status = entry.get("status")
        seen.append(
            ListedExtension(
                number=_id(entry, "extension", f"entry[{i}]."),
                status=str(status) if isinstance(status, str | int) else "0",
            )
        )
    return seen, _number(envelope.get("totalResults"))


def _order(objects: Sequence[dict[str, Any]], files: Sequence[FileToSend]) -> list[int]:
    """For each file of the request, the index of its target.

    Targets are matched by `uploadIdentifier`, which one vendor sample has and another doesn't.
    Without identifiers they are in the order of the files.
    """
    named = [item.get("uploadIdentifier") for item in objects]
    if all(name is None for name in named):
        return list(range(len(files)))
    index_of = {str(name): i for i, name in enumerate(named)}
    try:
        return [index_of[file.upload_identifier] for file in files]
    except KeyError:
        raise InvalidResponse("files.uploadIdentifier does not match the request's files") from None


def _target(item: dict[str, Any], where: str, file: FileToSend, now: datetime) -> UploadTarget:
    url = item.get("redirectUri")
    if item.get("redirect") is not True:
        raise InvalidResponse(f"{where}.redirect is not true")
    if not isinstance(url, str) or not _can_be_a_header(url):
        raise InvalidResponse(f"{where}.redirectUri is missing or odd")
    try:
        Origin.of(url)
    except ValueError:
        raise InvalidResponse(f"{where}.redirectUri is not an address") from None
    if item.get("contentLength") is not None and _number(item["contentLength"]) != file.size:
        # The target is signed for another size, or is another file's. It must not get this file.
        raise InvalidResponse(f"{where}.contentLength is not the file's size")
    content_type = item.get("contentType") or file.content_type
    if not isinstance(content_type, str) or not _can_be_a_header(content_type):
        raise InvalidResponse(f"{where}.contentType is odd")
    handle = item.get("heUri")
    return UploadTarget(
        upload_identifier=file.upload_identifier,
        url=url,
        headers=_headers(item.get("redirectHeaders"), f"{where}.redirectHeaders"),
        content_type=content_type,
        content_length=file.size,
        expires_at=_expiry(httpx.URL(url).params, now),
        handle=handle if isinstance(handle, str) else "",
    )


def _headers(given: object, where: str) -> dict[str, str]:
    if given is None or given == []:  # PHP encodes an empty map as an empty list
        return {}
    headers = {}
    for name, value in _object(given, where).items():
        # The vendor's sample has numbers. Other values are sent as JSON writes them: true, 1.5.
        text = value if isinstance(value, str) else json.dumps(value)
        if not isinstance(value, str | int | float) or not _can_be_a_header(text, empty=True):
            raise InvalidResponse(f"{where} has an odd value")
        if not _HEADER_NAME.fullmatch(name):
            raise InvalidResponse(f"{where} has an odd name")
        if name.lower() not in _FRAMING:
            headers[name] = text
    return headers


def _expiry(query: httpx.QueryParams, now: datetime) -> datetime | None:
    """When a pre-signed URL of Signature Version 4 expires; None for any other URL.

    Also None where it has expired already when it arrives: then one of the clocks is wrong, perhaps
    ours, and storage has to decide.
    """
    try:
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        expires_at = signed_at + timedelta(seconds=int(query["X-Amz-Expires"]))
    except (KeyError, ValueError, OverflowError):
        return None
    return expires_at if expires_at > now else None


def _json(response: Response) -> Any:
    if response.broken:
        raise InvalidResponse("the answer broke off, or is too large")
    if not response.body.strip():
        raise InvalidResponse("the answer is empty")
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        raise InvalidResponse("the answer is not JSON") from None


def _object(content: object, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise InvalidResponse(f"{where} is not an object")
    return content


def _id(content: dict[str, Any], name: str, where: str = "") -> str:
    """An identifier as a string. The vendor's samples have numbers and strings."""
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidResponse(f"{where}{name} is missing or odd")
    text = str(value).strip()
    if not 0 < len(text) <= 100 or not text.isprintable():
        raise InvalidResponse(f"{where}{name} is missing or odd")
    return text


def _number(value: object) -> int | None:
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


def _can_be_a_header(text: str, *, empty: bool = False) -> bool:
    """Whether a text can be sent as the value of a header, and so as a URL."""
    return text.isascii() and text.isprintable() and (empty or bool(text)) and text == text.strip()
