"""Signed JSON: making it, and verifying it without a database and without the portal's settings.

The signature is Ed25519 over the bytes of the JSON without the signature. A file is read strictly:
each byte has to be as the portal writes it, so that every changed file is refused.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ALGORITHM = "Ed25519"


class NotSigned(Exception):
    """The file has no valid signature. The text says why."""


def sign(data: dict[str, Any], seed: bytes) -> dict[str, Any]:
    """The data with their signature. `seed` is the private key, 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature = {
        "algorithm": _ALGORITHM,
        "public_key": key.public_key().public_bytes_raw().hex(),
        "value": key.sign(as_bytes(data)).hex(),
    }
    return data | {"signature": signature}


def public_key_of(seed: bytes) -> str:
    """The public key, in hex, that verifies the signatures made with `seed`."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def as_bytes(data: dict[str, Any]) -> bytes:
    """The data as JSON, in the only form in which signed JSON is written."""
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def verify(content: bytes) -> tuple[str, dict[str, Any]]:
    """The public key that signed a file, and the signed data. Raises `NotSigned`.

    Anybody can sign with a key of their own. To know who signed, compare the public key with the
    key that the office names.
    """
    try:
        data = json.loads(content)
        signature = data.pop("signature")
        public_key, value = signature["public_key"], signature["value"]
        is_as_written = as_bytes(data | {"signature": signature}) == content and signature == {
            "algorithm": _ALGORITHM,
            "public_key": bytes.fromhex(public_key).hex(),
            "value": bytes.fromhex(value).hex(),
        }
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotSigned("The file is not a signed evidence sheet.") from None
    if not is_as_written:
        raise NotSigned("The file is not written as the portal writes it.")
    try:
        key.verify(bytes.fromhex(value), as_bytes(data))
    except InvalidSignature:
        raise NotSigned("The file was changed after it was signed.") from None
    return public_key, data
