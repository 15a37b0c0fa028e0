"""The chain of seals over all faxes and the whole audit: adding to it, and verifying its links.

Each seal has a keyed hash over its content and over the hash of the seal before it. So verifying
finds a seal that was changed, removed or inserted. The chain itself does not show that its last
seals were removed, so the data directory remembers the last seal (`remember_head`).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from faxportal.audit import record_keys
from faxportal.audit.models import RecordSeal
from faxportal.audit.record_keys import NO_KEY, KeyUnknown

logger = logging.getLogger(__name__)

#: The number of the advisory lock in PostgreSQL under which seals are added.
CHAIN_LOCK = int.from_bytes(b"faxseals")


@dataclass(frozen=True, kw_only=True)
class BrokenSeal:
    """A seal that is not as it was written, or that is missing."""

    position: int
    #: A word for what is wrong: `changed`, `missing`, `key_unknown` or `cut_off`.
    problem: str
    #: The id of the key that is not known; "" for another problem.
    key_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Events and audit entries up to these ids are older than the chain.

    They may have no keyed hashes.
    """

    event_id: int
    entry_id: int


NOTHING_IS_OLD = Boundary(event_id=0, entry_id=0)


def lock_chain() -> None:
    """Wait until no other transaction adds seals, then lock the chain for this transaction.

    A transaction that also locks a fax has to lock the fax first. On SQLite, only one transaction
    writes at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def add_seal(
    kind: RecordSeal.Kind,
    *,
    at: datetime,
    data: Mapping[str, Any],
    fax: UUID | None = None,
    up_to: int | None = None,
) -> RecordSeal:
    """Add a seal to the end of the chain, within the open transaction. Locks the chain."""
    lock_chain()
    last = RecordSeal.objects.order_by("-position").first()
    key = record_keys.newest()
    seal = RecordSeal(
        position=last.position + 1 if last else 1,
        kind=kind,
        fax=fax,
        up_to=up_to,
        at=at,
        data=data,
        key_id=key.id if key else NO_KEY,
    )
    seal.hash = _hash(seal, after=last.hash if last else "")
    seal.save(force_insert=True)
    return seal


def broken_among(seals: Sequence[RecordSeal]) -> Sequence[BrokenSeal]:
    """Which of these seals are not as they were written, or don't follow the seal before them.

    A seal without a key counts as changed: anybody can make one.
    """
    before = dict(
        RecordSeal.objects.filter(position__in=[one.position - 1 for one in seals]).values_list(
            "position", "hash"
        )
    )
    problems = (_problem(one, before.get(one.position - 1, "")) for one in seals)
    return [one for one in problems if one]


def broken_seals() -> Iterator[BrokenSeal]:
    """Go through the whole chain. Yields each seal that is not as it was written."""
    after, expected = "", 1
    for seal in RecordSeal.objects.order_by("position").iterator():
        if seal.position != expected:
            yield BrokenSeal(position=expected, problem="missing")
        elif problem := _problem(seal, after):
            yield problem
        after, expected = seal.hash, seal.position + 1
    if (cut_off := _cut_off()) is not None:
        yield cut_off


def boundary() -> Boundary | None:
    """The ids up to which events and entries are older than the chain; None without a chain.

    If somebody removed the chain's first seal, or made it unreadable, nothing counts as old.
    """
    begins = RecordSeal.objects.filter(position=1, kind=RecordSeal.Kind.BEGINS).first()
    match begins.data if begins else None:
        case {"event": int(event_id), "entry": int(entry_id)}:
            return Boundary(event_id=event_id, entry_id=entry_id)
    return NOTHING_IS_OLD if RecordSeal.objects.exists() else None


def is_cut_off() -> bool:
    """Whether the database lacks the seal that the data directory remembers as the last one."""
    return _cut_off() is not None


def remember_head() -> None:
    """Write the chain's last seal into the data directory. An error of the disk is only logged.

    If the chain was cut off, the former last seal stays remembered: it proves that.
    """
    if is_cut_off():
        logger.error("the end of the record's chain of seals is missing")
        return
    last = RecordSeal.objects.order_by("-position").first()
    if last is None:
        return
    try:
        part = _head_file().with_suffix(".part")
        part.write_text(f"{last.position} {last.hash}\n")
        part.chmod(0o600)
        part.replace(_head_file())
    except OSError as error:
        logger.error("the head of the record could not be remembered: %s", type(error).__name__)


def forget_head() -> None:
    """Forget the last seal, because this database counts as the original now. Raises `OSError`."""
    _head_file().unlink(missing_ok=True)


def _problem(seal: RecordSeal, after: str) -> BrokenSeal | None:
    try:
        if _is_genuine(seal, after=after):
            return None
    except KeyUnknown:
        return BrokenSeal(position=seal.position, problem="key_unknown", key_id=seal.key_id)
    return BrokenSeal(position=seal.position, problem="changed")


def _cut_off() -> BrokenSeal | None:
    """The seal that the data directory remembers and the database lacks."""
    try:
        match _head_file().read_text().split():
            case [position, digest] if position.isdigit():
                found = RecordSeal.objects.filter(position=int(position), hash=digest)
                if not found.exists():
                    return BrokenSeal(position=int(position), problem="cut_off")
    except OSError:
        pass
    return None


def _is_genuine(seal: RecordSeal, *, after: str) -> bool:
    return seal.key_id != NO_KEY and seal.hash == _hash(seal, after=after)


def _hash(seal: RecordSeal, *, after: str) -> str:
    content = [
        after,
        seal.position,
        str(seal.kind),
        str(seal.fax) if seal.fax else None,
        seal.up_to,
        seal.at.astimezone(UTC).isoformat(timespec="microseconds"),
        seal.data,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if seal.key_id == NO_KEY:
        return hashlib.sha256(text.encode()).hexdigest()
    return record_keys.key_with(seal.key_id).digest("seal", text)


def _head_file() -> Path:
    return Path(settings.DATA_DIR) / "record-head"
