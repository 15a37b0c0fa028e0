"""The duties of the watch: when each was last done, and which are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.clock import Clock
from faxportal.faxes.models import WatchDuty

#: How often a duty notes that it was done.
NOTE_EVERY_SECONDS = 30.0
#: A duty that was not done for this long is overdue.
OVERDUE_AFTER = timedelta(minutes=5)


class Duty(TextChoices):
    """What the watch does. The label completes the sentence "The watch has not … since …"."""

    ALERTS = "alerts", _("checked sending")
    MAIL = "mail", _("been able to send mail")
    HOUSEKEEPING = "housekeeping", _("removed old documents")
    COUNTS = "counts", _("counted faxes")
    SEALS = "seals", _("sealed the record")


@dataclass(frozen=True, kw_only=True)
class OverdueDuty:
    """A duty that no watch has done for `OVERDUE_AFTER`."""

    duty: Duty
    #: When it was last done; None if it was never done.
    done_at: datetime | None


def note_done(duty: Duty, clock: Clock) -> None:
    """Write that a duty was done just now."""
    WatchDuty.objects.update_or_create(name=duty, defaults={"done_at": clock.now()})


def overdue_duties(clock: Clock) -> Sequence[OverdueDuty]:
    """The duties that are overdue; all of them if no watch ever ran."""
    done = dict(WatchDuty.objects.values_list("name", "done_at"))
    before = clock.now() - OVERDUE_AFTER
    return [
        OverdueDuty(duty=duty, done_at=done.get(duty))
        for duty in Duty
        if duty not in done or done[duty] < before
    ]
