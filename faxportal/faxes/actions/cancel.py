"""Cancelling a fax: no attempt is started any more, and running uploads are stopped."""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import event_log, permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.locked_handover import newest_handovers
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.shown_state import ChangedSince, shown_decisions
from faxportal.faxes.models import Fax


def cancel_fax(fax: Fax, *, by: User, shown: str | None = None, clock: Clock | None = None) -> Fax:
    """Cancel what can be cancelled at once, and have the workers stop the rest. Returns the fax.

    VoipNow can't have sent a batch of which it surely lacks a file. This function ends each open
    batch of this kind. If a worker has the lease of such a batch, the worker finds the lease gone.
    For each other open batch, a worker first stops the uploads; until then, the fax is
    *cancelling*. If an earlier handover of a batch may have gone out, the batch ends as uncertain.

    `shown` is the `shown_decisions` of the page on which the person cancels; None for a caller
    without a page. Raises `NotAllowedTo` with a sentence. Raises `ChangedSince` if somebody has
    decided about the fax since the page was made: the decision may be to send the fax again.
    """
    clock = clock or Clock()
    with transaction.atomic():
        locked_fax = Fax.objects.locked(fax.pk)
        permissions.check_can_cancel(by, locked_fax)
        if shown not in (None, shown_decisions(locked_fax)):
            raise ChangedSince
        locked_fax.cancel_asked_at = clock.now()
        locked_fax.save(update_fields=["cancel_asked_at"])
        event_log.add(locked_fax, Event.CANCEL_ASKED, at=clock.now(), by=by)
        audit_log.write(Action.FAX_CANCELLED, by=by, fax=locked_fax.uuid)
        for locked in newest_handovers(locked_fax, clock):
            if locked.is_open and locked.snapshot().cannot_be_complete:
                locked.cancel()
            elif locked.is_open:
                locked.change(browser_until=None)  # a worker may claim the handover now
            locked.update_fax_state()
    return locked_fax
