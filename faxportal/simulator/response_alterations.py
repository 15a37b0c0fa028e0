"""The alterations that a fault of kind "alter" may name: odd responses in well-formed HTTP.

The alterations in PAYLOAD change the JSON, and the alterations in BODY change its bytes.
`upload_targets` carries out the alterations in SIGNING, and `storage_api` the alterations in CORS
and ETAG. NAMES has the alterations of each operation.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

Payload = dict[str, Any]

SIGNING = frozenset(
    {
        "expired_targets",  # the URLs are signed so long ago that they have expired
        "with_identifiers",  # each file repeats its uploadIdentifier
        "boolean_headers",  # a header's value is true, signed as "true"
        "other_origin",  # localhost in place of 127.0.0.1, or the other way round
    }
)
ETAG = frozenset({"other_etag"})  # an ETag that looks like an MD5 hash and is not the file's
CORS = frozenset({"without_cors"})  # without the headers that let a browser read the response


def _files(change: Callable[[list[Payload]], list[Payload]]) -> Callable[[Payload], Any]:
    """Change the files of a response. A response of the one-request form has no files."""
    return lambda payload: (
        payload | ({"files": change(payload["files"])} if "files" in payload else {})
    )


def _each_file(change: Callable[[Payload], Payload]) -> Callable[[Payload], Any]:
    return _files(lambda files: [change(file) for file in files])


def _without(*names: str) -> Callable[[Payload], Payload]:
    return lambda payload: {name: value for name, value in payload.items() if name not in names}


def _headers(change: Callable[[Any], Any]) -> Callable[[Payload], Any]:
    return _each_file(
        lambda file: {
            **file,
            "redirectHeaders": {n: change(v) for n, v in file["redirectHeaders"].items()},
        }
    )


PAYLOAD: dict[str, Callable[[Payload], Any]] = {
    "fewer_files": _files(lambda files: files[:-1]),
    "more_files": _files(lambda files: [*files, files[-1]]),
    "no_files": _without("files"),
    "reordered_files": _files(lambda files: files[::-1]),
    "without_identifiers": _each_file(_without("uploadIdentifier")),
    "unknown_identifiers": _each_file(lambda file: {**file, "uploadIdentifier": "unknown"}),
    "redirect_false": _each_file(lambda file: {**file, "redirect": False}),
    "without_redirect": _each_file(_without("redirect")),
    "without_redirect_uri": _each_file(_without("redirectUri")),
    "without_headers": _each_file(_without("redirectHeaders")),
    "text_headers": _headers(str),
    "null_headers": _headers(lambda _: None),
    "other_lengths": _each_file(lambda f: {**f, "contentLength": f["contentLength"] + 1}),
    "text_id": lambda payload: {**payload, "id": str(payload["id"])},
    "without_id": _without("id"),
    "without_uid": _without("uid"),
    "extra_fields": lambda payload: {**payload, "extra": {"nested": [1, None]}},
    "wrapped": lambda payload: [payload],
}

BODY: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,  # with its Content-Encoding
    "huge": lambda body: body + b" " * (2 * 1024 * 1024),
    "empty": lambda _: b"",
    "not_json": lambda body: body[:-1],
    "html": lambda _: b"<!doctype html><title>Sign in</title>",
}

ANYWHERE = frozenset({*BODY, "extra_fields", "wrapped"})
NAMES: dict[str, frozenset[str]] = {
    "token": ANYWHERE,
    "presence": ANYWHERE,
    "create": frozenset({*BODY, *PAYLOAD, *SIGNING}),
    "upload": CORS | ETAG,
    "preflight": CORS,
}


def alter(payload: Any, names: tuple[str, ...]) -> tuple[bytes, dict[str, str]]:
    """The body and its headers: `payload` as JSON, changed by each alteration in turn."""
    headers = {"Content-Type": "application/json"}
    for name in names:
        if name in PAYLOAD:
            payload = PAYLOAD[name](payload)
    body = json.dumps(payload).encode()
    for name in names:
        if name in BODY:
            body = BODY[name](body)
            headers |= {
                "gzip": {"Content-Encoding": "gzip"},
                "html": {"Content-Type": "text/html"},
            }.get(name, {})
    return body, headers
