"""Creating a fax in the older form: one multipart/form-data request with the files in it.

Source: UnifiedAPI 3 and the vendor's sample clients. Each file is a part named `files`; in the
vendor's client of 2018, the part has the name of its file. The part `request` has the recipients.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader

from .create_validation import check_count, check_file, checked_recipients, texts
from .fault_injection import CHUNK_SIZE, Exchange
from .fax_store import AnnouncedFile
from .response_alterations import alter
from .responses import ApiRefusal, Response

LARGEST_REQUEST_PART = 64 * 1024


@dataclass(frozen=True)
class Part:
    """A file of the request, as it was written to the disk."""

    field_name: str
    path: Path
    announced: AnnouncedFile
    sha256: str


async def create_fax(exchange: Exchange, user: str, extension: str) -> Response:
    """Create a fax and store its files. The fax is complete when this returns."""
    parts: list[Part] = []
    try:
        request = await _read(exchange, parts)
        recipients = request.get("recipients")
        exchange.concerns(texts(recipients), (part.announced.name for part in parts))
        await exchange.reach("received")
        config, fax_store = exchange.state.config, exchange.state.fax_store
        if config.keep_last_part:
            _keep_last(parts)
        good_recipients = checked_recipients(recipients, config)
        if not parts:
            return Response(204)
        check_count(len(parts), config)
        for part in parts:
            with part.path.open("rb") as stored:
                check_file(part.announced, config, beginning=stored.read(8))
        fax = fax_store.add_fax(
            user=user,
            extension=extension,
            recipients=good_recipients,
            wire="one-request",
            files=[part.announced for part in parts],
            at=exchange.state.clock(),
        )
        for part, file in zip(parts, fax.files, strict=True):
            fax_store.store(file, sha256=part.sha256, part=part.path)
    finally:
        for part in parts:
            part.path.unlink(missing_ok=True)
    await exchange.reach("done")
    payload = {"id": fax.id, "uid": fax.uid, "recipients": list(fax.recipients)}
    return Response(200, *alter(payload, exchange.alterations))


def _keep_last(parts: list[Part]) -> None:
    """Remove each part that is followed by another part of the same name."""
    last = {part.field_name: part for part in parts}
    for part in [part for part in parts if last[part.field_name] is not part]:
        part.path.unlink()
        parts.remove(part)


async def _read(exchange: Exchange, parts: list[Part]) -> dict[str, Any]:
    """The content of the part `request`. Writes each file to the disk, and adds it to `parts`."""
    request: Any = None
    try:
        async for part in await exchange.request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ValueError("a multipart in a multipart")
            if part.name == "request":
                body = await part.read_chunk(LARGEST_REQUEST_PART)
                await exchange.count(len(body))
                request = json.loads(body)
            elif part.name == "files" or part.filename:
                parts.append(await _stored(exchange, part))
        if not isinstance(request, dict):
            raise ValueError("no request part")
    except ValueError:
        raise ApiRefusal(
            400, "request_invalid", "The multipart form is not as it should be."
        ) from None
    return request


async def _stored(exchange: Exchange, part: BodyPartReader) -> Part:
    path, digest, size = exchange.state.fax_store.new_part(), hashlib.sha256(), 0
    try:
        with path.open("wb") as sink:
            while piece := await part.read_chunk(CHUNK_SIZE):
                await exchange.count(len(piece))
                digest.update(piece)
                size += sink.write(piece)
    except BaseException:
        path.unlink()
        raise
    announced = AnnouncedFile(
        upload_identifier="",
        name=(part.filename or "").encode(errors="replace").decode(),
        size=size,
        content_type=part.headers.get("Content-Type", "").partition(";")[0].strip(),
    )
    return Part(part.name or "", path, announced, digest.hexdigest())
