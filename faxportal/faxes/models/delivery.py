"""How a fax is sent: handovers, their uploads, and the attempts of both.

A handover is what a worker claims: it has the lease, and the counter that guards its changes.
`faxes/delivery/` is the only code that changes these rows; `faxes/queue.py` adds handovers.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from faxportal.faxes.models.constraints import known_states
from faxportal.faxes.models.document import Document
from faxportal.faxes.models.fax import Fax
from faxportal.faxes.models.operations import SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import OPEN_HANDOVERS, HandoverState, UploadState
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Handovers by what is to be done about them."""

    def open(self) -> HandoverQuerySet:
        """Those that the portal will still do something for."""
        return self.filter(state__in=OPEN_HANDOVERS)

    def unleased(self, now: Now | datetime) -> HandoverQuerySet:
        """Open ones without a lease that still runs; `now` is the database's clock.

        Compares columns of the handover's own row only, so that it guards a concurrent UPDATE.
        """
        return self.open().filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now))

    def due(self, now: Now | datetime) -> HandoverQuerySet:
        """Those that a worker is to claim now, in the order of the queue.

        Handovers of a fax that is being cancelled are due at once. All others wait while sending is
        paused, while the sender's account is closed, and then until the fax is resumed. One that
        only the sender's browser can go on with is not due.
        """
        for_workers = models.Q(browser_until=None) | models.Q(browser_until__lte=now)
        paused = models.Exists(SendingPause.objects.filter(resumed_at=None))
        may_go = models.Q(
            ~models.Q(paused), due_at__lte=now, fax__sender__is_active=True, fax__suspended_at=None
        )
        due = may_go | models.Q(fax__cancel_asked_at__isnull=False)
        return self.unleased(now).filter(for_workers, due).order_by("queue_position", "id")

    def of_closed_accounts(self, now: Now | datetime) -> HandoverQuerySet:
        """Open ones that would go out if their sender's account were not closed."""
        return self.open().filter(
            fax__sender__is_active=False, fax__due_at__lte=now, fax__cancel_asked_at=None
        )

    def of_reopened_accounts(self) -> HandoverQuerySet:
        """Open ones of suspended faxes whose sender's account is open again."""
        return self.open().filter(
            fax__sender__is_active=True, fax__suspended_at__isnull=False, fax__cancel_asked_at=None
        )

    def waiting_longest(self, now: datetime) -> HandoverQuerySet:
        """Those that are due and didn't fail since their last success, the oldest first."""
        return (
            self.unleased(now).filter(due_at__lte=now, failures_in_a_row=0).order_by("due_at", "id")
        )

    def failing(self) -> HandoverQuerySet:
        """Open ones whose last attempt failed, those with the most failures in a row first."""
        return self.open().filter(failures_in_a_row__gt=0).order_by("-failures_in_a_row", "id")

    def uncertain_longest(self) -> HandoverQuerySet:
        """Those that wait for a person's decision, the oldest first."""
        return self.filter(state=HandoverState.UNCERTAIN).order_by("closed_at", "id")

    def that_reached(self) -> HandoverQuerySet:
        """Those that VoipNow has, or that a person confirmed as sent."""
        return self.filter(state__in=[HandoverState.COMPLETE, HandoverState.CONFIRMED])

    def that_may_go_out(self) -> HandoverQuerySet:
        """All but those that surely were not sent and won't be.

        A handover that was uncertain when a person decided to send again may have been sent, too.
        """
        over = models.Q(state__in=[HandoverState.REFUSED, HandoverState.ABANDONED])
        in_doubt = models.Q(state=HandoverState.ABANDONED, reason=OwnReason.SENT_AGAIN)
        return self.filter(~over | in_doubt)

    def refused_for(self, reason: str) -> HandoverQuerySet:
        """Those of batches that failed for a reason: a code of `reasons.REFUSALS`."""
        return self.filter(state=HandoverState.REFUSED, reason=reason)

    def with_fax(self) -> HandoverQuerySet:
        """With the rows that a list of handovers shows, in a fixed number of queries."""
        return self.select_related("fax__sender").prefetch_related("fax__recipients")


