"""Creating a fax: POST /uapi/faxes/{userId}/{extension}, in the pre-signed form.

The one-request form is in `create_fax_multipart`. Source: the vendor's page of the fax service; the
codes of refusals are from the UnifiedAPI 3 page.
"""

import json
from typing import Any

from . import create_fax_multipart
from .config import EXTENSION_WITHOUT_FAX, USERS
from .create_validation import checked_files, checked_recipients, file_names, texts
from .fault_injection import Exchange
from .response_alterations import alter
from .responses import ApiRefusal, Response
from .sign_in import check_signed_in
from .upload_targets import target

LARGEST_REQUEST = 1024 * 1024


async def create_fax(exchange: Exchange) -> Response:
    """Create a fax, in a form that the configuration allows. Raises `ApiRefusal`."""
    await exchange.reach("before")
    check_signed_in(exchange)
    user, extension = _path(exchange)
    multipart = exchange.request.content_type == "multipart/form-data"
    refused = "presigned" if multipart else "one-request"
    if exchange.state.config.wire == refused:
        # It is not documented how a server refuses a form that it doesn't take. The simulator
        # reports that it found no recipients.
        raise ApiRefusal(400, "fx_recipients_invalid", "Invalid recipients.")
    if multipart:
        return await create_fax_multipart.create_fax(exchange, user, extension)
    return await _presigned(exchange, user, extension)


async def _presigned(exchange: Exchange, user: str, extension: str) -> Response:
    request = await _request(exchange)
    recipients, files = request.get("recipients"), request.get("files")
    exchange.concerns(texts(recipients), file_names(files))
    await exchange.reach("received")
    config, fax_store = exchange.state.config, exchange.state.fax_store
    good_recipients = checked_recipients(recipients, config)
    if files == []:
        return Response(204)
    fax = fax_store.add_fax(
        user=user,
        extension=extension,
        recipients=good_recipients,
        wire="presigned",
        files=checked_files(files, config),
        at=exchange.state.clock(),
    )
    exchange.state.script.add_for_recipients(fax.recipients)
    await exchange.reach("done")
    payload = {
        "id": fax.id,
        "uid": fax.uid,
        "files": [target(exchange, fax, file) for file in fax.files],
    }
    return Response(200, *alter(payload, exchange.alterations))


def _path(exchange: Exchange) -> tuple[str, str]:
    """The user and the extension. Raises `ApiRefusal` if one of them is not valid.

    The path must contain `*` and `@` as they are. The vendor's samples don't encode them, either.
    """
    user, extension = exchange.request.match_info["user"], exchange.request.match_info["extension"]
    if user not in USERS or "%" in exchange.request.raw_path:
        raise ApiRefusal(400, "user_invalid", "Invalid user.")
    if extension == EXTENSION_WITHOUT_FAX or extension not in exchange.state.config.extensions:
        raise ApiRefusal(400, "extension_invalid", "Invalid extension, or no fax enabled for it.")
    return user, extension


async def _request(exchange: Exchange) -> dict[str, Any]:
    body = bytearray()
    async for piece in exchange.body():
        body += piece
        if len(body) > LARGEST_REQUEST:
            raise ApiRefusal(413, "request_too_large", "The request is too large.")
    try:
        request = json.loads(body)
        json.dumps(request, ensure_ascii=False).encode()  # raises for lone surrogates
    except ValueError:
        request = None
    if exchange.request.content_type != "application/json" or not isinstance(request, dict):
        raise ApiRefusal(400, "request_invalid", "The request is not a JSON object.")
    return request
