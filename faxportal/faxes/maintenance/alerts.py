"""Alerts: what is wrong with sending, for admins. The watch raises and ends them.

The watch is a process of its own, because a worker that has died can't report its death.
`troubles` finds what is wrong, `notifications` mails admins, and the page *Sending* shows the
alerts.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.troubles import FORGOTTEN_AFTER, Trouble, find_troubles
from faxportal.faxes.models import Alert, Circuit


def update_alerts(clock: Clock, *, watching_for: float) -> None:
    """Raise an alert for each new trouble, and end the alerts whose trouble is over.

    `watching_for` is for how many seconds the watch has been running. No worker counts as missing
    at the start of the watch, because the workers may start at the same time. Database errors are
    raised.
    """
    troubles = {_key(one): one for one in find_troubles(clock, watching_for=watching_for)}
    active = {_key(one): one for one in Alert.objects.active()}
    for key, trouble in troubles.items():
        if key in active:
            _keep_up_to_date(active[key], trouble)
        else:
            _raise(trouble, clock)
    for key in active.keys() - troubles.keys():
        _end(active[key], clock)


def _key(one: Alert | Trouble) -> tuple[str, int | None, str]:
    return str(one.kind), one.sender_id, one.origin


def _raise(trouble: Trouble, clock: Clock) -> None:
    with suppress(IntegrityError), transaction.atomic():  # another watch may have raised it
        Alert.objects.create(
            kind=trouble.kind,
            sender_id=trouble.sender_id,
            origin=trouble.origin,
            faxes=trouble.faxes,
            failing_since=trouble.failing_since,
            reason=trouble.reason,
            raised_at=clock.now(),
        )


def _keep_up_to_date(alert: Alert, trouble: Trouble) -> None:
    names = ("faxes", "failing_since", "reason")
    changed = {
        name: getattr(trouble, name)
        for name in names
        if getattr(alert, name) != getattr(trouble, name)
    }
    if changed:
        Alert.objects.active().filter(pk=alert.pk).update(**changed)


def _end(alert: Alert, clock: Clock) -> None:
    """End an alert.

    If the server was not called for `FORGOTTEN_AFTER`, nobody knows whether it answers. Then no
    mail says that it answers again.
    """
    now = clock.now()
    forgotten = Circuit.objects.failing().filter(
        origin=alert.origin, failed_at__lte=now - FORGOTTEN_AFTER
    )
    ended = Alert.objects.active().filter(pk=alert.pk)
    if forgotten.exists():
        ended.update(ended_at=now, end_notified_at=now)
    else:
        ended.update(ended_at=now)
