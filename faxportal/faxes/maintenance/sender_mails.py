"""Mails to senders: about batches that are refused or uncertain, and reminders of open faxes.

The facts for a mail are read after the mail has been claimed. So a mail says what is true when it
is sent, and no mail goes out about a problem that is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance import sender_messages
from faxportal.faxes.maintenance.mail import MailRound
from faxportal.faxes.maintenance.mail_claims import claim
from faxportal.faxes.maintenance.reminders import faxes_to_remind_of
from faxportal.faxes.models import Fax, Handover, Reminder

#: How many mails of each kind one round sends at most.
MAX_SENT = 100
#: If the batches of a fax fail one after another, its sender gets at most one mail in this time,
#: until the fax is settled.
NEXT_AFTER = timedelta(minutes=10)


def mail_senders(mail: MailRound, clock: Clock) -> Iterator[bool]:
    """Send the mails that are due. Yields False for a mail that is claimed already, else True."""
    before = clock.now() - NEXT_AFTER
    is_time = Q(notified_at=None) | Q(notified_at__lte=before) | Q(settled_at__isnull=False)
    in_trouble = Fax.objects.filter(pk__in=Handover.objects.in_new_trouble().values("fax"))
    for fax in in_trouble.filter(is_time).order_by("list_key")[:MAX_SENT]:
        yield _tell_of_trouble(fax.pk, mail, clock)
    for kind in Reminder.Kind:
        for fax in faxes_to_remind_of(kind, clock)[:MAX_SENT]:
            yield _remind(fax.pk, kind, mail, clock)


def _tell_of_trouble(fax_id: int, mail: MailRound, clock: Clock) -> bool:
    """Send one mail about all batches in trouble that the sender has not been told of yet."""
    until = claim(Fax.objects.filter(pk=fax_id), clock)
    if until is None:
        return False
    fax = Fax.objects.select_related("sender").get(pk=fax_id)
    news = list(Handover.objects.in_new_trouble().filter(fax=fax))
    subject = sender_messages.trouble_subject(fax, {one.state for one in news})
    text = sender_messages.trouble_text(fax, {one.batch for one in news})
    if not news or _send(fax, mail, subject, text):
        with transaction.atomic():
            now = clock.now()
            Handover.objects.filter(pk__in=[one.pk for one in news]).update(notified_at=now)
            _end_claim(fax, until, notified_at=now if news else fax.notified_at)
    return True


def _remind(fax_id: int, kind: Reminder.Kind, mail: MailRound, clock: Clock) -> bool:
    until = claim(Fax.objects.filter(pk=fax_id), clock)
    if until is None:
        return False
    fax = faxes_to_remind_of(kind, clock).select_related("sender").filter(pk=fax_id).first()
    if fax is None:  # the fax went out meanwhile, or another watch has sent the reminder
        Fax.objects.filter(pk=fax_id, notifying_until=until).update(notifying_until=None)
        return True
    subject = sender_messages.reminder_subject(kind)
    if _send(fax, mail, subject, sender_messages.reminder_text(fax, kind)):
        with transaction.atomic():
            Reminder.objects.get_or_create(fax=fax, kind=kind, defaults={"sent_at": clock.now()})
            _end_claim(fax, until, notified_at=fax.notified_at)
    return True


def _end_claim(fax: Fax, until: datetime, *, notified_at: datetime | None) -> None:
    claimed = Fax.objects.filter(pk=fax.pk, notifying_until=until)
    claimed.update(notified_at=notified_at, notifying_until=None)


def _send(fax: Fax, mail: MailRound, subject: str, text: str) -> bool:
    """Mail the sender of a fax. Returns False if the mail server refused the mail.

    A sender without an address gets no mail, and the mail counts as sent.
    """
    address = settings.PORTAL_URL + reverse("fax", kwargs={"uuid": fax.uuid})
    to = fax.sender.email
    return not to or mail.send([to], subject, f"{text}\n\n{address}\n")
