"""The rows of the audit, made ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from faxportal.audit import messages
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One entry. A text is empty if there is nothing to show."""

    pk: int
    at: datetime
    #: What was done, in a sentence.
    action: str
    #: The fax that the entry is about, if its page still exists.
    fax: UUID | None
    #: Who did it; empty for the portal itself and for somebody who was not signed in.
    actor: str
    #: The network address that the request came from.
    address: str


def audit_rows(entries: Iterable[AuditEntry]) -> Sequence[AuditRow]:
    """One row for each entry, in the same order. Load entries by `AuditQuerySet.with_people`."""
    return [_audit_row(entry) for entry in entries]


def _audit_row(entry: AuditEntry) -> AuditRow:
    has_page = entry.action != Action.RECORD_REMOVED
    return AuditRow(
        pk=entry.pk,
        at=entry.at,
        action=messages.sentence(entry),
        fax=entry.fax if has_page else None,
        actor=entry.actor.get_username() if entry.actor else "",
        address=entry.address or "",
    )
