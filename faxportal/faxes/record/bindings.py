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


def seals_of(fax: UUID) -> list[RecordSeal]:
    """The seals of a fax, the oldest first, without the seal that notes its removal."""
    return list(RecordSeal.objects.filter(fax=fax, kind=RecordSeal.Kind.FAX).order_by("position"))


def bindings_of(fax: Fax, seals: Sequence[RecordSeal]) -> Mapping[str, Binding]:
    """The valid hash of each fact, by the fact's name."""
    first = fax.events.filter(position=1).exclude(key_id=NO_KEY).first()
    return bindings_from([first] if first else [], seals)


def bindings_from(events: Sequence[FaxEvent], seals: Sequence[RecordSeal]) -> Mapping[str, Binding]:
    """The same as `bindings_of`, for rows that were read already."""
    bound: dict[str, Binding] = {}
    binding: list[FaxEvent | RecordSeal] = [*events, *seals]
    for row in binding:
        for name, digest in bound_in(row.data).items():
            bound[name] = Binding(digest=digest, key_id=row.key_id, at=row.at)
    return bound
