"""Alerts: mails to senders about faxes in trouble, and to admins when all sending is in trouble.

The watch sends the mails. The watch is a process of its own, because a worker that has died can't
report its death.

A watch claims a notification in the database for `CLAIM_LENGTH`. It marks the notification as sent
when the mail server has accepted the mail. So several watches together send a notification once.
Where the mail can't be sent, or the watch dies, a watch sends the notification after the claim has
ended. At worst a mail goes out twice, but no mail is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes import alert_messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import heartbeat
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Alert, Attempt, Fax, Handover, SendingPause

logger = logging.getLogger(__name__)

#: Where faxes are due and no attempt was made for this long, sending itself is in trouble.
STALLED_AFTER = timedelta(minutes=5)

#: How long one watch has a notification for itself.
CLAIM_LENGTH = timedelta(minutes=2)


def send_alerts(clock: Clock, *, since: datetime) -> None:
    """Raise and end alerts, and send all notifications that are due. Database errors are raised.

    `since` is when the watch started. No worker counts as missing right after that, because the
    workers may start at the same time.
    """
    with override(settings.LANGUAGE_CODE):
        for fax in Fax.objects.needing_notification().select_related("sender"):
            _notify_sender(fax, clock)
        _update_alerts(clock, since)
        alerts = Alert.objects.needing_notification().select_related("sender")
        for alert in alerts.order_by("raised_at", "id"):
            _notify_admins(alert, clock)


def _notify_sender(fax: Fax, clock: Clock) -> None:
    """Mail a sender what happened to a fax and what to do."""
    until = _claim(Fax.objects.filter(pk=fax.pk, state=fax.state, notified_at=None), clock)
    if until is None:
        return
    subject = _("Your fax: %(state)s") % {"state": fax.get_state_display()}
    text = f"{progress_of(fax).sentence}\n\n{_fax_address(fax)}\n"
    if not fax.sender.email or _mail([fax.sender.email], subject, text):
        # If the fax's state has changed, that ended the claim: the new state needs its own mail.
        claimed = Fax.objects.filter(pk=fax.pk, notifying_until=until)
        claimed.update(notified_at=clock.now(), notifying_until=None)


def _notify_admins(alert: Alert, clock: Clock) -> None:
    """Mail admins that an alert was raised, or that it has ended."""
    until = _claim(
        Alert.objects.needing_notification().filter(pk=alert.pk, ended_at=alert.ended_at), clock
    )
    if until is None:
        return
    claimed = Alert.objects.filter(pk=alert.pk, notifying_until=until)
    sentence = alert_messages.alert_sentence(alert)
    if alert.ended_at is None:
        wait = _("Faxes can still be submitted. They will go out when sending works again.")
        to_do = alert_messages.alert_to_do(alert)
        text = f"{sentence} {wait}\n{to_do}\n\n{_sending_address()}\n"
        if _mail_admins(str(alert.get_kind_display()), text):
            claimed.update(notified_at=clock.now(), notifying_until=None)
    elif _mail_admins(_("Sending is working again"), _("No longer the case: %s") % sentence):
        claimed.update(end_notified_at=clock.now(), notifying_until=None)


def _claim(row: QuerySet[Fax] | QuerySet[Alert], clock: Clock) -> datetime | None:
    """Claim the notification about a row. Returns the claim's end; None if another claim runs."""
    now = clock.now()
    until = now + CLAIM_LENGTH
    is_free = Q(notifying_until=None) | Q(notifying_until__lt=now)
    return until if row.filter(is_free).update(notifying_until=until) else None


def _update_alerts(clock: Clock, since: datetime) -> None:
    """Raise an alert for each new trouble, and end the alerts whose trouble is over."""
    troubles = set(_troubles(clock, since))
    active = {(Alert.Kind(one.kind), one.sender_id): one for one in Alert.objects.active()}
    for kind, sender_id in troubles - active.keys():
        with suppress(IntegrityError), transaction.atomic():  # another watch may have raised it
            Alert.objects.create(kind=kind, sender_id=sender_id, raised_at=clock.now())
    for key in active.keys() - troubles:
        Alert.objects.active().filter(pk=active[key].pk).update(ended_at=clock.now())


def _troubles(clock: Clock, since: datetime) -> Iterator[tuple[Alert.Kind, int | None]]:
    """What is wrong with sending now, and the sender's id where it is about a sender's account."""
    if clock.now() - since >= heartbeat.GONE_AFTER and not heartbeat.is_any_worker_alive(clock):
        yield Alert.Kind.NO_WORKER, None
    before = clock.now() - STALLED_AFTER
    due = Handover.objects.due(clock.at_database()).filter(due_at__lt=before)
    attempts = Attempt.objects.filter(opened_at__gte=before)
    if not SendingPause.is_on() and due.exists() and not attempts.exists():
        yield Alert.Kind.NOTHING_MOVES, None
    suspended = Handover.objects.of_closed_accounts(clock.at_database())
    for sender_id in suspended.values_list("fax__sender", flat=True).distinct():
        yield Alert.Kind.ACCOUNT_CLOSED, sender_id


def _mail_admins(subject: str, text: str) -> bool:
    """Mail all who may manage sending. Returns False where the mail server refused the mail."""
    admins = User.objects.with_perm(
        Permission.MANAGE_SENDING, backend="django.contrib.auth.backends.ModelBackend"
    )
    addresses = list(admins.exclude(email="").values_list("email", flat=True))
    return not addresses or _mail(addresses, subject, text)


def _mail(to: list[str], subject: str, text: str) -> bool:
    """Send a mail. Returns False where the mail server did not accept the mail."""
    try:
        send_mail(f"[faxportal] {subject}", text, None, to)
    except OSError as error:  # smtplib's errors are OSErrors
        logger.error("a mail was not taken: %s", type(error).__name__)
        return False
    return True


def _fax_address(fax: Fax) -> str:
    """The URL of the fax's page; only the path where `FAXPORTAL_URL` is not set."""
    return settings.PORTAL_URL + reverse("fax", kwargs={"uuid": fax.uuid})


def _sending_address() -> str:
    return settings.PORTAL_URL + reverse("sending")
