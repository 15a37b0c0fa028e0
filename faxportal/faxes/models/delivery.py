"""How a fax goes out: handovers, uploads and tries.

A handover is work that a worker claims: it holds the lease and the counter that guards it.
`faxes/delivery/` is the only code that changes these rows.
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
    def open(self) -> HandoverQuerySet:
        return self.filter(state__in=OPEN_HANDOVERS)

    def unleased(self, now: Now | datetime) -> HandoverQuerySet:
        """Open ones that no worker holds; `now` is the database's clock.

        Looks at the handover's own row only, so that it guards a concurrent UPDATE.
        """
        return self.open().filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now))

    def due(self, now: Now | datetime) -> HandoverQuerySet:
        """Unheld ones to be worked on now, in their fair turn.

        One of a fax that is being cancelled is due at once. Others are held while sending is
        paused, while their sender's account is closed, and then until their time is given back.
        What only a page can go on with is none's.
        """
        ours = models.Q(browser_until=None) | models.Q(browser_until__lte=now)
        paused = models.Exists(SendingPause.objects.filter(resumed_at=None))
        may_go = models.Q(
            ~models.Q(paused), due_at__lte=now, fax__sender__is_active=True, fax__suspended_at=None
        )
        due = may_go | models.Q(fax__cancel_asked_at__isnull=False)
        return self.unleased(now).filter(ours, due).order_by("queue_position", "id")

    def of_closed_accounts(self, now: Now | datetime) -> HandoverQuerySet:
        """Open ones that would go out if their sender's account were not closed."""
        return self.open().filter(
            fax__sender__is_active=False, fax__due_at__lte=now, fax__cancel_asked_at=None
        )

    def of_opened_accounts(self) -> HandoverQuerySet:
        """Open ones of held faxes whose sender's account is open again."""
        return self.open().filter(
            fax__sender__is_active=True, fax__suspended_at__isnull=False, fax__cancel_asked_at=None
        )

    def waiting_longest(self, now: datetime) -> HandoverQuerySet:
        """Those whose time has come and that nothing was tried for in vain, the longest first."""
        return (
            self.unleased(now).filter(due_at__lte=now, failures_in_a_row=0).order_by("due_at", "id")
        )

    def failing(self) -> HandoverQuerySet:
        """Open ones whose last try failed, the most often failed first."""
        return self.open().filter(failures_in_a_row__gt=0).order_by("-failures_in_a_row", "id")

    def uncertain_longest(self) -> HandoverQuerySet:
        """Those that wait for a person to decide, the longest first."""
        return self.filter(state=HandoverState.UNCERTAIN).order_by("closed_at", "id")

    def that_reached(self) -> HandoverQuerySet:
        """Those that VoipNow has, or that somebody knows to have gone out."""
        return self.filter(state__in=[HandoverState.COMPLETE, HandoverState.CONFIRMED])

    def that_may_go_out(self) -> HandoverQuerySet:
        """All but those that surely didn't and won't go out.

        One that was in doubt when somebody decided to send again may have gone out, too.
        """
        over = models.Q(state__in=[HandoverState.REFUSED, HandoverState.ABANDONED])
        in_doubt = models.Q(state=HandoverState.ABANDONED, reason=OwnReason.SENT_AGAIN)
        return self.filter(~over | in_doubt)

    def refused_for(self, reason: str) -> HandoverQuerySet:
        """Those of batches that failed, and why."""
        return self.filter(state=HandoverState.REFUSED, reason=reason)

    def with_fax(self) -> HandoverQuerySet:
        """With what a list of them shows, in a fixed number of queries."""
        return self.select_related("fax__sender").prefetch_related("fax__recipients")


class Handover(models.Model):
    """One fax resource created, or to be created, at VoipNow for a batch of a fax's recipients."""

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="handovers")
    #: Which batch of the recipients it carries; a renewed one carries the same batch again.
    batch = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=HandoverState, default=HandoverState.PLANNED)
    #: Why it was refused, abandoned or is uncertain, or what its last try met: a reason of
    #: `faxes/reason_messages.py`.
    reason = models.CharField(max_length=50, blank=True)
    #: The server's own words about it, for the record.
    server_message = models.TextField(blank=True)

    #: How it goes out; settled when it is first tried.
    wire_form = models.CharField(
        max_length=20, blank=True, choices=[(form.value, form.value) for form in WireForm]
    )
    #: VoipNow's names of the fax resource; empty until it is created.
    voipnow_id = models.CharField(max_length=100, blank=True)
    voipnow_uid = models.CharField(max_length=200, blank=True)

    #: When to try next. Work of a lower turn goes first.
    due_at = models.DateTimeField()
    queue_position = models.BigIntegerField(default=0)
    #: Its sender's page carries documents, and until then there is nothing for a worker to do.
    browser_until = models.DateTimeField(null=True)
    #: Failed tries in a row, for the back-off.
    failures_in_a_row = models.PositiveIntegerField(default=0)

    #: Raised by each try that is opened or closed. Whoever changes the state names the counter it
    #: read: rows of other tables are no guard in a concurrent UPDATE.
    counter = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    #: Who decided what became of an uncertain one.
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
    """One document on its way to one handover's upload target."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="uploads")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="uploads")
    state = models.CharField(max_length=20, choices=UploadState, default=UploadState.WAITING)
    reason = models.CharField(max_length=50, blank=True)
    #: The upload target, encrypted: a signed URL is a secret while it lives. Erased when
    #: uploading ends.
    sealed_target = models.TextField(blank=True, editable=False)
    #: When the target dies; unknown where its URL doesn't say.
    target_expires_at = models.DateTimeField(null=True)
    #: Bytes that the running or the last try wrote: progress, not proof.
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
    """One call outward. Committed before its first byte; never closed means never known."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="attempts")
    #: The upload it PUTs; none for the POST that creates the handover.
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, related_name="attempts")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: Of a browser's PUT: until when its page is taken to be at it, unless it says so again.
    #: None for a call of the portal's own.
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
        return f"try {self.pk}"
