"""Pausing all sending. People can still submit faxes; each deadline moves by the paused time."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes.clock import Clock
from faxportal.faxes.installation import pair
from faxportal.faxes.installation.recognition import Recognised, recognise
from faxportal.faxes.models import Fax, Handover, Installation, SendingPause
from faxportal.faxes.permissions import NotAllowedTo


def pause_sending(*, by: User, clock: Clock | None = None) -> None:
    """Start no more calls to VoipNow until sending is resumed. A second pause changes nothing.

    Calls that are running end by themselves. Raises `NotAllowedTo`.
    """
    _check_may_pause(by)
    try:
        with transaction.atomic():
            SendingPause.objects.create(paused_at=(clock or Clock()).now(), paused_by=by)
            audit_log.write(Action.SENDING_PAUSED, by=by)
    except IntegrityError:
        return


def what_is_paused() -> str:
    """A mark of what *Resume* ends: the pause, and that this copy is secured and sends nothing.

    It is empty while sending is not paused, and changes when a copy is secured.
    """
    pause = SendingPause.objects.active().first()
    if pause is None:
        return ""
    secured_for = Installation.objects.values_list("secured_for", flat=True).first()
    return hashlib.sha256(f"{pause.pk} {secured_for}".encode()).hexdigest()[:16]


def resume_sending(*, by: User, shown: str | None = None, clock: Clock | None = None) -> None:
    """Let faxes go out again, and extend the deadlines of faxes that waited during the pause.

    If the database is a copy, it counts as the original from now on. A deadline is
    extended by the time for which its fax was both due and paused. `shown` is the mark of what the
    person saw (`what_is_paused`); None means whatever is paused. Does nothing if sending is not
    paused. Raises `NotAllowedTo`.
    """
    _check_may_pause(by)
    paused = what_is_paused()
    if paused and shown not in (None, paused):
        raise NotAllowedTo(
            _(
                "Sending was not resumed, because something has changed since this page was "
                "opened. Read the page again, then decide."
            )
        )
    now = (clock or Clock()).now()
    found = pair.find(now)
    recognised = recognise(found)
    if recognised == Recognised.MISMATCH or (
        recognised == Recognised.COPY and not pair.is_secured_for(found)
    ):
        raise NotAllowedTo(
            _(
                "The portal is still looking what may have been sent already. Wait a moment, then "
                "try again. If this stays so, see the portal's log."
            )
        )
    with transaction.atomic():
        pause = SendingPause.objects.select_for_update().filter(resumed_at=None).first()
        if pause is None:
            return
        pause.resumed_at, pause.resumed_by = now, by
        pause.save(update_fields=["resumed_at", "resumed_by"])
        audit_log.write(Action.SENDING_RESUMED, by=by)
        waiting = Fax.objects.filter(pk__in=Handover.objects.open().values("fax"))
        # Faxes that were due before the pause have waited for the whole pause. Faxes that became
        # due during the pause have waited since they became due.
        _extend(waiting.filter(due_at__lte=pause.paused_at), now - pause.paused_at)
        for fax in waiting.filter(due_at__gt=pause.paused_at, due_at__lt=now):
            _extend(Fax.objects.filter(pk=fax.pk), now - fax.times.due_at)
        if recognised == Recognised.COPY:
            pair.take_as_original()  # last, because it writes into the data directory, too


def _extend(faxes: QuerySet[Fax], time: timedelta) -> None:
    """Move the deadline of each fax by a time, and add that time to its `paused_for`."""
    faxes.update(
        deadline_at=ExpressionWrapper(F("deadline_at") + Value(time), output_field=DateTimeField()),
        paused_for=F("paused_for") + Value(time),
    )


def _check_may_pause(by: User) -> None:
    if not by.has_perm(Permission.MANAGE_SENDING):
        raise NotAllowedTo(_("Only an administrator can pause or resume sending."))
