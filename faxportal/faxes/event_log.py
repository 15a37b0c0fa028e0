"""The event log of a fax: adding events, and proving that nobody changed them afterwards.

Each event has a keyed hash over its content and over the hash of the event before it. If somebody
changes, removes or inserts an event, the hash of that event or of the next event doesn't match. The
key is not in the database (`audit.record_keys`), so nobody can compute the hashes anew from the
database alone. If somebody removes the last events, only a copy of the log or of its `head` shows
that: `faxes.record` keeps such copies, in a chain over all faxes.

The events of version 0.1.0 have a plain SHA-256 and no key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from faxportal.accounts.models import User
from faxportal.audit import record_keys
from faxportal.audit.record_keys import NO_KEY, KeyUnknown
from faxportal.faxes.installation import recent_events
from faxportal.faxes.models import Fax, FaxEvent


class Event(StrEnum):
    """Kinds of events; `history.event_messages` has a sentence for each.

    CREATING, CREATED and CREATE_… are about a call that creates a fax resource; SENDING and SENT
    are about such a call that also has the files in it. PUTTING, STORED and PUT_… are about
    uploads. BROWSER_… are about uploads by the sender's browser.
    """

    SUBMITTED = "submitted"
    CREATING = "creating"
    CREATED = "created"
    CREATE_NOT_DONE = "create_not_done"
    CREATE_UNKNOWN = "create_unknown"
    SENDING = "sending"
    SENT = "sent"
    NOT_MERGED = "not_merged"
    OTHER_FORM = "other_form"
    HALVED = "halved"
    SET_APART = "set_apart"
    PUTTING = "putting"
    STORED = "stored"
    PUT_NOT_DONE = "put_not_done"
    PUT_UNKNOWN = "put_unknown"
    WORKER_LOST = "worker_lost"
    POSTPONED = "postponed"
    PORTAL_FAULT = "portal_fault"
    BROWSER_PUTTING = "browser_putting"
    BROWSER_STORED = "browser_stored"
    BROWSER_PUT_NOT_DONE = "browser_put_not_done"
    BROWSER_PUT_UNKNOWN = "browser_put_unknown"
    BROWSER_GONE = "browser_gone"
    FILE_GIVEN_TO_PORTAL = "file_given_to_portal"
    RENEWED = "renewed"
    COMPLETE = "complete"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    EARLIER_IN_DOUBT = "earlier_in_doubt"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DECIDED = "decided"
    DOCUMENTS_REMOVED = "documents_removed"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    STATE = "state"


#: Events of faxes that nothing will be sent of. Retention may remove them at any moment.
_AFTER_THE_END = frozenset({Event.DOCUMENTS_REMOVED, Event.HOLD_PLACED, Event.HOLD_LIFTED})


def add(fax: Fax, kind: Event, *, at: datetime, by: User | None = None, **data: Any) -> FaxEvent:
    """Add an event to a fax that this transaction has locked.

    `by` is the person who did it; None for the portal. People read `data`, and `data` is kept as
    long as the fax. So `data` must not hold a secret or a signed URL.
    """
    last = FaxEvent.objects.filter(fax=fax).order_by("-position").first()
    event = FaxEvent(
        fax=fax, position=last.position + 1 if last else 1, kind=kind, at=at, by=by, data=data
    )
    key = record_keys.newest()
    event.key_id = key.id if key else NO_KEY
    event.hash = _hash(event, after=last.hash if last else "")
    event.save(force_insert=True)
    if kind not in _AFTER_THE_END:
        recent_events.remember_at_commit(event)
    return event


def head(fax: Fax) -> str:
    """The hash of the last event, which depends on all events before it; "" without events."""
    return fax.events.order_by("-position").values_list("hash", flat=True).first() or ""


def first_broken(fax: Fax) -> int | None:
    """Position of the first event that is not as it was written; None if all are unchanged.

    Raises `KeyUnknown` if the operator's keys lack the key of an event.
    """
    checked = compare_hashes(fax, fax.events.all())
    if checked.broken is None and checked.unknown is not None:
        raise KeyUnknown
    return checked.broken


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the hashes of a log show."""

    #: Position of the first event that is not as it was written; None if there is none.
    broken: int | None
    #: Position of the first event whose hash nobody can verify, because its key is unknown.
    unknown: int | None


def compare_hashes(fax: Fax, events: Iterable[FaxEvent]) -> Checked:
    """Compare all events of a fax, ordered by position, with their hashes."""
    last_hash = ""
    unknown = None
    for position, event in enumerate(events, start=1):
        event.fax = fax
        try:
            is_as_written = event.hash == _hash(event, after=last_hash)
        except KeyUnknown:
            is_as_written, unknown = True, unknown or position
        if event.position != position or not is_as_written:
            return Checked(broken=position, unknown=unknown)
        last_hash = event.hash
    return Checked(broken=None, unknown=unknown)


def _hash(event: FaxEvent, *, after: str) -> str:
    """The hash over canonical JSON of the event and `after`, the hash of the event before.

    It is in hex. Raises `KeyUnknown`.
    """
    content = [
        after,
        str(event.fax.uuid),
        event.position,
        str(event.kind),
        event.at.isoformat(timespec="microseconds"),
        event.by_id,
        event.data,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if event.key_id == NO_KEY:
        return hashlib.sha256(text.encode()).hexdigest()
    return record_keys.key_with(event.key_id).digest("event", text)
