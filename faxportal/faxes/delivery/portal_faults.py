"""Faults of the portal itself: admins are told at once, and no fax stays open past its deadline.

A fault says nothing about VoipNow, so the handover waits and is tried again. At the deadline, or if
the fax is to be cancelled, the handover ends. If the fault is in the code that ends handovers,
`_end` ends the handover instead: it writes nothing but the end, and does not use that code.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.database_outage import DATABASE_IS_AWAY
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import Superseded, lock_handover
from faxportal.faxes.delivery.network_calls import Call
from faxportal.faxes.delivery.outcomes import record_outcome
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Alert, Attempt, Fax, Handover, SendingPause, Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import OPEN_HANDOVERS, FaxState, HandoverState, fax_state
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome

logger = logging.getLogger(__name__)

#: How long a handover is postponed after a fault, but not past the fax's deadline.
FAULT_PAUSE = timedelta(minutes=5)


def note_fault_of_step(lease: Lease, clock: Clock) -> datetime:
    """Note that a step ended in a fault. Returns when the handover is to be tried again.

    Raises the errors of `DATABASE_IS_AWAY`.
    """
    raise_alert(clock)
    try:
        _note(lease, clock)
    except DATABASE_IS_AWAY:
        raise
    except Superseded:
        pass
    except Exception as error:
        logger.error("handover %s: %s after a fault", lease.handover_id, type(error).__name__)
        _end(lease, clock)
    deadline_at = Fax.objects.filter(pk=lease.fax_id).values_list("deadline_at", flat=True).get()
    again_at = clock.now() + FAULT_PAUSE
    return min(again_at, max(deadline_at or again_at, clock.now()))


def note_fault_of_record(call: Call, clock: Clock) -> datetime | None:
    """Record the outcome of a call as unknown, after recording its real outcome ended in a fault.

    Returns when the handover is to be tried again; None if the recorded outcome has set that time.
    Raises the errors of `DATABASE_IS_AWAY`.
    """
    raise_alert(clock)
    try:
        record_outcome(call, None, clock)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        return note_fault_of_step(call.lease, clock)
    return None


def raise_alert(clock: Clock) -> None:
    """Raise the alert about faults, if it is not active. `manage.py watch` ends the alert."""
    with suppress(IntegrityError), transaction.atomic():  # another worker may have raised it
        Alert.objects.get_or_create(
            kind=Alert.Kind.PORTAL_FAULT, ended_at=None, defaults={"raised_at": clock.now()}
        )


def _note(lease: Lease, clock: Clock) -> None:
    """Write the fault into the handover and, if it is the first in a row, into the event log."""
    with lock_handover(lease.handover_id, lease.fax_id, clock) as locked:
        locked.require(lease)
        if locked.handover.reason != OwnReason.PORTAL_FAULT:
            locked.add_event(Event.PORTAL_FAULT)
        if _is_over(locked.fax, locked.now):
            locked.give_up(OwnReason.PORTAL_FAULT)
            return
        locked.change(
            reason=OwnReason.PORTAL_FAULT,
            server_message="",
            failures_in_a_row=locked.handover.failures_in_a_row + 1,
        )


def _end(lease: Lease, clock: Clock) -> None:
    """End a handover if nothing more is tried for its fax; otherwise change nothing.

    The handover ends as uncertain if one of its calls may have brought VoipNow a file, or if an
    earlier handover of its recipients may be complete. Otherwise it ends as refused.
    """
    with transaction.atomic():
        fax = Fax.objects.locked(lease.fax_id)
        now = clock.now()
        if not _is_over(fax, now):
            return
        earlier = Handover.objects.filter(pk=lease.handover_id, earlier_in_doubt=True)
        is_safe = not _in_doubt(lease.handover_id).exists() and not earlier.exists()
        ended = Handover.objects.open().filter(pk=lease.handover_id, lease=lease.token)
        if not ended.update(
            state=HandoverState.REFUSED if is_safe else HandoverState.UNCERTAIN,
            reason=OwnReason.PORTAL_FAULT,
            server_message="",
            counter=F("counter") + 1,
            closed_at=now,
            lease=None,
            lease_until=None,
        ):
            return
        Upload.objects.filter(handover=lease.handover_id).update(sealed_target="")
        state = _settle(fax, now)
        with suppress(Exception), transaction.atomic():  # the fault may be in the event log
            event_log.add(
                fax,
                Event.REFUSED if is_safe else Event.UNCERTAIN,
                at=now,
                reason=OwnReason.PORTAL_FAULT,
            )
            if state is not None:
                event_log.add(fax, Event.STATE, at=now, state=state)


def _in_doubt(handover_id: int) -> QuerySet[Attempt]:
    """The calls that may have brought VoipNow a file: uploads, and create requests with files.

    Without such a call VoipNow lacks a file, so it can't have sent the fax (assumption A1).
    """
    carries = Q(upload__isnull=False) | Q(handover__wire_form=WireForm.ONE_REQUEST)
    calls = Attempt.objects.filter(carries, handover=handover_id)
    return calls.exclude(outcome=Outcome.NOT_DONE)


def _settle(fax: Fax, now: datetime) -> FaxState | None:
    """Write the state of a fax if no handover is open any more, whatever state the fax was in.

    Returns the state; None if a handover is open.
    """
    newest = dict(fax.handovers.order_by("id").values_list("batch", "state"))
    used = set(fax.recipients.values_list("batch", flat=True))
    states = [HandoverState(state) for batch, state in newest.items() if batch in used]
    if OPEN_HANDOVERS.intersection(states):
        return None
    state = fax_state(states, started=True, cancelling=fax.cancel_asked_at is not None)
    Fax.objects.filter(pk=fax.pk).update(state=state, settled_at=now)
    return state


def _is_over(fax: Fax, now: datetime) -> bool:
    """Whether the fax is to be cancelled or its deadline has passed. Nothing more is tried then."""
    if fax.cancel_asked_at is not None:
        return True
    is_held = fax.suspended_at is not None or not fax.sender.is_active or SendingPause.is_on()
    return not is_held and fax.deadline_at is not None and fax.deadline_at <= now
