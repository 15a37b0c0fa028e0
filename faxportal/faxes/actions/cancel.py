"""Cancelling: no new try, running ones stopped, and the truth about what could be stopped."""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import event_log, permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.session import open_pages
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


def cancel_fax(fax: Fax, *, by: User, clock: Clock | None = None) -> Fax:
    """Ask to cancel a fax, and do at once what needs no waiting.

    Batches that surely aren't complete are given up here; a worker that holds one finds its lease
    gone and stops. Of the others the worker stops what it can; until that has ended the fax is
    *cancelling*. Raises `NotAllowedTo` with a sentence.
    """
    clock = clock or Clock()
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        permissions.check_can_cancel(by, locked)
        locked.cancel_asked_at = clock.now()
        locked.save(update_fields=["cancel_asked_at"])
        event_log.add(locked, Event.CANCEL_ASKED, at=clock.now(), by=by)
        audit_log.write(Action.FAX_CANCELLED, by=by, fax=locked.uuid)
        for page in open_pages(locked, clock):
            if page.is_open and page.facts().cannot_be_complete:
                page.event(Event.CANCELLED)
                page.move(HandoverState.ABANDONED, reason=OwnReason.CANCELLED)
            elif page.is_open:
                page.change(browser_until=None)  # a worker sees whether it can be cancelled
            page.follow()
    return locked
