"""Resolving an uncertain batch: a person decides what the portal can't find out."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.locked_handover import LockedHandover, Superseded, newest_handovers
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.shown_state import ChangedSince, shown_batch
from faxportal.faxes.models import Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import UNDECIDED_HANDOVERS, HandoverState


class Decision(StrEnum):
    """What a person decides for a batch."""

    WENT_OUT = "went_out"
    SEND_AGAIN = "send_again"
    LEAVE_OPEN = "leave_open"


def decide(
    fax: Fax,
    batch_number: int,
    decision: Decision,
    *,
    shown: str,
    by: User,
    clock: Clock | None = None,
) -> Fax:
    """Write a person's decision about one batch, and act on the decision. Returns the fax.

    Of the three decisions, only *send again* makes VoipNow create a second fax resource. VoipNow
    may have sent the first fax resource already, so the recipients may get the fax twice. `shown`
    is the `shown_batch` of the page that the person saw.

    Raises `NotAllowedTo` with a sentence. Raises `Superseded` if nobody has to decide about the
    batch any more, and `ChangedSince` if the batch has changed since the person saw it.
    """
    clock = clock or Clock()
    with transaction.atomic():
        locked_fax = Fax.objects.locked(fax.pk)
        permissions.check_can_decide(by, locked_fax)
        is_stopping = locked_fax.cancel_asked_at is not None and not locked_fax.is_settled
        by_batch = {locked.handover.batch: locked for locked in newest_handovers(locked_fax, clock)}
        locked = by_batch.get(batch_number)
        if locked is None or locked.handover.state not in UNDECIDED_HANDOVERS:
            raise Superseded
        if shown != shown_batch(locked.handover):
            raise ChangedSince
        if decision == Decision.SEND_AGAIN and is_stopping:
            raise NotAllowedTo(
                _("The rest of it is still being cancelled. Send it again when that has ended.")
            )
        _write(locked, decision, by)
        audit_log.write(
            Action.FAX_DECIDED, by=by, fax=locked_fax.uuid, batch=batch_number, decision=decision
        )
    return locked_fax


def _write(locked: LockedHandover, decision: Decision, by: User) -> None:
    states = {
        Decision.WENT_OUT: HandoverState.CONFIRMED,
        Decision.SEND_AGAIN: HandoverState.ABANDONED,
        Decision.LEAVE_OPEN: HandoverState.LEFT_OPEN,
    }
    locked.add_event(Event.DECIDED, by=by, decision=states[decision])
    match decision:
        case Decision.SEND_AGAIN:
            # The fax gets as much time as a new fax.
            locked.fax.deadline_at = locked.now + timedelta(hours=settings.DEADLINE_HOURS)
            locked.fax.cancel_asked_at = None
            locked.fax.save(update_fields=["deadline_at", "cancel_asked_at"])
            locked.replace(because=OwnReason.SENT_AGAIN, due_at=locked.now)
        case Decision.LEAVE_OPEN if locked.handover.state == HandoverState.LEFT_OPEN:
            pass
        case _:
            locked.move(states[decision], decided_by=by)
