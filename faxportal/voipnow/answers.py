"""From bytes to values: the one place that reads what VoipNow and storage answer.

Unknown extra fields are ignored. A missing or odd one is `Unreadable`, whose text names it. Where
the vendor's pages leave a gap, both readings are taken, and the comment says so.
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
    SeenExtension,
    UploadTarget,
)
from faxportal.voipnow.errors import Reason

MAX_ANSWER = 1024 * 1024  # bytes: a create with 10 files is answered with some 20 kB
MAX_SECONDS = 120.0  # for a whole answer that drips
MAX_MESSAGE = 300  # characters

# httpx makes these itself, and a second one would change where a message ends.
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token
_ADDRESS_OR_SECRET = re.compile(r"[a-z][a-z0-9+.-]*://\S+|[\w~|+/=%.-]{32,}", re.IGNORECASE)
_S3_FIELD = "<{0}>([^<]*)</{0}>"


class Unreadable(ValueError):
    """An answer that we don't understand. The text names the field, never its content."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer, read as far as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    broken: Reason | None = None
    """Why the body ended too early, if it did."""


def read(response: httpx.Response, *, within: float = MAX_SECONDS) -> Answer:
    """The whole answer, up to `MAX_ANSWER` decoded bytes. Never raises: the status is a fact."""
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
    return Answer(
        status=response.status_code,
        headers=response.headers,
        body=b"" if broken else bytes(body),
        broken=broken,
    )


def error_of(answer: Answer) -> tuple[str, str]:
    """The server's code and message, '' where it gave none.

    `{"error": {"code": ..., "message": ...}}` [page]; OAuth's `error` is a string [v3], with
    `error_description` in RFC 6749.
    """
    try:
        content = _json(answer)
    except Unreadable:
        return "", ""
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict):
        return _word(error.get("code")), for_people(error.get("message"))
    if isinstance(error, str):
        return _word(error), for_people(content.get("error_description"))
    return "", ""


def s3_error_of(answer: Answer) -> tuple[str, str]:
    """Code and message of storage's XML, '' where it gave none. Read without an XML parser."""
    text = answer.body.decode("utf-8", "replace")
    code, message = (re.search(_S3_FIELD.format(name), text) for name in ("Code", "Message"))
    return _word(code and code[1]), for_people(message and message[1])


