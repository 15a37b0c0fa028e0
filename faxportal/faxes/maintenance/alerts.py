"""Watching over sending: telling senders of trouble with a fax, and admins of trouble with all.

Runs apart from the worker, because a worker that is gone can't say so. Each message is claimed in
the database for a while and marked as told when the mail server has taken it. So several watchers
tell once, and what one of them could not send, or died at, is told when its claim has ended: twice
at worst, never not at all.
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
from faxportal.faxes import messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import heartbeat
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Alarm, Attempt, Fax, Handover, SendingPause

logger = logging.getLogger(__name__)

#: Due work without a single new try for so long: something is wrong that no fax's page shows.
STILL = timedelta(minutes=5)

#: How long a message is one watcher's to send.
CLAIM = timedelta(minutes=2)


def watch(clock: Clock, *, since: datetime) -> None:
    """Tell everyone what they don't know yet. Database errors come out.

    `since` is when the watching began: a worker that starts beside it is not missing yet.
    """
    with override(settings.LANGUAGE_CODE):
        for fax in Fax.objects.needing_notification().select_related("sender"):
            tell_sender(fax, clock)
        tell_admins(clock, since=since)


def tell_sender(fax: Fax, clock: Clock) -> None:
    """Mail a sender what became of a fax and what to do."""
    until = _claim(Fax.objects.filter(pk=fax.pk, state=fax.state, notified_at=None), clock)
    if until is None:
        return
    subject = _("Your fax: %(state)s") % {"state": fax.get_state_display()}
    text = f"{progress_of(fax).sentence}\n\n{_address(fax)}\n"
    if not fax.sender.email or _mail([fax.sender.email], subject, text):
        # Not where its state has changed meanwhile: of the new one they are still to be told.
        told = Fax.objects.filter(pk=fax.pk, notifying_until=until)
        told.update(notified_at=clock.now(), notifying_until=None)


def tell_admins(clock: Clock, *, since: datetime) -> None:
    """Raise alarms that are due, end those that are over, and mail both."""
    _raise_alarms(clock, since)
    for alarm in (
        Alarm.objects.needing_notification().select_related("sender").order_by("raised_at", "id")
    ):
        tell_of_alarm(alarm, clock)


def tell_of_alarm(alarm: Alarm, clock: Clock) -> None:
    """Mail admins that an alarm is on, or that it is over."""
    until = _claim(
        Alarm.objects.needing_notification().filter(pk=alarm.pk, ended_at=alarm.ended_at), clock
    )
    if until is None:
        return
    claimed = Alarm.objects.filter(pk=alarm.pk, notifying_until=until)
    sentence = messages.alarm_sentence(alarm)
    if alarm.ended_at is None:
        wait = _("Faxes can still be submitted. They will go out when sending works again.")
        text = f"{sentence} {wait}\n{messages.alarm_to_do(alarm)}\n\n{_sending_address()}\n"
        if _mail_admins(str(alarm.get_kind_display()), text):
            claimed.update(notified_at=clock.now(), notifying_until=None)
    elif _mail_admins(_("Sending is working again"), _("No longer the case: %s") % sentence):
        claimed.update(end_notified_at=clock.now(), notifying_until=None)


def _claim(row: QuerySet[Fax] | QuerySet[Alarm], clock: Clock) -> datetime | None:
    """Claim what there is to tell of a row: until when it is ours, or None where it isn't."""
    now = clock.now()
    until = now + CLAIM
    free = Q(notifying_until=None) | Q(notifying_until__lt=now)
    return until if row.filter(free).update(notifying_until=until) else None


def _raise_alarms(clock: Clock, since: datetime) -> None:
    """Let the rows of alarms say what is wrong now; one that is on already stays as it is."""
    now_on = set(_alarms(clock, since))
    on = {(Alarm.Kind(one.kind), one.sender_id): one for one in Alarm.objects.now()}
    for kind, sender_id in now_on - on.keys():
        with suppress(IntegrityError), transaction.atomic():  # another watcher was quicker
            Alarm.objects.create(kind=kind, sender_id=sender_id, raised_at=clock.now())
    for key in on.keys() - now_on:
        Alarm.objects.now().filter(pk=on[key].pk).update(ended_at=clock.now())


def _alarms(clock: Clock, since: datetime) -> Iterator[tuple[Alarm.Kind, int | None]]:
    """What is wrong with sending as a whole; with whom it is about, where it is about somebody."""
    if clock.now() - since >= heartbeat.GONE_AFTER and not heartbeat.is_any_worker_alive(clock):
        yield Alarm.Kind.NO_WORKER, None
    before = clock.now() - STILL
    due = Handover.objects.due(clock.at_database()).filter(due_at__lt=before)
    tried = Attempt.objects.filter(opened_at__gte=before)
    if not SendingPause.is_on() and due.exists() and not tried.exists():
        yield Alarm.Kind.NOTHING_MOVES, None
    held = Handover.objects.of_closed_accounts(clock.at_database())
    for sender_id in held.values_list("fax__sender", flat=True).distinct():
        yield Alarm.Kind.ACCOUNT_CLOSED, sender_id


def _mail_admins(subject: str, text: str) -> bool:
    admins = User.objects.with_perm(
        "faxes.manage_sending", backend="django.contrib.auth.backends.ModelBackend"
    )
    addresses = list(admins.exclude(email="").values_list("email", flat=True))
    return not addresses or _mail(addresses, subject, text)


def _mail(to: list[str], subject: str, text: str) -> bool:
    """Send a mail; False where the mail server did not take it."""
    try:
        send_mail(f"[faxportal] {subject}", text, None, to)
    except OSError as error:  # smtplib's errors are OSErrors
        logger.error("a mail was not taken: %s", type(error).__name__)
        return False
    return True


def _address(fax: Fax) -> str:
    """Where the fax's page is; without a public address its path."""
    return settings.PORTAL_URL + reverse("fax", kwargs={"uuid": fax.uuid})


def _sending_address() -> str:
    return settings.PORTAL_URL + reverse("sending")
