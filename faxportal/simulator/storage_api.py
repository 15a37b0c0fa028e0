"""Storage's origin: pre-signed PUTs, checked as S3 checks them, and CORS as a bucket has it.

Sources: Amazon S3 API reference, "PutObject", "Error responses", and "Using cross-origin resource
sharing". Bodies are written to the disk in chunks, so that memory does not grow with their size.
"""

import hashlib
from datetime import timedelta

from aiohttp import web

from .config import BUCKET, STORAGE_KEYS
from .fault_injection import Exchange, handler
from .fax_store import File
from .responses import Response, StorageRefusal, storage_error
from .signatures import expired, verify


def routes() -> list[web.RouteDef]:
    """The routes of storage's origin: every path takes an upload or a preflight request."""
    return [
        web.options("/{path:.*}", handler("preflight", preflight, storage_error)),
        web.route(
            "*",
            "/{path:.*}",
            handler("upload", upload, storage_error),
            expect_handler=_answer_later,
        ),
    ]


async def _answer_later(request: web.Request) -> None:
    """Leave `Expect: 100-continue` to `upload`, because S3 checks a request before it answers."""


async def upload(exchange: Exchange) -> Response:
    """Store the file of a pre-signed PUT. Raises `StorageRefusal`."""
    bucket, _, key = exchange.request.match_info["path"].partition("/")
    file = exchange.state.fax_store.file_at(key) if bucket == BUCKET and key.isascii() else None
    if file is not None:
        exchange.uploads(file)
    exchange.headers |= _cors_headers(exchange)
    await exchange.reach("before")
    file = _checked(exchange, file)
    if "Expect" in exchange.request.headers and not exchange.state.config.ignore_expect:
        await _say_continue(exchange.request)
    part = exchange.state.fax_store.new_part()
    try:
        digest, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with part.open("wb") as sink:
            async for piece in exchange.body():
                digest.update(piece)
                md5.update(piece)
                sink.write(piece)
        await exchange.reach("received")
        if "without_cors" in exchange.alterations:
            exchange.headers.clear()
        exchange.state.fax_store.store(file, sha256=digest.hexdigest(), part=part)
    finally:
        part.unlink(missing_ok=True)
    await exchange.reach("done")
    # S3's ETag is the MD5 hash, unless S3 encrypts the file with a key of a key service.
    etag = digest.hexdigest()[:32] if "other_etag" in exchange.alterations else md5.hexdigest()
    return Response(200, headers={"ETag": f'"{etag}"'})


async def _say_continue(request: web.Request) -> None:
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the response itself has not begun


def _checked(exchange: Exchange, file: File | None) -> File:
    """The file that this PUT may store. Raises `StorageRefusal`."""
    request, state = exchange.request, exchange.state
    verify(
        request.method,
        request.raw_path,
        request.headers.items(),
        keys=STORAGE_KEYS,
        now=state.now(),
    )
    if request.method != "PUT":
        raise StorageRefusal(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource."
        )
    if file is None:
        raise StorageRefusal(404, "NoSuchKey", "The specified key does not exist.")
    if file.expired:
        lifetime = int(request.query["X-Amz-Expires"])
        raise expired(lifetime, state.now() - timedelta(seconds=1), state.now())
    length = request.content_length
    if length is None or "Transfer-Encoding" in request.headers:
        raise StorageRefusal(
            411, "MissingContentLength", "You must provide the Content-Length HTTP header."
        )
    # S3 checks a length only if a policy limits it. Here the announced length counts.
    if length > file.size:
        more = {"ProposedSize": str(length), "MaxSizeAllowed": str(file.size)}
        message = "Your proposed upload exceeds the maximum allowed size"
        raise StorageRefusal(400, "EntityTooLarge", message, more)
    if length < file.size:
        more = {"ProposedSize": str(length), "MinSizeAllowed": str(file.size)}
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise StorageRefusal(400, "EntityTooSmall", message, more)
    return file


async def preflight(exchange: Exchange) -> Response:
    """Answer a browser's preflight request. Raises `StorageRefusal`."""
    await exchange.reach("before")
    await exchange.reach("received")
    asked = exchange.request.headers.get("Access-Control-Request-Headers", "")
    headers = _cors_headers(exchange)
    method = exchange.request.headers.get("Access-Control-Request-Method")
    if not headers or method != "PUT" or "without_cors" in exchange.alterations:
        raise StorageRefusal(
            403,
            "AccessForbidden",
            "CORSResponse: This CORS request is not allowed. This is usually because the "
            "evalution of Origin, request method / Access-Control-Request-Method or "
            "Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
        )
    await exchange.reach("done")
    allowed = {"Access-Control-Allow-Headers": asked} if asked else {}
    return Response(200, headers={**headers, **allowed, "Access-Control-Max-Age": "3000"})


def _cors_headers(exchange: Exchange) -> dict[str, str]:
    """The CORS headers for the request's origin; no headers if the origin is not allowed."""
    origin, allowed = exchange.request.headers.get("Origin"), exchange.state.config.cors_origins
    if origin is None or not {origin, "*"} & set(allowed):
        return {}
    return {
        "Access-Control-Allow-Origin": "*" if "*" in allowed else origin,
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Expose-Headers": "ETag",
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }
