"""Upload targets: what the response to a create request contains for each file."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .config import BUCKET, STORAGE_KEYS
from .fault_injection import Exchange
from .fax_store import Fax, File
from .signatures import Keys, presign


def target(exchange: Exchange, fax: Fax, file: File) -> dict[str, Any]:
    """The entry of one file in the response, as in the vendor's sample. A fault may alter it."""
    state, config, odd = exchange.state, exchange.state.config, exchange.alterations
    # The values are numbers, as in the sample. The client must send them as texts.
    headers = {"x-amz-meta-he-int-faxout": 1, "x-amz-meta-app-faxid": fax.id}
    if "boolean_headers" in odd:
        headers["x-amz-meta-he-int-faxout"] = True
    signed = {name: _text(value) for name, value in headers.items()}
    lifetime = config.target_lifetime
    age = lifetime + 1 if "expired_targets" in odd else 0
    origin, keys = state.storage_url, STORAGE_KEYS
    if config.storage:
        origin, keys = config.storage, Keys(id=config.storage_key, secret=config.storage_secret)
    if "other_origin" in odd:
        origin = _other_name(origin)
    uri = presign(
        "PUT",
        f"{origin}/{BUCKET}/{quote(file.key)}",
        {"content-type": file.content_type, **signed},
        keys=keys,
        at=state.now() - timedelta(seconds=age),
        lifetime=lifetime,
    )
    description = {
        "redirect": True,
        "heUri": f"{state.url}/at/file/action?{_handle(file)}",
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
