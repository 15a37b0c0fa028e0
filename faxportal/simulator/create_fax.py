"""POST /uapi/faxes/{userId}/{extension}, in its pre-signed form; one_request.py has the older one.

Source: the vendor's page. The codes of refusals come from the UnifiedAPI 3 page.
"""

import json
from typing import Any

from . import one_request
from .alterations import alter
from .answers import Answer, ApiRefusal
from .call import Call
from .config import EXTENSION_WITHOUT_FAX, USERS
from .rules import checked_files, checked_recipients, file_names, texts
from .signin import check_signed_in
from .targets import target

LARGEST_REQUEST = 1024 * 1024


async def create(call: Call) -> Answer:
    await call.reach("before")
    check_signed_in(call)
    user, extension = _path(call)
    multipart = call.request.content_type == "multipart/form-data"
    refused = "presigned" if multipart else "one-request"
    if call.world.config.wire == refused:
        # Unknown: what a server says to the form it doesn't take. It sees no recipients there.
        raise ApiRefusal(400, "fx_recipients_invalid", "Invalid recipients.")
    if multipart:
        return await one_request.create(call, user, extension)
    return await _presigned(call, user, extension)


async def _presigned(call: Call, user: str, extension: str) -> Answer:
    request = await _request(call)
    recipients, files = request.get("recipients"), request.get("files")
    call.concerns(texts(recipients), file_names(files))
    await call.reach("received")
    config, record = call.world.config, call.world.record
    good_recipients = checked_recipients(recipients, config)
    if files == []:
        return Answer(204)
    fax = record.add_fax(
        user=user,
        extension=extension,
        recipients=good_recipients,
        wire="presigned",
        files=checked_files(files, config),
        at=call.world.clock(),
    )
    call.world.script.add_for_recipients(fax.recipients)
    await call.reach("done")
    payload = {
        "id": fax.id,
        "uid": fax.uid,
        "files": [target(call, fax, file) for file in fax.files],
    }
    return Answer(200, *alter(payload, call.alterations))


def _path(call: Call) -> tuple[str, str]:
    """Return user and extension. Every sample has `*` and `@` literal: so must the request."""
    user, extension = call.request.match_info["user"], call.request.match_info["extension"]
    if user not in USERS or "%" in call.request.raw_path:
        raise ApiRefusal(400, "user_invalid", "Invalid user.")
    if extension == EXTENSION_WITHOUT_FAX or extension not in call.world.config.extensions:
        raise ApiRefusal(400, "extension_invalid", "Invalid extension, or no fax enabled for it.")
    return user, extension


async def _request(call: Call) -> dict[str, Any]:
    body = bytearray()
    async for piece in call.body():
        body += piece
        if len(body) > LARGEST_REQUEST:
            raise ApiRefusal(413, "request_too_large", "The request is too large.")
    try:
        request = json.loads(body)
        json.dumps(request, ensure_ascii=False).encode()  # no lone surrogates in any text
    except ValueError:
        request = None
    if call.request.content_type != "application/json" or not isinstance(request, dict):
        raise ApiRefusal(400, "request_invalid", "The request is not a JSON object.")
    return request
