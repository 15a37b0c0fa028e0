"""The state of a fax, written from the states of its handovers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from faxportal.faxes import event_log
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    OPEN_HANDOVERS,
    FaxState,
    HandoverState,
    fax_state,
)


def update_fax_state(fax: Fax, now: datetime) -> None:
    """Derive the fax's state from its handovers. If the state changes, write it with an event.

    The fax is settled when no batch is open.
    """
    newest = Handover.objects.filter(fax=fax, batch=OuterRef("batch")).order_by("-id")
    # A batch that was divided has no recipients left, so its state does not count.
    rows = (
        Handover.objects.filter(fax=fax, batch__in=fax.recipients.values("batch"))
        .filter(pk=Subquery(newest.values("pk")[:1]))
        .values_list("state", flat=True)
    )
    batches = [HandoverState(state) for state in rows]
    before = FaxState(fax.state)
    after = fax_state(
        batches,
        started=Attempt.objects.filter(handover__fax=fax).exists(),
        # A fax that was due once stays due, even if a clock is set back.
        scheduled=before == FaxState.SCHEDULED and now < fax.times.due_at,
        cancelling=fax.cancel_asked_at is not None,
    )
    is_settled = OPEN_HANDOVERS.isdisjoint(batches)
    if after == before and is_settled == fax.is_settled:
        return
    if after not in FAX_TRANSITIONS[before] | {before}:
        raise ValueError(f"a fax doesn't go from {before} to {after}")
    fax.settled_at = now if is_settled else None
    if is_settled:
        fax.suspended_at, fax.suspended_because = None, ""
    if after != before:
        fax.state = after
        event_log.add(fax, Event.STATE, at=now, state=after)
    fax.save(update_fields=["state", "settled_at", "suspended_at", "suspended_because"])
