"""Upload targets: what an answer to a create request says about each of its files."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .call import Call
from .config import BUCKET, STORAGE_KEYS
from .record import Fax, File
from .signatures import Keys, presign


def target(call: Call, fax: Fax, file: File) -> dict[str, Any]:
    """Return the description of one file, as the vendor's sample has it."""
    world, config, odd = call.world, call.world.config, call.alterations
    # Numbers, as in the sample: who sends them has to make texts of them.
    headers = {"x-amz-meta-he-int-faxout": 1, "x-amz-meta-app-faxid": fax.id}
    if "boolean_headers" in odd:
        headers["x-amz-meta-he-int-faxout"] = True
    signed = {name: _text(value) for name, value in headers.items()}
    lifetime = config.target_lifetime
    age = lifetime + 1 if "expired_targets" in odd else 0
    origin, keys = world.storage_url, STORAGE_KEYS
    if config.storage:
        origin, keys = config.storage, Keys(id=config.storage_key, secret=config.storage_secret)
    if "other_origin" in odd:
        origin = _other_name(origin)
    uri = presign(
        "PUT",
        f"{origin}/{BUCKET}/{quote(file.key)}",
        {"content-type": file.content_type, **signed},
        keys=keys,
        at=world.now() - timedelta(seconds=age),
        lifetime=lifetime,
    )
    description = {
        "redirect": True,
        "heUri": f"{world.url}/at/file/action?{_handle(file)}",
        "redirectUri": uri,
        "redirectHeaders": headers,
        "contentType": file.content_type,
        "contentLength": file.size,
    }
    if config.echo_identifiers or "with_identifiers" in odd:
        description["uploadIdentifier"] = file.upload_identifier
    return description


def _handle(file: File) -> str:
    return urlencode({"id": file.id, "ver": 1, "nm": file.name, "cl": "OTHER", "vw": "main"})


def _text(value: int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _other_name(origin: str) -> str:
    parts = urlsplit(origin)
    host = "127.0.0.1" if parts.hostname == "localhost" else "localhost"
    return f"{parts.scheme}://{host}:{parts.port}"
