"""When the sender's browser last asked or reported something about a fax.

If the browser has asked and reported nothing for too long, `manage.py watch` reminds the sender by
mail (see `maintenance.reminders`).
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import Fax, Reminder

#: The moment is written at most once in this time.
_EVERY = timedelta(seconds=30)


def note_heard(fax: Fax, clock: Clock) -> None:
    """Write that the sender's browser has asked or reported something about a fax.

    If the browser stops asking and reporting again later, the sender gets a new reminder.
    """
    now = clock.now()
    is_time = Q(browser_heard_at=None) | Q(browser_heard_at__lt=now - _EVERY)
    if Fax.objects.filter(is_time, pk=fax.pk).update(browser_heard_at=now):
        Reminder.objects.filter(fax=fax, kind=Reminder.Kind.BROWSER_SILENT).delete()
