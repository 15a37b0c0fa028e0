"""What a portal does if its database was restored or copied: a copy never sends by itself.

The rows are as old as the copy. If a handover is open in these rows, the original portal may have
completed it after the copy was made. So nothing is sent until an admin resumes sending.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.locked_handover import lock_handover
from faxportal.faxes.delivery.suspension import suspend
from faxportal.faxes.event_log import Event
from faxportal.faxes.installation import pair
from faxportal.faxes.installation.recognition import Found, Recognised, is_older, recognise
from faxportal.faxes.models import Fax, FaxEvent, Handover, RecordGap, SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState

logger = logging.getLogger(__name__)


def secure_copy(clock: Clock) -> Recognised:
    """Recognise the pair of database and data directory, and act on it. Each process starts so.

    A copy is secured once (`secure_after_restore`). A new portal is written down as the original,
    and so is a database that failed over without losing anything.
    """
    found = pair.find(clock.now())
    recognised = recognise(found)
    match recognised:
        case Recognised.NEW:
            pair.write_new_pair()
            return Recognised.ORIGINAL
        case Recognised.FAILED_OVER:
            logger.warning("the database goes on in timeline %s", found.database.timeline)
            pair.write_timeline()
            return Recognised.ORIGINAL
        case Recognised.COPY if not pair.is_secured_for(found) or is_older(found):
            uncertain = secure_after_restore(clock)
            logger.error(
                "this database is a copy or was restored: %d handovers need a decision", uncertain
            )
            pair.write_secured(found)
        case Recognised.ORIGINAL if found.installation and not found.installation.memory:
            pair.write_memory()  # an older version has written the pair
    return recognised


def secure_after_restore(clock: Clock) -> int:
    """Pause sending. Each handover that may have been sent since the backup becomes uncertain.

    Returns how many handovers became uncertain. A fax that is not due yet can't have been sent, but
    may have been cancelled. It is suspended until a person confirms that it is still wanted. A
    second run right after the first changes nothing more.
    """
    found = pair.find(clock.now())
    _note_gap(found)
    now = clock.now()
    _pause(now)
    _ask_about_scheduled(now)
    # Not by the due time alone: this machine's clock may be behind the one of the original.
    later = Handover.objects.scheduled(now).values("pk")
    unfinished = Handover.objects.open().exclude(pk__in=later)
    made_uncertain = 0
    for handover_id, fax_id in unfinished.values_list("pk", "fax_id"):
        with lock_handover(handover_id, fax_id, clock) as locked:
            if locked.is_open:
                locked.add_event(Event.UNCERTAIN, reason=OwnReason.RESTORED)
                locked.move(HandoverState.UNCERTAIN, reason=OwnReason.RESTORED, server_message="")
                made_uncertain += 1
    RecordGap.objects.filter(ends_at=None).update(ends_at=clock.now())
    return made_uncertain


def _ask_about_scheduled(now: datetime) -> None:
    """Suspend the faxes that are scheduled for later, each in a transaction of its own."""
    scheduled = Handover.objects.scheduled(now).filter(fax__suspended_at=None)
    for fax_id in set(scheduled.values_list("fax_id", flat=True)):
        with transaction.atomic():
            fax = Fax.objects.locked(fax_id)
            if not fax.is_settled and fax.suspended_at is None:
                suspend(fax, because=OwnReason.RESTORED, at=now)


def _note_gap(found: Found) -> None:
    """Write since when the record says nothing, unless a run that was killed has written it."""
    if pair.is_secured_for(found):
        return  # the gap of this copy is written, and events since then are its own
    last = FaxEvent.objects.order_by("-pk").values_list("at", flat=True).first()
    if last is not None:
        RecordGap.objects.get_or_create(ends_at=None, defaults={"begins_at": last})


def _pause(now: datetime) -> None:
    """Pause sending, unless it was paused already when the backup was made."""
    try:
        with transaction.atomic():
            SendingPause.objects.create(paused_at=now)
            audit_log.write(Action.SENDING_PAUSED, at=now)
    except IntegrityError:
        pass
