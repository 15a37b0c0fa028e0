"""Hashes that tell whether two faxes have the same documents, or are the same as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from faxportal.faxes.compose.draft_content import DraftContent


def content_hash(hashes: Iterable[str]) -> str:
    """The `Fax.content_hash` of a fax. `hashes` are the SHA-256 of its documents, in any order.

    This is SHA-256 in hex. Faxes with the same documents have the same hash, even if their senders
    and recipients differ.
    """
    return hashlib.sha256(json.dumps(sorted(set(hashes))).encode()).hexdigest()


def fingerprint(content: DraftContent, *, dialled: Sequence[str], hashes: Collection[str]) -> str:
    """The `Fax.fingerprint`: SHA-256, in hex, over the content, numbers and documents of a fax.

    `dialled` are the numbers as they are dialled. `hashes` are the SHA-256 of the documents, in
    any order.
    """
    texts = [content.subject, content.note, content.due_at and content.due_at.isoformat()]
    parts = [content.extension, list(dialled), sorted(hashes), *texts]
    if content.cover:  # what the sender entered for the cover page, not the drawn page
        parts += asdict(content.cover).values()
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
