"""Upload targets as encrypted text: the signed URL of a target is a secret until it expires."""

from __future__ import annotations

import json
from datetime import timedelta

from faxportal.accounts import encryption
from faxportal.voipnow.api_types import UploadTarget


def seal_target(target: UploadTarget) -> str:
    """The encrypted text that `open_target` turns into the same target."""
    return encryption.encrypt(
        json.dumps(
            {
                "upload_identifier": target.upload_identifier,
                "url": target.url,
                "headers": dict(target.headers),
                "content_type": target.content_type,
                "content_length": target.content_length,
                "lifetime": target.lifetime and target.lifetime.total_seconds(),
            }
        )
    )


def open_target(sealed: str) -> UploadTarget:
    """The target that `seal_target` encrypted. Raises `encryption.KeyLost`."""
    fields = json.loads(encryption.decrypt(sealed))
    lifetime = fields.pop("lifetime", None)
    fields.pop("expires_at", None)  # in targets that version 0.1.0 sealed
    return UploadTarget(
        **fields, lifetime=None if lifetime is None else timedelta(seconds=lifetime)
    )
