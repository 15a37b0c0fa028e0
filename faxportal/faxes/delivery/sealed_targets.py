"""Upload targets as encrypted text: the signed URL of a target is a secret until it expires."""

from __future__ import annotations

import json
from datetime import datetime

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
                "expires_at": target.expires_at and target.expires_at.isoformat(),
            }
        )
    )


def open_target(sealed: str) -> UploadTarget:
    """The target that `seal_target` encrypted. Raises `encryption.KeyLost`."""
    fields = json.loads(encryption.decrypt(sealed))
    expires_at = fields.pop("expires_at")
    return UploadTarget(
        **fields, expires_at=datetime.fromisoformat(expires_at) if expires_at else None
    )
