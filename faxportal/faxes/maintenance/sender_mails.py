"""Mails to senders: about batches that are refused or uncertain, and reminders of open faxes.

The facts for a mail are read after the mail has been claimed. So a mail says what is true when it
is sent, and no mail goes out about a problem that is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance import sender_messages
from faxportal.faxes.maintenance.mail import MailRound
from faxportal.faxes.maintenance.mail_claims import claim
from faxportal.faxes.maintenance.reminders import faxes_to_remind_of
from faxportal.faxes.models import Fax, Handover, Reminder
from faxportal.faxes.models.fax import FaxQuerySet

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
    for fax_ids in _by_sender(in_trouble.filter(is_time).order_by("list_key")):
        yield _tell_of_trouble(fax_ids, mail, clock)
    for kind in Reminder.Kind:
        waiting = faxes_to_remind_of(kind, clock)
        if kind == Reminder.Kind.RESTORED:
            yield from _ask_about_scheduled(waiting, mail, clock)
            continue
        for fax in waiting[:MAX_SENT]:
            yield _remind(fax.pk, kind, mail, clock)


def _by_sender(faxes: QuerySet[Fax]) -> Iterator[list[int]]:
    """The ids of each sender's faxes, for the first `MAX_SENT` senders."""
    of_sender: dict[int, list[int]] = defaultdict(list)
    for fax_id, sender_id in faxes.values_list("pk", "sender_id"):
        of_sender[sender_id].append(fax_id)
    yield from islice(of_sender.values(), MAX_SENT)


def _tell_of_trouble(fax_ids: Sequence[int], mail: MailRound, clock: Clock) -> bool:
    """Send one mail about all batches in trouble that one sender has not been told of yet.

    `fax_ids` are this sender's faxes with such batches. Returns False if any of them is claimed.
    """
    claimed = _claim_all(fax_ids, clock)
    faxes = Fax.objects.select_related("sender").filter(pk__in=claimed).order_by("list_key")
    news = [
        sender_messages.News(fax=fax, handovers=handovers)
        for fax in faxes
        if (handovers := list(Handover.objects.in_new_trouble().filter(fax=fax)))
    ]
    if not news or _send_news(news, mail):
        with transaction.atomic():
            now = clock.now()
            told = [handover.pk for one in news for handover in one.handovers]
            Handover.objects.filter(pk__in=told).update(notified_at=now)
            told_of = {one.fax.pk for one in news}
            for fax in faxes:
                notified_at = now if fax.pk in told_of else fax.notified_at
                _end_claim(fax, claimed[fax.pk], notified_at=notified_at)
    return len(claimed) == len(fax_ids)


def _send_news(news: Sequence[sender_messages.News], mail: MailRound) -> bool:
    """Mail a sender about faxes in trouble: about one with all that is known, else as a list."""
    if len(news) == 1:
        [one] = news
        subject = sender_messages.trouble_subject(one)
        return _send(one.fax, mail, subject, sender_messages.trouble_text(one))
    to = news[0].fax.sender.email
    text = sender_messages.list_text(
        news, address_of=_address, decisions_address=_decisions_address()
    )
    return not to or mail.send([to], sender_messages.list_subject(news), text)


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


def _ask_about_scheduled(faxes: FaxQuerySet, mail: MailRound, clock: Clock) -> Iterator[bool]:
    """Send each sender one mail about their faxes that were scheduled before a restore."""
    for fax_ids in _by_sender(faxes):
        if len(fax_ids) == 1:
            yield _remind(fax_ids[0], Reminder.Kind.RESTORED, mail, clock)
            continue
        claimed = _claim_all(fax_ids, clock)
        asked = Fax.objects.select_related("sender").filter(pk__in=claimed)
        if asked and _send_scheduled(asked[0], len(claimed), mail):
            with transaction.atomic():
                for fax in asked:
                    Reminder.objects.get_or_create(
                        fax=fax, kind=Reminder.Kind.RESTORED, defaults={"sent_at": clock.now()}
                    )
                    _end_claim(fax, claimed[fax.pk], notified_at=fax.notified_at)
        yield len(claimed) == len(fax_ids)


def _send_scheduled(fax: Fax, count: int, mail: MailRound) -> bool:
    to = fax.sender.email
    text = sender_messages.scheduled_text(_decisions_address())
    return not to or mail.send([to], sender_messages.scheduled_subject(count), text)


def _claim_all(fax_ids: Sequence[int], clock: Clock) -> dict[int, datetime]:
    """Claim the mails about these faxes. Returns fax id → end of the claim, for each new claim."""
    claims = {pk: claim(Fax.objects.filter(pk=pk), clock) for pk in fax_ids}
    return {pk: until for pk, until in claims.items() if until is not None}


def _end_claim(fax: Fax, until: datetime, *, notified_at: datetime | None) -> None:
    claimed = Fax.objects.filter(pk=fax.pk, notifying_until=until)
    claimed.update(notified_at=notified_at, notifying_until=None)


def _send(fax: Fax, mail: MailRound, subject: str, text: str) -> bool:
    """Mail the sender of a fax. Returns False if the mail server refused the mail.

    A sender without an address gets no mail, and the mail counts as sent.
    """
    to = fax.sender.email
    return not to or mail.send([to], subject, f"{text}\n\n{_address(fax)}\n")


def _address(fax: Fax) -> str:
    return settings.PORTAL_URL + reverse("fax", kwargs={"uuid": fax.uuid})


def _decisions_address() -> str:
    return settings.PORTAL_URL + reverse("decisions")
