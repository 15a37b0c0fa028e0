"""The older wire form: the create request carries the files itself, as multipart/form-data.

Source: UnifiedAPI 3 and the vendor's sample client: parts `files`, once a file, and `request`.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader

from .alterations import alter
from .answers import Answer, ApiRefusal
from .call import PIECE, Call
from .record import AskedFile
from .rules import check_count, check_file, checked_recipients, texts

LARGEST_REQUEST_PART = 64 * 1024


@dataclass(frozen=True)
class Part:
    path: Path
    asked: AskedFile
    sha256: str


async def create(call: Call, user: str, extension: str) -> Answer:
    """Take the fax in whole; it is complete when this returns."""
    parts: list[Part] = []
    try:
        request = await _read(call, parts)
        recipients = request.get("recipients")
        call.concerns(texts(recipients), (part.asked.name for part in parts))
        await call.reach("received")
        config, record = call.world.config, call.world.record
        good_recipients = checked_recipients(recipients, config)
        if not parts:
            return Answer(204)
        check_count(len(parts), config)
        for part in parts:
            check_file(part.asked.name, part.asked.size, part.asked.content_type, config)
        fax = record.add_fax(
            user=user,
            extension=extension,
            recipients=good_recipients,
            wire="one-request",
            files=[part.asked for part in parts],
            at=call.world.clock(),
        )
        for part, file in zip(parts, fax.files, strict=True):
            record.store(file, sha256=part.sha256, part=part.path)
    finally:
        for part in parts:
            part.path.unlink(missing_ok=True)
    await call.reach("done")
    payload = {"id": fax.id, "uid": fax.uid, "recipients": list(fax.recipients)}
    return Answer(200, *alter(payload, call.alterations))


async def _read(call: Call, parts: list[Part]) -> dict[str, Any]:
    """Stream each file to disk, appending to `parts`; return the part `request`."""
    request: Any = None
    try:
        async for part in await call.request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ValueError("a multipart in a multipart")
            if part.name == "files":
                parts.append(await _stored(call, part))
            elif part.name == "request":
                body = await part.read_chunk(LARGEST_REQUEST_PART)
                await call.took(len(body))
                request = json.loads(body)
        if not isinstance(request, dict):
            raise ValueError("no request part")
    except ValueError:
        raise ApiRefusal(
            400, "request_invalid", "The multipart form is not as it should be."
        ) from None
    return request


async def _stored(call: Call, part: BodyPartReader) -> Part:
    path, digest, size = call.world.record.new_part(), hashlib.sha256(), 0
    try:
        with path.open("wb") as sink:
            while piece := await part.read_chunk(PIECE):
                await call.took(len(piece))
                digest.update(piece)
                size += sink.write(piece)
    except BaseException:
        path.unlink()
        raise
    asked = AskedFile(
        upload_identifier="",
        name=(part.filename or "").encode(errors="replace").decode(),
        size=size,
        content_type=part.headers.get("Content-Type", "").partition(";")[0].strip(),
    )
    return Part(path, asked, digest.hexdigest())
