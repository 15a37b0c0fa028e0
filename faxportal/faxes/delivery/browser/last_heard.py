"""When the sender's browser was last heard of. The watch mails a sender whose browser is silent."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Fax, Reminder

#: The row is written this often at most.
_EVERY = timedelta(seconds=30)


def note_heard(fax: Fax, clock: Clock) -> None:
    """Write that the sender's browser has asked or reported something about a fax.

    Whoever was reminded of the silent browser is reminded again of a new silence.
    """
    now = clock.now()
    is_time = Q(browser_heard_at=None) | Q(browser_heard_at__lt=now - _EVERY)
    if Fax.objects.filter(is_time, pk=fax.pk).update(browser_heard_at=now):
        Reminder.objects.filter(fax=fax, kind=Reminder.Kind.BROWSER_SILENT).delete()
