"""Notifications: mails to admins about alerts, and to senders (`sender_mails`).

Each notification is claimed in the database for a while, and marked as sent once the mail server
has accepted the mail. So several watches together send a notification once. If a watch can't send a
notification, or dies while sending, any watch sends the notification after the claim has ended. At
worst a mail goes out twice, but no mail is lost.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes import alert_messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance.mail import MailRound, MailServerAway
from faxportal.faxes.maintenance.mail_claims import claim
from faxportal.faxes.maintenance.sender_mails import mail_senders
from faxportal.faxes.models import Alert

#: How many alerts one round mails about at most.
MAX_SENT = 100


def send_notifications(clock: Clock, *, to_senders: bool = True) -> bool:
    """Send the notifications that are due, and return whether the mail server took them.

    Without `to_senders`, only admins get mail.

    Also returns False while a notification is still claimed: by another watch, or by this watch
    since the mail server did not answer. Database errors are raised.
    """
    with override(settings.LANGUAGE_CODE), MailRound() as mail:
        try:
            alerts = Alert.objects.needing_notification().select_related("sender")
            sent = [
                _notify_admins(alert, mail, clock)
                for alert in alerts.order_by("raised_at", "id")[:MAX_SENT]
            ]
            if to_senders:
                sent += mail_senders(mail, clock)
        except MailServerAway:
            return False
    return all(sent)


def _notify_admins(alert: Alert, mail: MailRound, clock: Clock) -> bool:
    """Mail admins that an alert was raised, or that it has ended. Returns False if it is claimed.

    Also returns False if the alert has ended since it was read: it needs another mail, or none.
    """
    until = claim(
        Alert.objects.needing_notification().filter(pk=alert.pk, ended_at=alert.ended_at), clock
    )
    if until is None:
        return False
    claimed = Alert.objects.filter(pk=alert.pk, notifying_until=until)
    if alert.ended_at is None:
        sentence = alert_messages.alert_sentence(alert)
        wait = _("Faxes can still be submitted. They will go out when sending works again.")
        to_do = alert_messages.alert_to_do(alert)
        text = f"{sentence} {wait}\n{to_do}\n\n{_sending_address()}\n"
        if _mail_admins(mail, str(alert.get_kind_display()), text):
            claimed.update(notified_at=clock.now(), notifying_until=None)
    elif _mail_admins(mail, _end_subject(), alert_messages.alert_end_sentence(alert)):
        claimed.update(end_notified_at=clock.now(), notifying_until=None)
    return True


def _end_subject() -> str:
    """The subject of a mail about an alert that has ended; other alerts may still be active."""
    if Alert.objects.active().exists():
        return _("One problem with sending is over")
    return _("Sending is working again")


def _mail_admins(mail: MailRound, subject: str, text: str) -> bool:
    """Mail all who may manage sending. Returns False if the mail server refused the mail."""
    admins = User.objects.with_perm(
        Permission.MANAGE_SENDING, backend="django.contrib.auth.backends.ModelBackend"
    )
    addresses = list(admins.exclude(email="").values_list("email", flat=True))
    return not addresses or mail.send(addresses, subject, text)


def _sending_address() -> str:
    return settings.PORTAL_URL + reverse("sending")
