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

    #: How many were encrypted again with the newest key.
    again: int
    #: How many the newest key had encrypted before.
    before: int
    #: How many no key decrypts.
    lost: int


def rotate_keys() -> Rotated:
    """Encrypt each secret again that the newest key has not encrypted.

    A secret that another process writes at the same moment stays as that process writes it. Raises
    `ImproperlyConfigured` if the operator has set no usable key.
    """
    again = before = lost = 0
    for model, field in ENCRYPTED:
        rows: Any = model._default_manager  # noqa: SLF001
        stored = rows.exclude(**{field: ""}).order_by("pk").values_list("pk", field)
        for pk, token in list(stored):  # the rows change while they are gone through
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
