"""Encrypting secrets that the database keeps.

The method is Fernet (AES-128-CBC with HMAC-SHA256) of the package `cryptography`. The first key in
FAXPORTAL_CREDENTIAL_KEYS encrypts, and all keys in it decrypt. A decrypted secret is never logged,
rendered or put into an exception.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class KeyLost(Exception):
    """None of the operator's keys decrypts this secret. Its owner has to enter the secret again."""


def _fernet() -> MultiFernet:
    if not settings.CREDENTIAL_KEYS:
        raise ImproperlyConfigured("FAXPORTAL_CREDENTIAL_KEYS has no key.")
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError:
        # Not chained: the original message may quote the key.
        raise ImproperlyConfigured(
            "FAXPORTAL_CREDENTIAL_KEYS has something that is not a Fernet key. Each key is 32 "
            "bytes in URL-safe base64."
        ) from None


def encrypt(text: str) -> str:
    """The text, encrypted with the first key, in URL-safe base64.

    Raises `ImproperlyConfigured` if the operator has set no usable key.
    """
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text that `encrypt` turned into `token`.

    Raises `KeyLost`, also if the operator has set no usable key.
    """
    try:
        return _fernet().decrypt(token.encode()).decode()
    except (InvalidToken, ImproperlyConfigured):
        raise KeyLost from None


def is_decryptable(token: str) -> bool:
    """Whether one of the operator's keys decrypts a token."""
    try:
        decrypt(token)
    except KeyLost:
        return False
    return True


def encrypt_again(token: str) -> str | None:
    """The same text, encrypted with the first key; None if the first key encrypted it already.

    Raises `KeyLost` and `ImproperlyConfigured`.
    """
    keys = _fernet()
    try:
        Fernet(settings.CREDENTIAL_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        pass
    else:
        return None
    try:
        return keys.rotate(token.encode()).decode()
    except InvalidToken:
        raise KeyLost from None