def for_people(text: object) -> str:
    """A server's sentence, short, in one line, without addresses, tokens and signatures."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * MAX_MESSAGE]).split())
    line = _ADDRESS_OR_SECRET.sub("…", line)
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


def created(answer: Answer, request: CreateFax, *, now: datetime) -> CreatedFax:
    """The answer to a create with pre-signed targets, as it came at that time."""
    content = _object(_json(answer), "answer")
    files = content.get("files")
    if not isinstance(files, list):
        raise Unreadable("files is missing")
    if len(files) != len(request.files):
        raise Unreadable(f"files has {len(files)} items where {len(request.files)} were asked")
    objects = [_object(item, f"files[{i}]") for i, item in enumerate(files)]
    targets = tuple(
        _target(objects[i], f"files[{i}]", file, now)
        for i, file in zip(_order(objects, request.files), request.files, strict=True)
    )
    return CreatedFax(id=_id(content, "id"), uid=_id(content, "uid"), targets=targets)


def sent(answer: Answer) -> CreatedFax:
    """The answer to the one-request form: `{id, uid, recipients}` [v3]."""
    content = _object(_json(answer), "answer")
    return CreatedFax(id=_id(content, "id"), uid=_id(content, "uid"), targets=())


def access_token(answer: Answer) -> tuple[str, timedelta]:
    """Token and lifetime. Keys and tokens are opaque [v3]; without `expires_in`, an hour."""
    content = _object(_json(answer), "answer")
    token = content.get("access_token")
    if not isinstance(token, str) or not _can_be_a_header(token):
        raise Unreadable("access_token is missing or odd")
    seconds = _number(content.get("expires_in", 3600))
    if seconds is None or seconds <= 0:
        raise Unreadable("expires_in is odd")
    return token, timedelta(seconds=min(seconds, 7 * 24 * 3600))


def extensions(answer: Answer) -> tuple[list[SeenExtension], int | None]:
    """One page of presence, and how many there are in all, where the answer says.

    One vendor sample wraps the envelope in an array; a single entry may come bare [inferred].
    """
    content = _json(answer)
    if isinstance(content, list):
        content = content[0] if content else {"entry": []}
    envelope = _object(content, "answer")
    entries = envelope.get("entry")
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        raise Unreadable("entry is missing")
    seen = []
    for i, item in enumerate(entries):
        entry = _object(item, f"entry[{i}]")
        status = entry.get("status")
        seen.append(
            SeenExtension(
                number=_id(entry, "extension", f"entry[{i}]."),
                status=str(status) if isinstance(status, str | int) else "0",
            )
        )
    return seen, _number(envelope.get("totalResults"))


def _order(objects: Sequence[dict[str, Any]], files: Sequence[FileToSend]) -> list[int]:
    """For each file of the request, the index of its target.

    By `uploadIdentifier`, which one vendor sample has and another has not; by order without it.
    """
    named = [item.get("uploadIdentifier") for item in objects]
    if all(name is None for name in named):
        return list(range(len(files)))
    at = {str(name): i for i, name in enumerate(named)}
    try:
        return [at[file.upload_identifier] for file in files]
    except KeyError:
        raise Unreadable("files.uploadIdentifier does not match the request's files") from None


def _target(item: dict[str, Any], where: str, file: FileToSend, now: datetime) -> UploadTarget:
    url = item.get("redirectUri")
    if item.get("redirect") is not True:
        raise Unreadable(f"{where}.redirect is not true")
    if not isinstance(url, str) or not _can_be_a_header(url):
        raise Unreadable(f"{where}.redirectUri is missing or odd")
    try:
        Origin.of(url)
    except ValueError:
        raise Unreadable(f"{where}.redirectUri is not an address") from None
    if item.get("contentLength") is not None and _number(item["contentLength"]) != file.size:
        # Signed for another size, or another file's target: either way it must not get this one.
        raise Unreadable(f"{where}.contentLength is not the file's size")
    content_type = item.get("contentType") or file.content_type
    if not isinstance(content_type, str) or not _can_be_a_header(content_type):
        raise Unreadable(f"{where}.contentType is odd")
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
    if given is None or given == []:  # PHP writes an empty map as an empty list
        return {}
    headers = {}
    for name, value in _object(given, where).items():
        # A sample has numbers. JSON's own words for the rest: true, 1.5.
        text = value if isinstance(value, str) else json.dumps(value)
        if not isinstance(value, str | int | float) or not _can_be_a_header(text, empty=True):
            raise Unreadable(f"{where} has an odd value")
        if not _HEADER_NAME.fullmatch(name):
            raise Unreadable(f"{where} has an odd name")
        if name.lower() not in _FRAMING:
            headers[name] = text
    return headers


def _expiry(query: httpx.QueryParams, now: datetime) -> datetime | None:
    """When a Signature Version 4 URL ends; None for one that says it otherwise, or not.

    None too where it is over when it comes: then a clock is wrong, perhaps ours. Storage decides.
    """
    try:
        signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        ends = signed + timedelta(seconds=int(query["X-Amz-Expires"]))
    except (KeyError, ValueError, OverflowError):
        return None
    return ends if ends > now else None


def _json(answer: Answer) -> Any:
    if answer.broken:
        raise Unreadable("the answer broke off, or is too large")
    if not answer.body.strip():
        raise Unreadable("the answer is empty")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Unreadable("the answer is not JSON") from None


def _object(content: object, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Unreadable(f"{where} is not an object")
    return content


def _id(content: dict[str, Any], name: str, where: str = "") -> str:
    """A number or a string, as a string. Samples have both."""
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(f"{where}{name} is missing or odd")
    text = str(value).strip()
    if not 0 < len(text) <= 100 or not text.isprintable():
        raise Unreadable(f"{where}{name} is missing or odd")
    return text


def _number(value: object) -> int | None:
    """A whole number, also one in quotes or with a `.0`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _word(value: object) -> str:
    """A code: one short word. Anything else is no code."""
    word = str(value) if isinstance(value, str | int) else ""
    return word if re.fullmatch(r"[\w.-]{1,64}", word, re.ASCII) else ""


def _can_be_a_header(text: str, *, empty: bool = False) -> bool:
    return text.isascii() and text.isprintable() and (empty or bool(text)) and text == text.strip()
