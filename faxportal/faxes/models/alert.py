"""Alerts to admins: trouble with sending."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts, past and present."""

    def active(self) -> AlertQuerySet:
        """Alerts whose trouble has not ended."""
        return self.filter(ended_at=None)

    def needing_notification(self) -> AlertQuerySet:
        """Alerts that admins have to be notified of.

        An active alert needs a notification if none has said that its trouble began. An ended alert
        needs a notification if one has said that the trouble began, and none that it ended.
        """
        begun = models.Q(ended_at=None, notified_at=None)
        ended = models.Q(ended_at__isnull=False, notified_at__isnull=False, end_notified_at=None)
        return self.filter(begun | ended)


class Alert(models.Model):
    """Trouble with sending that needs an admin. `maintenance.alerts` raises and ends alerts."""

    class Kind(models.TextChoices):
        """What the trouble is; the label is the subject of the mail to admins."""

        COPY = "copy", _("This database is a copy or was restored, so nothing is sent.")
        NO_WORKER = "no_worker", _("No worker has been running for a minute.")
        NOTHING_MOVES = (
            "nothing_moves",
            _("Faxes are due, but none has been attempted for five minutes."),
        )
        ACCOUNT_CLOSED = (
            "account_closed",
            _("A sender's account is closed, so its faxes are waiting."),
        )
        SERVER_AWAY = "server_away", _("Faxes wait for a VoipNow server.")
        STORAGE_AWAY = "storage_away", _("Faxes wait for VoipNow's storage.")
        ATTEMPTS_FAIL = "attempts_fail", _("Faxes to a VoipNow server fail again and again.")
        PORTAL_FAULT = "portal_fault", _("The portal had an internal error while sending.")
        KEY_LOST = "key_lost", _("No key opens stored VoipNow sign-ins.")
        LINKS_EXPIRE = "links_expire", _("Upload links expire before files arrive.")
        RECORD_NOT_WHOLE = (
            "record_not_whole",
            _("Faxes are kept because their record is not whole."),
        )
        ORIGIN_NOT_LISTED = "origin_not_listed", _("Faxes wait for an origin to be allowed.")

    kind = models.CharField(max_length=20, choices=Kind)
    #: The sender whose account is closed; None for the other kinds of alerts.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    #: The server or the storage that the alert is about; empty for an alert about sending itself.
    origin = models.CharField(max_length=300, blank=True)
    #: How many faxes wait because of the trouble. Kept up to date while the alert is active.
    faxes = models.PositiveIntegerField(default=0)
    #: Since when a server or a storage fails; None for other alerts.
    failing_since = models.DateTimeField(null=True)
    #: Why the last call to the server or the storage failed: a code of `voipnow.errors.Reason`.
    reason = models.CharField(max_length=50, blank=True)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: When admins were notified that the trouble began, and that it ended.
    notified_at = models.DateTimeField(null=True)
    end_notified_at = models.DateTimeField(null=True)
    #: One `watch` process has claimed the notification until this time; see
    #: `maintenance.mail_claims`.
    notifying_until = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "origin"],
                name="alert_once",
                condition=models.Q(ended_at=None, sender=None),
            ),
            models.UniqueConstraint(
                fields=["kind", "sender"],
                name="alert_once_for_each_sender",
                condition=models.Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="account_closed", sender__isnull=False)
                | (~models.Q(kind="account_closed") & models.Q(sender=None)),
                name="alert_names_a_sender_or_needs_none",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.kind}"
