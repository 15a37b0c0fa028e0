"""Hashes by which two faxes are the same: over the documents alone, and over the whole form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from faxportal.faxes.compose.draft_content import DraftContent


def content_hash(hashes: Iterable[str]) -> str:
    """SHA-256, in hex, over the SHA-256 of a fax's documents in any order, for `Fax.content_hash`.

    The same documents have the same hash, whoever sends them and to whom.
    """
    return hashlib.sha256(json.dumps(sorted(set(hashes))).encode()).hexdigest()


def fingerprint(content: DraftContent, *, dialled: Sequence[str], hashes: Collection[str]) -> str:
    """SHA-256, in hex, over the content, numbers and documents of a fax, for `Fax.fingerprint`.

    `dialled` are the numbers as they are dialled. `hashes` are the SHA-256 of the documents, in
    any order.
    """
    texts = [content.subject, content.note, content.due_at and content.due_at.isoformat()]
    parts = [content.extension, list(dialled), sorted(hashes), *texts]
    if content.cover:  # what the sender entered for the cover page, not the drawn page
        parts += asdict(content.cover).values()
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
