"""Legal hold: while an admin holds a fax, retention does not remove the fax or its documents."""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import event_log, permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, LegalHold


def put_on_hold(fax: Fax, *, reason: str, by: User, clock: Clock | None = None) -> None:
    """Place a hold on a fax. If the fax is on hold already, nothing changes.

    `reason` is shown in the fax's history. Raises `NotAllowedTo`.
    """
    now = (clock or Clock()).now()
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        permissions.check_can_hold(by, locked)
        if LegalHold.objects.filter(fax=locked).exists():
            return
        LegalHold.objects.create(fax=locked, reason=reason, placed_at=now, placed_by=by)
        event_log.add(locked, Event.HOLD_PLACED, at=now, by=by, because=reason)
        audit_log.write(Action.HOLD_PLACED, by=by, fax=locked.uuid, at=now)


def lift_hold(fax: Fax, *, by: User, clock: Clock | None = None) -> None:
    """Lift the hold of a fax, if it is on hold. Raises `NotAllowedTo`."""
    now = (clock or Clock()).now()
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        permissions.check_can_hold(by, locked)
        lifted, _rows = LegalHold.objects.filter(fax=locked).delete()
        if lifted:
            event_log.add(locked, Event.HOLD_LIFTED, at=now, by=by)
            audit_log.write(Action.HOLD_LIFTED, by=by, fax=locked.uuid, at=now)
