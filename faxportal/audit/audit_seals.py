"""Sealing the audit: seals of the chain cover the entries, so that a missing entry is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from faxportal.audit import seal_chain
from faxportal.audit.audit_log import content_of, is_as_written
from faxportal.audit.models import AuditEntry, RecordSeal
from faxportal.audit.record_keys import NO_KEY, KeyUnknown

#: How many entries one seal covers at most.
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class BrokenEntry:
    """An entry of the audit that is missing, or not as it was written."""

    entry_id: int
    #: A word for what is wrong: `changed`, `missing`, `no_key` or `key_unknown`.
    problem: str


def seal_entries(at: datetime) -> int:
    """Add one seal for the oldest entries that have none. Returns how many entries it covers."""
    with transaction.atomic():
        seal_chain.lock_chain()
        entries = list(AuditEntry.objects.filter(seal=None).order_by("id")[:AT_ONCE])
        if not entries:
            return 0
        ids = [entry.pk for entry in entries]
        data = {"entries": ids, "digest": _digest(entries)}
        seal = seal_chain.add_seal(RecordSeal.Kind.AUDIT, at=at, data=data, up_to=ids[-1])
        AuditEntry.objects.filter(pk__in=ids).update(seal=seal)
    return len(entries)


def broken_entries() -> Iterator[BrokenEntry]:
    """Go through the whole audit. Yields each entry that is missing or not as it was written."""
    covered: set[int] = set()
    for seal in RecordSeal.objects.filter(kind=RecordSeal.Kind.AUDIT).iterator():
        ids, digest = _read(seal)
        covered.update(ids)
        found = AuditEntry.objects.in_bulk(ids)
        broken = [BrokenEntry(entry_id=one, problem="missing") for one in ids if one not in found]
        broken += [one for entry in found.values() if (one := _changed(entry))]
        entries = [found[one] for one in ids if one in found]
        if not broken and _digest(entries) != digest:
            # An entry without a key was changed, and nothing shows which one.
            broken = [BrokenEntry(entry_id=one, problem="changed") for one in ids]
        yield from broken
    boundary = seal_chain.boundary()
    for entry in AuditEntry.objects.order_by("id").iterator():
        is_old = boundary is None or entry.pk <= boundary.entry_id
        if entry.pk not in covered and (one := _changed(entry)):
            yield one
        elif entry.key_id == NO_KEY and not is_old:
            yield BrokenEntry(entry_id=entry.pk, problem="no_key")


def _read(seal: RecordSeal) -> tuple[list[int], str]:
    """The ids of the entries that a seal covers, and their digest.

    There are none if somebody made the seal unreadable; the chain then shows that it was changed.
    """
    match seal.data:
        case {"entries": [*ids], "digest": str(digest)} if all(map(_is_id, ids)):
            return ids, digest
    return [], _digest([])


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value < 2**63


def _changed(entry: AuditEntry) -> BrokenEntry | None:
    try:
        if is_as_written(entry):
            return None
    except KeyUnknown:
        return BrokenEntry(entry_id=entry.pk, problem="key_unknown")
    return BrokenEntry(entry_id=entry.pk, problem="changed")


def _digest(entries: list[AuditEntry]) -> str:
    text = "\n".join(f"{one.pk} {one.hash} {content_of(one)}" for one in entries)
    return hashlib.sha256(text.encode()).hexdigest()
