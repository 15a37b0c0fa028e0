"""Confirming that a scheduled fax is still wanted, after the portal was restored."""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import permissions
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.suspension import resume
from faxportal.faxes.models import Fax


def confirm_scheduled(fax: Fax, *, by: User, clock: Clock | None = None) -> None:
    """Let a fax go out that was scheduled before a restore. If its time has passed, it is due now.

    Raises `NotAllowedTo` with a sentence.
    """
    clock = clock or Clock()
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        permissions.check_can_confirm_scheduled(by, locked)
        resume(locked, at=clock.now(), by=by)
        audit_log.write(Action.SCHEDULED_CONFIRMED, by=by, fax=locked.uuid)