class Handover(models.Model):
    """One fax resource created, or to be created, at VoipNow for a batch of a fax's recipients."""

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="handovers")
    #: Its batch of the recipients; a handover that replaces another has the same batch.
    batch = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=HandoverState, default=HandoverState.PLANNED)
    #: Why it was refused or abandoned, is uncertain, or why its last attempt failed: a code of
    #: `voipnow.errors.Reason` or `reasons.OwnReason`.
    reason = models.CharField(max_length=50, blank=True)
    #: What the server said about it; the origin that is not listed for `ORIGIN_NOT_ALLOWED`.
    server_message = models.TextField(blank=True)

    #: Chosen when its first create is attempted.
    wire_form = models.CharField(
        max_length=20, blank=True, choices=[(form.value, form.value) for form in WireForm]
    )
    #: VoipNow's ids of the fax resource; empty until VoipNow has created it.
    voipnow_id = models.CharField(max_length=100, blank=True)
    voipnow_uid = models.CharField(max_length=200, blank=True)

    #: Not to be attempted before.
    due_at = models.DateTimeField()
    #: Of two that are due, the one with the lower position goes first; see `faxes/queue.py`.
    queue_position = models.BigIntegerField(default=0)
    #: The sender's browser carries documents, and a worker has nothing to do until then.
    browser_until = models.DateTimeField(null=True)
    #: Failed attempts in a row, for the pause before the next one.
    failures_in_a_row = models.PositiveIntegerField(default=0)

    #: Raised by each attempt that is started or finished. Whoever changes the state names the
    #: counter that was read: rows of other tables are no guard in a concurrent UPDATE.
    counter = models.PositiveIntegerField(default=0)
    #: The token of the lease, and the moment at which it ends by the database's clock.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    #: Who confirmed that it was sent, or left it open, when it was uncertain.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "id"]
        constraints = [
            known_states(HandoverState, name="handover_state_is_known"),
            models.UniqueConstraint(
                fields=["fax", "batch"],
                condition=~models.Q(state=HandoverState.ABANDONED),
                name="handover_one_for_each_batch",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=HandoverState.CONFIRMED)
                | models.Q(decided_by__isnull=False),
                name="handover_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(lease=None, lease_until=None)
                | models.Q(lease__isnull=False, lease_until__isnull=False),
                name="handover_lease_has_an_end",
            ),
        ]
        indexes = [
            # Not a partial index: SQLite can't tell that a parameter meets its condition.
            models.Index(fields=["state", "queue_position", "id"], name="handover_queue"),
            # The fax behind an id that VoipNow shows.
            models.Index(fields=["voipnow_id"], name="handover_voipnow_id"),
            # The faxes that failed for a reason: all that is looked up of a handover is in it.
            models.Index(fields=["reason", "state", "fax"], name="handover_by_reason"),
        ]

    def __str__(self) -> str:
        return f"handover {self.pk}"


class Upload(models.Model):
    """One document of one handover, and the target that it is uploaded to."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="uploads")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="uploads")
    state = models.CharField(max_length=20, choices=UploadState, default=UploadState.WAITING)
    reason = models.CharField(max_length=50, blank=True)
    #: The target, encrypted (see `delivery/sealed_targets.py`): a signed URL is a secret until it
    #: expires. Erased when the document is stored or the handover ends.
    sealed_target = models.TextField(blank=True, editable=False)
    #: When the target expires, less a margin; None where its URL doesn't say.
    target_expires_at = models.DateTimeField(null=True)
    #: Bytes that the last attempt has sent: progress, not proof.
    bytes_sent = models.PositiveBigIntegerField(default=0)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["document__position"]
        constraints = [
            known_states(UploadState, name="upload_state_is_known"),
            models.UniqueConstraint(fields=["handover", "document"], name="upload_once"),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Attempt(models.Model):
    """One call to VoipNow or to storage, committed before its first byte.

    An attempt without `closed_at` is under way, or nobody will ever know how it ended.
    """

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="attempts")
    #: None for a create.
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, related_name="attempts")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: Of a browser's upload: until when the browser counts as alive, unless it is heard of again.
    #: None for a call that the portal makes.
    browser_until = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.value) for outcome in Outcome], blank=True
    )
    reason = models.CharField(max_length=50, blank=True)
    #: HTTP status of the answer, where one came.
    status = models.PositiveSmallIntegerField(null=True)
    server_message = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "attempts"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(
                    closed_at__isnull=False, outcome__in=[outcome.value for outcome in Outcome]
                ),
                name="attempt_is_open_or_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
