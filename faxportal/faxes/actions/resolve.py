"""Deciding what became of a batch that is uncertain: a person says what the portal can't know."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.session import Page, Superseded, open_pages
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


class Decision(StrEnum):
    """What a person decides for a batch."""

    WENT_OUT = "went_out"
    SEND_AGAIN = "send_again"
    LEAVE_OPEN = "leave_open"


def decide(
    fax: Fax, batch_number: int, decision: Decision, *, by: User, clock: Clock | None = None
) -> Fax:
    """Write a decision for one batch down, and act on it.

    *Send again* is the one way in which the portal makes a second fax resource that may be sent
    beside a first. Raises `NotAllowedTo` with a sentence, and `Superseded` where the batch is not
    uncertain (any more).
    """
    clock = clock or Clock()
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        permissions.check_can_decide(by, locked)
        pages = {page.handover.batch: page for page in open_pages(locked, clock)}
        page = pages.get(batch_number)
        if page is None or page.handover.state not in (
            HandoverState.UNCERTAIN,
            HandoverState.LEFT_OPEN,
        ):
            raise Superseded
        _write(page, decision, by)
        audit_log.write(
            Action.FAX_DECIDED, by=by, fax=locked.uuid, batch=batch_number, decision=decision
        )
    return locked


def _write(page: Page, decision: Decision, by: User) -> None:
    states = {
        Decision.WENT_OUT: HandoverState.CONFIRMED,
        Decision.SEND_AGAIN: HandoverState.ABANDONED,
        Decision.LEAVE_OPEN: HandoverState.LEFT_OPEN,
    }
    page.event(Event.DECIDED, by=by, decision=states[decision])
    match decision:
        case Decision.SEND_AGAIN:
            # Asked for anew, it is tried for as long as a new one.
            page.fax.deadline_at = page.now + timedelta(hours=settings.DEADLINE_HOURS)
            page.fax.cancel_asked_at = None
            page.fax.save(update_fields=["deadline_at", "cancel_asked_at"])
            page.replace(because=OwnReason.SENT_AGAIN, due_at=page.now)
        case Decision.LEAVE_OPEN if page.handover.state == HandoverState.LEFT_OPEN:
            pass
        case _:
            page.move(states[decision], decided_by=by)
