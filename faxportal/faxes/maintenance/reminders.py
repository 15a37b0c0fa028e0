"""When a sender is reminded of a fax that the portal still works on: each reminder is sent once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef
from django.db.models.functions import Coalesce

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Fax, Handover, Reminder, SendingPause
from faxportal.faxes.models.fax import FaxQuerySet

#: A fax is late if it could have gone out this long ago.
LATE_AFTER = timedelta(hours=1)
#: A browser that still has files, but has asked and reported nothing for this long, is *silent*.
SILENT_AFTER = timedelta(minutes=10)


def faxes_to_remind_of(kind: Reminder.Kind, clock: Clock) -> FaxQuerySet:
    """Faxes whose senders must get this reminder now, and have not got it. Empty during a pause."""
    if SendingPause.is_on():
        return Fax.objects.none()
    now = clock.now()
    sent = Reminder.objects.filter(fax=OuterRef("pk"), kind=kind)
    faxes = Fax.objects.under_way().filter(~Exists(sent))
    match kind:
        case Reminder.Kind.LATE:
            found = _late(faxes, now)
        case Reminder.Kind.BROWSER_SILENT:
            found = _silent(faxes, now)
        case Reminder.Kind.LINKS_EXPIRE:
            expiring = Handover.objects.whose_links_expire()
            found = faxes.filter(pk__in=expiring.values("fax"))
        case Reminder.Kind.RESTORED:
            found = Fax.objects.scheduled_before_restore().filter(~Exists(sent))
    return found.order_by("list_key")


def _late(faxes: FaxQuerySet, now: datetime) -> FaxQuerySet:
    """Late faxes. The time of pauses does not count.

    If somebody decides to send a fax again, the fax gets a new deadline, `DEADLINE_HOURS` after the
    decision. So this moment must be long enough ago, too. A sender who was reminded of missing
    files knows why the fax is late, and gets no second reminder.
    """
    before = now - LATE_AFTER
    could_go = ExpressionWrapper(F("due_at") + F("paused_for"), output_field=DateTimeField())
    told = Reminder.objects.filter(fax=OuterRef("pk"), kind=Reminder.Kind.BROWSER_SILENT)
    return faxes.annotate(could_go_at=could_go).filter(
        ~Exists(told),
        could_go_at__lte=before,
        deadline_at__lte=before + timedelta(hours=settings.DEADLINE_HOURS),
    )


def _silent(faxes: FaxQuerySet, now: datetime) -> FaxQuerySet:
    waiting = Handover.objects.waiting_for_browser()
    heard_at = Coalesce("browser_heard_at", "submitted_at")
    return faxes.annotate(heard_at=heard_at).filter(
        pk__in=waiting.values("fax"), heard_at__lte=now - SILENT_AFTER
    )
