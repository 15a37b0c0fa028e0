"""Watching over sending: telling senders of trouble with a fax, and admins of trouble with all.

Runs apart from the worker, because a worker that is gone can't say so. Each message is claimed in
the database first, so that several watchers tell once; one whose mail server does not take it is
told again later.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import presence
from faxportal.faxes.models import Alarm, Fax, Handover, SendingPause, Try
from faxportal.faxes.progress import progress_of

logger = logging.getLogger(__name__)

#: Due work without a single new try for so long: something is wrong that no fax's page shows.
STILL = timedelta(minutes=5)


def watch(clock: Clock, *, since: datetime) -> None:
    """Tell everyone what they don't know yet. Database errors come out.

    `since` is when the watching began: a worker that starts beside it is not missing yet.
    """
    with override(settings.LANGUAGE_CODE):
        for fax in Fax.objects.to_tell_of().select_related("sender"):
            tell_sender(fax, clock)
        tell_admins(clock, since=since)


def tell_sender(fax: Fax, clock: Clock) -> None:
    """Mail a sender what became of a fax and what to do; once, and again where mail failed."""
    claimed = Fax.objects.filter(pk=fax.pk, state=fax.state, told_at=None)
    if not claimed.update(told_at=clock.now()) or not fax.sender.email:
        return
    subject = _("Your fax: %(state)s") % {"state": fax.get_state_display()}
    text = f"{progress_of(fax).sentence}\n\n{_address(fax)}\n"
    if not _mail([fax.sender.email], subject, text):
        Fax.objects.filter(pk=fax.pk, state=fax.state).update(told_at=None)


def tell_admins(clock: Clock, *, since: datetime) -> None:
    """Raise alarms that are due and end those that are over, with a mail for each."""
    now_on = set(_alarms(clock, since))
    for kind in now_on:
        try:
            with transaction.atomic():
                alarm = Alarm.objects.create(kind=kind, raised_at=clock.now())
        except IntegrityError:
            continue  # told already
        if not _mail_admins(str(kind.label), _("Faxes are taken and wait.")):
            alarm.delete()
    for alarm in Alarm.objects.filter(ended_at=None).exclude(kind__in=now_on):
        if Alarm.objects.filter(pk=alarm.pk, ended_at=None).update(ended_at=clock.now()):
            _mail_admins(_("Sending goes on"), _("This is over: %s") % alarm.get_kind_display())


def _alarms(clock: Clock, since: datetime) -> Iterator[Alarm.Kind]:
    """What is wrong with sending as a whole."""
    if clock.now() - since >= presence.GONE_AFTER and not presence.is_any_there(clock):
        yield Alarm.Kind.NO_WORKER
    before = clock.now() - STILL
    due = Handover.objects.due(clock.at_database()).filter(due_at__lt=before)
    tried = Try.objects.filter(opened_at__gte=before)
    if not SendingPause.is_on() and due.exists() and not tried.exists():
        yield Alarm.Kind.NOTHING_MOVES


def _mail_admins(subject: str, text: str) -> bool:
    admins = User.objects.with_perm(
        "faxes.manage_sending", backend="django.contrib.auth.backends.ModelBackend"
    )
    addresses = list(admins.exclude(email="").values_list("email", flat=True))
    return not addresses or _mail(addresses, subject, text)


def _mail(to: list[str], subject: str, text: str) -> bool:
    """Send a mail; False where the mail server did not take it."""
    try:
        for address in to:
            send_mail(f"[faxportal] {subject}", text, None, [address])
    except OSError as error:  # smtplib's errors are OSErrors
        logger.error("a mail was not taken: %s", type(error).__name__)
        return False
    return True


def _address(fax: Fax) -> str:
    """Where the fax's page is; without a public address its path."""
    return settings.PORTAL_URL + reverse("fax", kwargs={"uuid": fax.uuid})
