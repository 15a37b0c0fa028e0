"""Which hash of a fact is valid: the newest one that the event SUBMITTED or a seal has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from faxportal.audit.models import RecordSeal
from faxportal.audit.record_keys import NO_KEY
from faxportal.faxes.models import Fax, FaxEvent
from faxportal.faxes.record.facts import bound_in


@dataclass(frozen=True, kw_only=True)
class Binding:
    """The hash of one fact, and when it was bound."""

    digest: str
    key_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FaxSeal:
    """What a seal says of its fax."""

    position: int
    at: datetime
    key_id: str
    #: The id of the last event that it covers, how many events these are, and the last one's hash.
    up_to: int
    events: int
    head: str
    is_settled: bool
    #: The hash of each fact that it binds, by the fact's name.
    facts: Mapping[str, str]


def seals_of(fax: UUID) -> list[RecordSeal]:
    """The seals of a fax, the oldest first, without the seal that notes its removal."""
    return list(RecordSeal.objects.filter(fax=fax, kind=RecordSeal.Kind.FAX).order_by("position"))


def read_seals(rows: Sequence[RecordSeal]) -> list[FaxSeal]:
    """What these seals say. A seal that somebody made unreadable is left out."""
    return [seal for row in rows if (seal := _read(row))]


def _read(row: RecordSeal) -> FaxSeal | None:
    match row.data:
        case {"events": int(events), "head": str(head), "settled": bool(is_settled)}:
            return FaxSeal(
                position=row.position,
                at=row.at,
                key_id=row.key_id,
                up_to=row.up_to or 0,
                events=events,
                head=head,
                is_settled=is_settled,
                facts=bound_in(row.data),
            )
    return None


def bindings_of(fax: Fax, seals: Sequence[FaxSeal]) -> Mapping[str, Binding]:
    """The valid hash of each fact, by the fact's name."""
    first = fax.events.filter(position=1).exclude(key_id=NO_KEY).first()
    return bindings_from([first] if first else [], seals)


def bindings_from(events: Sequence[FaxEvent], seals: Sequence[FaxSeal]) -> Mapping[str, Binding]:
    """The same as `bindings_of`, for rows that were read already."""
    bound: dict[str, Binding] = {}
    for event in events:
        bound |= _bindings(bound_in(event.data), event)
    for seal in seals:
        bound |= _bindings(seal.facts, seal)
    return bound


def _bindings(digests: Mapping[str, str], of: FaxEvent | FaxSeal) -> dict[str, Binding]:
    return {
        name: Binding(digest=digest, key_id=of.key_id, at=of.at) for name, digest in digests.items()
    }
