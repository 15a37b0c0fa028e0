"""A fax's record: adding to it, and proving that nobody changed it afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax, FaxEvent


class Event(StrEnum):
    """Kinds of events. `record_words.event_sentence` has a sentence for each."""

    SUBMITTED = "submitted"
    CREATING = "creating"
    CREATED = "created"
    CREATE_NOT_DONE = "create_not_done"
    CREATE_UNKNOWN = "create_unknown"
    SENDING = "sending"
    SENT = "sent"
    OTHER_FORM = "other_form"
    HALVED = "halved"
    SET_APART = "set_apart"
    PUTTING = "putting"
    STORED = "stored"
    PUT_NOT_DONE = "put_not_done"
    PUT_UNKNOWN = "put_unknown"
    WORKER_LOST = "worker_lost"
    PAGE_PUTTING = "page_putting"
    PAGE_STORED = "page_stored"
    PAGE_PUT_NOT_DONE = "page_put_not_done"
    PAGE_PUT_UNKNOWN = "page_put_unknown"
    BROWSER_GONE = "browser_gone"
    FILE_HANDED_OVER = "file_handed_over"
    RENEWED = "renewed"
    COMPLETE = "complete"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DECIDED = "decided"
    DOCUMENTS_REMOVED = "documents_removed"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    STATE = "state"


def add(fax: Fax, kind: Event, *, at: datetime, by: User | None = None, **data: Any) -> FaxEvent:
    """Add an event to a fax that this transaction has locked.

    `data` is kept for ever and shown: never a secret, never a signed URL.
    """
    last = FaxEvent.objects.filter(fax=fax).order_by("-position").first()
    event = FaxEvent(
        fax=fax, position=last.position + 1 if last else 1, kind=kind, at=at, by=by, data=data
    )
    event.hash = _hash(event, before=last.hash if last else "")
    event.save(force_insert=True)
    return event


def head(fax: Fax) -> str:
    """The hash that the record ends with: it stands for all of it. Empty without events."""
    return fax.events.order_by("-position").values_list("hash", flat=True).first() or ""


def first_broken(fax: Fax) -> int | None:
    """The position of the first event that is not as it was written, or None for a whole chain."""
    return first_broken_of(fax, fax.events.all())


def first_broken_of(fax: Fax, events: Iterable[FaxEvent]) -> int | None:
    """The same for a fax's events that were read before, in their order."""
    before = ""
    for expected, event in enumerate(events, start=1):
        event.fax = fax
        if event.position != expected or event.hash != _hash(event, before=before):
            return expected
        before = event.hash
    return None


def _hash(event: FaxEvent, *, before: str) -> str:
    """SHA-256, in hex, over a canonical JSON of the event and of the hash before it."""
    content = [
        before,
        str(event.fax.uuid),
        event.position,
        str(event.kind),
        event.at.isoformat(timespec="microseconds"),
        event.by_id,
        event.data,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
