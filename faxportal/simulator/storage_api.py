"""Storage's origin: pre-signed PUTs, checked as S3 checks them, and CORS as a bucket has it.

Sources: Amazon S3 API reference, "PutObject", "Error responses", and "Using cross-origin resource
sharing". Bodies are streamed to disk: constant memory at any size.
"""

import hashlib
from datetime import timedelta

from aiohttp import web

from .answers import Answer, StorageRefusal, storage_error
from .call import Call, handler
from .config import BUCKET, STORAGE_KEYS
from .record import File
from .signatures import expired, verify


def routes() -> list[web.RouteDef]:
    return [
        web.options("/{path:.*}", handler("preflight", preflight, storage_error)),
        web.route("*", "/{path:.*}", handler("upload", upload, storage_error)),
    ]


async def upload(call: Call) -> Answer:
    bucket, _, key = call.request.match_info["path"].partition("/")
    file = call.world.record.file_at(key) if bucket == BUCKET and key.isascii() else None
    if file is not None:
        call.uploads(file)
    call.headers |= _cors_headers(call)
    await call.reach("before")
    file = _checked(call, file)
    part = call.world.record.new_part()
    try:
        digest = hashlib.sha256()
        with part.open("wb") as sink:
            async for piece in call.body():
                digest.update(piece)
                sink.write(piece)
        await call.reach("received")
        if "without_cors" in call.alterations:
            call.headers.clear()
        call.world.record.store(file, sha256=digest.hexdigest(), part=part)
    finally:
        part.unlink(missing_ok=True)
    await call.reach("done")
    # S3's is an MD5, which nobody may rely on.
    return Answer(200, headers={"ETag": f'"{digest.hexdigest()[:32]}"'})


def _checked(call: Call, file: File | None) -> File:
    """Raise StorageRefusal unless this PUT may store this file."""
    request, world = call.request, call.world
    verify(
        request.method,
        request.raw_path,
        request.headers.items(),
        keys=STORAGE_KEYS,
        now=world.now(),
    )
    if request.method != "PUT":
        raise StorageRefusal(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource."
        )
    if file is None:
        raise StorageRefusal(404, "NoSuchKey", "The specified key does not exist.")
    if file.expired:
        lifetime = int(request.query["X-Amz-Expires"])
        raise expired(lifetime, world.now() - timedelta(seconds=1), world.now())
    length = request.content_length
    if length is None or "Transfer-Encoding" in request.headers:
        raise StorageRefusal(
            411, "MissingContentLength", "You must provide the Content-Length HTTP header."
        )
    # S3 would check a length that a policy sets; the page announces each file's.
    if length > file.size:
        more = {"ProposedSize": str(length), "MaxSizeAllowed": str(file.size)}
        message = "Your proposed upload exceeds the maximum allowed size"
        raise StorageRefusal(400, "EntityTooLarge", message, more)
    if length < file.size:
        more = {"ProposedSize": str(length), "MinSizeAllowed": str(file.size)}
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise StorageRefusal(400, "EntityTooSmall", message, more)
    return file


async def preflight(call: Call) -> Answer:
    await call.reach("before")
    await call.reach("received")
    asked = call.request.headers.get("Access-Control-Request-Headers", "")
    headers = _cors_headers(call)
    method = call.request.headers.get("Access-Control-Request-Method")
    if not headers or method != "PUT" or "without_cors" in call.alterations:
        raise StorageRefusal(
            403,
            "AccessForbidden",
            "CORSResponse: This CORS request is not allowed. This is usually because the "
            "evalution of Origin, request method / Access-Control-Request-Method or "
            "Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
        )
    await call.reach("done")
    allowed = {"Access-Control-Allow-Headers": asked} if asked else {}
    return Answer(200, headers={**headers, **allowed, "Access-Control-Max-Age": "3000"})


def _cors_headers(call: Call) -> dict[str, str]:
    """Return what lets a browser's page of the request's origin go on; nothing if it may not."""
    origin, allowed = call.request.headers.get("Origin"), call.world.config.cors_origins
    if origin is None or not {origin, "*"} & set(allowed):
        return {}
    return {
        "Access-Control-Allow-Origin": "*" if "*" in allowed else origin,
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Expose-Headers": "ETag",
        "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    }
