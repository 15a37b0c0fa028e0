"""How sending goes: workers, pauses, alarms, legal holds, and origins that browsers can't reach."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.models.fax import Fax


class WorkerSeen(models.Model):
    """When a worker last said that it is there: readiness asks for it."""

    name = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SendingPauseQuerySet(models.QuerySet["SendingPause"]):
    def now(self) -> SendingPauseQuerySet:
        """The one that is on, if any."""
        return self.filter(resumed_at=None)


class SendingPause(models.Model):
    """A time in which nothing is sent: an admin paused all sending. Submits are taken and wait."""

    paused_at = models.DateTimeField()
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SendingPauseQuerySet.as_manager()

    class Meta:
        constraints = [
            # A constant is unique once: at most one row is still open.
            models.UniqueConstraint(
                models.Value(1), name="pause_one_at_a_time", condition=models.Q(resumed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"

    @classmethod
    def is_on(cls) -> bool:
        """Whether sending is paused now."""
        return cls.objects.now().exists()


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def now(self) -> AlarmQuerySet:
        """Those that are on."""
        return self.filter(ended_at=None)

    def needing_notification(self) -> AlarmQuerySet:
        """Those whose begin admins don't know yet, or whose end after they knew of the begin."""
        begun = models.Q(ended_at=None, notified_at=None)
        ended = models.Q(ended_at__isnull=False, notified_at__isnull=False, end_notified_at=None)
        return self.filter(begun | ended)


class Alarm(models.Model):
    """A time of trouble that no sender can end; admins are told at its begin and its end."""

    class Kind(models.TextChoices):
        NO_WORKER = "no_worker", _("No worker has been running for a minute.")
        NOTHING_MOVES = (
            "nothing_moves",
            _("Faxes are due, but none has been attempted for five minutes."),
        )
        ACCOUNT_CLOSED = (
            "account_closed",
            _("A sender's account is closed, so its faxes are waiting."),
        )

    kind = models.CharField(max_length=20, choices=Kind)
    #: Whose account is closed.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: When admins were told that it began, and that it is over.
    notified_at = models.DateTimeField(null=True)
    end_notified_at = models.DateTimeField(null=True)
    #: Until then somebody is telling them, or died at it.
    notifying_until = models.DateTimeField(null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], name="alarm_once", condition=models.Q(ended_at=None, sender=None)
            ),
            models.UniqueConstraint(
                fields=["kind", "sender"],
                name="alarm_once_for_each_sender",
                condition=models.Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="account_closed", sender__isnull=False)
                | (~models.Q(kind="account_closed") & models.Q(sender=None)),
                name="alarm_names_a_sender_or_needs_none",
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.kind}"


class LegalHold(models.Model):
    """Retention removes nothing of the fax while this row is there; the fax's record has the rest.

    The key itself protects: a fax with a hold can't be deleted by any other code either.
    """

    fax = models.OneToOneField(Fax, on_delete=models.PROTECT, related_name="legal_hold")
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"hold on {self.fax_id}"


class BlockedOrigin(models.Model):
    """A storage origin that a browser could not PUT to; its row goes once a PUT there worked."""

    #: Scheme, host and port.
    origin = models.CharField(max_length=300, unique=True)
    #: The portal's own origin, as the browser knows it: what the storage has to allow.
    portal = models.CharField(max_length=300)
    times = models.PositiveIntegerField(default=1)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"blocked origin {self.pk}"
