"""What makes two faxes the same in content, whoever sends them and to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def content_of(hashes: Iterable[str]) -> str:
    """SHA-256, in hex, over the SHA-256 of a fax's documents, in whatever order they go."""
    return hashlib.sha256(json.dumps(sorted(set(hashes))).encode()).hexdigest()
