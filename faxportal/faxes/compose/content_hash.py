"""What makes two faxes the same: the content alone, and all that a form submits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from faxportal.faxes.compose.draft_content import DraftContent


def content_hash(hashes: Iterable[str]) -> str:
    """SHA-256, in hex, over the SHA-256 of a fax's documents in any order, for `Fax.content_hash`.

    The same for the same documents, whoever sends them and to whom.
    """
    return hashlib.sha256(json.dumps(sorted(set(hashes))).encode()).hexdigest()


def fingerprint(content: DraftContent, *, dialled: Sequence[str], hashes: Collection[str]) -> str:
    """SHA-256, in hex, over all that makes two submits the same fax, for `Fax.fingerprint`.

    `dialled` are the numbers as they are dialled, `hashes` the SHA-256 of the documents.
    """
    texts = [content.subject, content.note, content.due_at and content.due_at.isoformat()]
    parts = [content.extension, list(dialled), sorted(hashes), *texts]
    if content.cover:  # what was entered for the cover page, not the page that was drawn
        parts += asdict(content.cover).values()
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
