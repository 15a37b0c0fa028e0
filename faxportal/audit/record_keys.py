"""The operator's keys that prove that nobody changed what was recorded.

FAXPORTAL_RECORD_KEY has the keys, the newest first. The newest key makes new keyed hashes. The
older keys are needed to verify older hashes. Beside each keyed hash the database has the id of its
key. The keys themselves are not in the database, so somebody who can only change the database can't
make a keyed hash.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES = 32
#: Stands for the id of a key in what was recorded without a key: by version 0.1.0, or by a portal
#: that had no key.
NO_KEY = ""


class KeyUnknown(Exception):
    """FAXPORTAL_RECORD_KEY lacks the key with this id, so nobody can verify what it hashed."""


@dataclass(frozen=True, kw_only=True)
class RecordKey:
    """One key. Its id tells nothing about the key."""

    id: str
    _secret: bytes = field(repr=False)

    def digest(self, purpose: str, text: str) -> str:
        """The keyed hash (HMAC-SHA256) of a text, in hex. It differs for each purpose."""
        message = f"{purpose}\0{text}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    @property
    def signing_seed(self) -> bytes:
        """The private Ed25519 key that signs evidence sheets, derived from this key by HKDF."""
        derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"faxportal evidence sheet")
        return derived.derive(self._secret)


def demand_newest() -> RecordKey:
    """The key that makes keyed hashes. Raises `ImproperlyConfigured` if there is no usable key."""
    if not settings.RECORD_KEYS:
        raise ImproperlyConfigured("FAXPORTAL_RECORD_KEY has no key.")
    return _newest(settings.RECORD_KEYS[0])


def newest() -> RecordKey | None:
    """The key that makes keyed hashes; None if there is no usable key.

    Faxes are sent and recorded also without a key. The portal then shows that they were recorded
    without one, and the health check says that the key is missing.
    """
    try:
        return demand_newest()
    except ImproperlyConfigured:
        return None


def key_with(key_id: str) -> RecordKey:
    """The key with this id. Raises `KeyUnknown`."""
    try:
        return _keys(tuple(settings.RECORD_KEYS))[key_id]
    except (KeyError, ImproperlyConfigured):
        raise KeyUnknown(key_id) from None


def all_known() -> list[RecordKey]:
    """All usable keys, the newest first; none if one of them is not usable."""
    try:
        return list(_keys(tuple(settings.RECORD_KEYS)).values())
    except ImproperlyConfigured:
        return []


def is_known(key_id: str) -> bool:
    """Whether FAXPORTAL_RECORD_KEY has the key with this id."""
    try:
        key_with(key_id)
    except KeyUnknown:
        return False
    return True


@lru_cache(maxsize=8)
def _newest(encoded: str) -> RecordKey:
    return _key(encoded)


@lru_cache(maxsize=8)
def _keys(encoded: tuple[str, ...]) -> Mapping[str, RecordKey]:
    """The keys by their ids, the newest first."""
    return {key.id: key for key in map(_key, encoded)}


def _key(encoded: str) -> RecordKey:
    try:
        secret = urlsafe_b64decode(encoded.encode())
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != _KEY_BYTES:
        # Without the value, which is a secret.
        raise ImproperlyConfigured(
            "FAXPORTAL_RECORD_KEY has something that is not a key. Each key is 32 bytes in "
            "URL-safe base64."
        )
    key_id = hmac.new(secret, b"id of this key", hashlib.sha256).hexdigest()[:8]
    return RecordKey(id=key_id, _secret=secret)
