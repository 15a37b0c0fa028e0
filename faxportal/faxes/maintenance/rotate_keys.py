"""Encrypting every stored secret again with the newest key, so that older keys can be removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from faxportal.accounts.encryption import KeyLost, encrypt_again
from faxportal.accounts.models import Connection
from faxportal.faxes.models import Upload

#: The fields that hold encrypted secrets. A test fails for a field that is missing here.
ENCRYPTED: tuple[tuple[type[Model], str], ...] = (
    (Connection, "encrypted_secrets"),
    (Connection, "encrypted_token"),
    (Upload, "sealed_target"),
)


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """What became of the stored secrets."""

    #: How many secrets were encrypted again with the newest key.
    again: int
    #: How many secrets the newest key had encrypted already.
    before: int
    #: How many secrets can't be decrypted with any key.
    lost: int


def rotate_keys() -> Rotated:
    """Encrypt again each secret that the newest key has not encrypted.

    If another process changes a secret at the same moment, that process's value is kept. Raises
    `ImproperlyConfigured` if the operator has set no usable key.
    """
    again = before = lost = 0
    for model, field in ENCRYPTED:
        rows: Any = model._default_manager  # noqa: SLF001
        stored = rows.exclude(**{field: ""}).order_by("pk").values_list("pk", field)
        for pk, token in list(stored):  # a list, because the loop changes the rows
            try:
                new = encrypt_again(token)
            except KeyLost:
                lost += 1
                continue
            if new is None:
                before += 1
            else:
                again += rows.filter(pk=pk, **{field: token}).update(**{field: new})
    return Rotated(again=again, before=before, lost=lost)
