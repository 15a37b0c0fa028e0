"""Parsing the upload targets in the response to a create request."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from faxportal.voipnow.allowed_origins import Origin
from faxportal.voipnow.api_types import CreatedFax, CreateFax, FileToSend, UploadTarget
from faxportal.voipnow.responses import (
    InvalidResponse,
    Response,
    can_be_a_header,
    id_of,
    json_of,
    number_of,
    object_of,
)

# httpx sets these headers itself. A second header of the same name could change where a message
# ends.
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_LONGEST_LIFE = timedelta(days=7)  # the most that Signature Version 4 allows
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token


def created_fax(response: Response, request: CreateFax) -> CreatedFax:
    """The fax in the response to a pre-signed create request.

    The targets are in the order of the request's files. Raises `InvalidResponse`.
    """
    content = object_of(json_of(response), "answer")
    files = content.get("files")
    if not isinstance(files, list):
        raise InvalidResponse("files is missing")
    if len(files) != len(request.files):
        raise InvalidResponse(f"files has {len(files)} items where {len(request.files)} were asked")
    objects = [object_of(item, f"files[{i}]") for i, item in enumerate(files)]
    targets = tuple(
        _target(objects[i], f"files[{i}]", file)
        for i, file in zip(_order(objects, request.files), request.files, strict=True)
    )
    return CreatedFax(id=id_of(content, "id"), uid=id_of(content, "uid"), targets=targets)


def _order(objects: Sequence[dict[str, Any]], files: Sequence[FileToSend]) -> list[int]:
    """For each file of the request, the index of its target.

    Targets are matched by `uploadIdentifier`, which one vendor sample has and another doesn't.
    Without identifiers, the targets are taken in the order of the files.
    """
    named = [item.get("uploadIdentifier") for item in objects]
    if all(name is None for name in named):
        return list(range(len(files)))
    index_of = {str(name): i for i, name in enumerate(named)}
    try:
        return [index_of[file.upload_identifier] for file in files]
    except KeyError:
        raise InvalidResponse("files.uploadIdentifier does not match the request's files") from None


def _target(item: dict[str, Any], where: str, file: FileToSend) -> UploadTarget:
    url = item.get("redirectUri")
    if item.get("redirect") is not True:
        raise InvalidResponse(f"{where}.redirect is not true")
    if not isinstance(url, str) or not can_be_a_header(url):
        raise InvalidResponse(f"{where}.redirectUri is missing or odd")
    try:
        Origin.of(url)
    except ValueError:
        raise InvalidResponse(f"{where}.redirectUri is not an address") from None
    if item.get("contentLength") is not None and number_of(item["contentLength"]) != file.size:
        # The target is signed for another size, or is for another file. It must not get this file.
        raise InvalidResponse(f"{where}.contentLength is not the file's size")
    content_type = item.get("contentType") or file.content_type
    if not isinstance(content_type, str) or not can_be_a_header(content_type):
        raise InvalidResponse(f"{where}.contentType is odd")
    handle = item.get("heUri")
    return UploadTarget(
        upload_identifier=file.upload_identifier,
        url=url,
        headers=_headers(item.get("redirectHeaders"), f"{where}.redirectHeaders"),
        content_type=content_type,
        content_length=file.size,
        lifetime=_lifetime(httpx.URL(url).params),
        handle=handle if isinstance(handle, str) else "",
    )


def _headers(given: object, where: str) -> dict[str, str]:
    if given is None or given == []:  # PHP encodes an empty map as an empty list
        return {}
    headers = {}
    for name, value in object_of(given, where).items():
        # The vendor's sample has numbers. Other values are sent as JSON writes them: true, 1.5.
        text = value if isinstance(value, str) else json.dumps(value)
        if not isinstance(value, str | int | float) or not can_be_a_header(text, empty=True):
            raise InvalidResponse(f"{where} has an odd value")
        if not _HEADER_NAME.fullmatch(name):
            raise InvalidResponse(f"{where} has an odd name")
        if name.lower() not in _FRAMING:
            headers[name] = text
    return headers


def _lifetime(query: httpx.QueryParams) -> timedelta | None:
    """How long a pre-signed URL of Signature Version 4 lives; None for any other URL.

    The date in the URL is ignored, because it comes from VoipNow's clock.
    """
    seconds = number_of(query.get("X-Amz-Expires", ""))
    return min(timedelta(seconds=seconds), _LONGEST_LIFE) if seconds and seconds < 10**9 else None
