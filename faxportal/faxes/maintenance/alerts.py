"""Alerts: what is wrong with sending, for admins. The watch raises and ends them.

The watch is a process of its own, because a worker that has died can't report its death.
`notifications` mails admins about alerts, and the page *Sending* shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import heartbeat
from faxportal.faxes.models import Alert, Attempt, Handover, SendingPause

#: Where faxes are due and no attempt was made for this long, sending itself is in trouble.
STALLED_AFTER = timedelta(minutes=5)


def update_alerts(clock: Clock, *, watching_for: float) -> None:
    """Raise an alert for each new trouble, and end the alerts whose trouble is over.

    `watching_for` is for how many seconds the watch has been running. No worker counts as missing
    at the start of the watch, because the workers may start at the same time. Database errors are
    raised.
    """
    troubles = set(_troubles(clock, watching_for))
    active = {(Alert.Kind(one.kind), one.sender_id): one for one in Alert.objects.active()}
    for kind, sender_id in troubles - active.keys():
        with suppress(IntegrityError), transaction.atomic():  # another watch may have raised it
            Alert.objects.create(kind=kind, sender_id=sender_id, raised_at=clock.now())
    for key in active.keys() - troubles:
        Alert.objects.active().filter(pk=active[key].pk).update(ended_at=clock.now())


def _troubles(clock: Clock, watching_for: float) -> Iterator[tuple[Alert.Kind, int | None]]:
    """What is wrong with sending now, and the sender's id where it is about a sender's account."""
    is_new = watching_for < heartbeat.GONE_AFTER.total_seconds()
    if not is_new and not heartbeat.is_any_worker_alive(clock):
        yield Alert.Kind.NO_WORKER, None
    before = clock.now() - STALLED_AFTER
    due = Handover.objects.due(clock.at_database()).filter(due_at__lt=before)
    attempts = Attempt.objects.filter(opened_at__gte=before)
    if not SendingPause.is_on() and due.exists() and not attempts.exists():
        yield Alert.Kind.NOTHING_MOVES, None
    suspended = Handover.objects.of_closed_accounts(clock.at_database())
    for sender_id in suspended.values_list("fax__sender", flat=True).distinct():
        yield Alert.Kind.ACCOUNT_CLOSED, sender_id
