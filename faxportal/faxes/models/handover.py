"""How a fax is sent: its handovers. Uploads and attempts have modules of their own.

Workers claim handovers, so the lease is in the handover's row. The row also has a counter, which
guards it against concurrent changes. `faxes/delivery/` is the only code that changes these rows;
`faxes/queue.py` adds handovers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from faxportal.accounts.models import HandOverBy
from faxportal.faxes.models.constraints import known_states
from faxportal.faxes.models.fax import Fax
from faxportal.faxes.models.handover_lists import HandoverLists
from faxportal.faxes.models.sending_pause import SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import UNDECIDED_HANDOVERS, HandoverState
from faxportal.voipnow.api_types import WireForm


def _in_one_request() -> models.Q:
    """Handovers whose create request has the files in it.

    This depends on their wire form or, if it is not chosen yet, on the sender's connection.
    """
    chosen = models.Q(wire_form=WireForm.ONE_REQUEST)
    by_connection = models.Q(
        fax__sender__connection__hand_over_by=HandOverBy.ONE_REQUEST
    ) | models.Q(
        fax__sender__connection__hand_over_by=HandOverBy.AUTOMATIC,
        fax__sender__connection__proven_form=WireForm.ONE_REQUEST,
    )
    return chosen | (models.Q(wire_form="") & by_connection)


class HandoverQuerySet(HandoverLists):
    """Handovers by what is to be done about them.

    The methods of `HandoverLists` select handovers by what they wait for.
    """

    def unleased(self, now: Now | datetime) -> HandoverQuerySet:
        """Open handovers without a running lease; `now` is the time by the database's clock.

        The filter compares columns of the handover's own row only. So an UPDATE with this filter
        never overwrites a concurrent UPDATE.
        """
        return self.open().filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now))

    def due(self, now: Now | datetime) -> HandoverQuerySet:
        """Handovers that a worker is to claim now, in the order of the queue.

        A handover of a fax that is being cancelled is due at once. Any other handover is due from
        its `due_at` on, but not while sending is paused, the sender's account is closed, or the fax
        is still suspended. No handover is due before its `browser_until`.
        """
        for_workers = models.Q(browser_until=None) | models.Q(browser_until__lte=now)
        paused = models.Exists(SendingPause.objects.filter(resumed_at=None))
        may_go = models.Q(
            ~models.Q(paused), due_at__lte=now, fax__sender__is_active=True, fax__suspended_at=None
        )
        due = may_go | models.Q(fax__cancel_asked_at__isnull=False)
        return self.unleased(now).filter(for_workers, due).order_by("queue_position", "id")

    def waiting_for_turn(self, now: datetime) -> HandoverQuerySet:
        """Open handovers that have become due and have no turn in the queue yet."""
        return self.open().filter(queue_position=None, due_at__lte=now)

    def not_resting(
        self,
        origins: Collection[str],
        probes: Collection[int],
        now: Now | datetime,
        *,
        without_storage: Collection[str] = (),
    ) -> HandoverQuerySet:
        """Handovers whose next call may begin while the servers and storages in `origins` rest.

        Handovers whose next call goes to one of `origins` are left out. A create request to a
        server in `without_storage` would get upload targets at a storage that rests. So handovers
        with such a create request are left out, too, except in the one-request form, which needs no
        storage.

        Two kinds of handovers are never left out: the handovers with the ids `probes`, and the
        handovers that need no call because their fax is being cancelled or its deadline has passed.
        """
        if not origins:
            return self
        server = models.Q(fax__sender__connection__server__in=origins)
        lacks = models.Q(fax__sender__connection__server__in=without_storage)
        create = models.Q(state__in=[HandoverState.PLANNED, HandoverState.CREATING])
        upload = models.Q(state=HandoverState.UPLOADING, storage_origin__in=origins)
        is_over = models.Q(fax__deadline_at__lte=now, fax__suspended_at=None)
        cancelling = models.Q(fax__cancel_asked_at__isnull=False)
        rests = (create & (server | (lacks & ~_in_one_request()))) | upload
        return self.filter(is_over | cancelling | models.Q(pk__in=probes) | ~rests)

    def of_closed_accounts(self, now: Now | datetime) -> HandoverQuerySet:
        """Open handovers of due faxes whose sender's account is closed.

        Faxes that are being cancelled are left out.
        """
        return self.open().filter(
            fax__sender__is_active=False, fax__due_at__lte=now, fax__cancel_asked_at=None
        )

    def of_reopened_accounts(self) -> HandoverQuerySet:
        """Open handovers of faxes suspended with their sender's account, which is open again.

        Faxes that are being cancelled are left out.
        """
        return self.open().filter(
            fax__sender__is_active=True,
            fax__suspended_because=OwnReason.SENDER_INACTIVE,
            fax__cancel_asked_at=None,
        )

    def undecided(self) -> HandoverQuerySet:
        """Handovers that a person may decide about: they are uncertain, or were left open."""
        return self.filter(state__in=UNDECIDED_HANDOVERS)

    def that_reached(self) -> HandoverQuerySet:
        """Handovers that VoipNow has, or that a person confirmed as sent."""
        return self.filter(state__in=[HandoverState.COMPLETE, HandoverState.CONFIRMED])

    def that_may_go_out(self) -> HandoverQuerySet:
        """Handovers that were sent, may have been sent, or may still be sent.

        This includes a handover whose batch may have been sent by an earlier handover.
        """
        over = models.Q(state__in=[HandoverState.REFUSED, HandoverState.ABANDONED])
        return self.filter(~over | models.Q(earlier_in_doubt=True))

    def refused_for(self, reason: str) -> HandoverQuerySet:
        """Handovers that were refused for this reason, a code of `reasons.REFUSALS`."""
        return self.filter(state=HandoverState.REFUSED, reason=reason)

    def with_fax(self) -> HandoverQuerySet:
        """Read fax, sender and recipients too, in a fixed number of queries."""
        return self.select_related("fax__sender").prefetch_related("fax__recipients")


class Handover(models.Model):
    """One fax resource at VoipNow, created or planned, for a batch of a fax's recipients."""

    fax = models.ForeignKey(Fax, on_delete=models.CASCADE, related_name="handovers")
    #: Number of the batch of recipients. A handover that replaces another has the same batch.
    batch = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=HandoverState, default=HandoverState.PLANNED)
    #: Why the handover is refused, abandoned or uncertain, or why its last attempt failed: a code
    #: of `voipnow.errors.Reason` or `reasons.OwnReason`.
    reason = models.CharField(max_length=50, blank=True)
    #: The server's message that came with the reason. For `Reason.ORIGIN_NOT_ALLOWED`: the origin.
    server_message = models.TextField(blank=True)

    #: Chosen before the first attempt to create the fax resource; empty until then.
    wire_form = models.CharField(
        max_length=20, blank=True, choices=[(form.value, form.value) for form in WireForm]
    )
    #: VoipNow's ids of the fax resource; empty until VoipNow has created it.
    voipnow_id = models.CharField(max_length=100, blank=True)
    voipnow_uid = models.CharField(max_length=200, blank=True)
    #: Scheme, host and port that the upload targets lead to; empty until VoipNow has created the
    #: fax resource.
    storage_origin = models.CharField(max_length=300, blank=True)

    #: No attempt is made before this time.
    due_at = models.DateTimeField()
    #: The handover's turn: of two due handovers, the one with the lower number goes first. None
    #: before the handover is due; see `faxes/queue.py`.
    queue_position = models.BigIntegerField(null=True)
    #: No worker claims the handover before this time. Set only if the sender's browser carries
    #: documents.
    browser_until = models.DateTimeField(null=True)
    #: Failed attempts in a row. Each of them lengthens the pause before the next attempt.
    failures_in_a_row = models.PositiveIntegerField(default=0)
    #: How often the batch got a new handover because upload targets had expired. A create request
    #: doesn't reset this number. Otherwise, storage could make the portal create fax resources
    #: without end.
    renewals = models.PositiveSmallIntegerField(default=0)
    #: An earlier handover of these recipients may have gone out: somebody chose *Send again* for an
    #: uncertain batch. So this handover ends as uncertain instead of being refused or cancelled.
    earlier_in_doubt = models.BooleanField(default=False)

    #: Raised when an attempt starts, and when it ends. A change of the state is refused if the
    #: counter was raised since the row was read. The counter is in this row because rows of other
    #: tables can't guard against a concurrent UPDATE.
    counter = models.PositiveIntegerField(default=0)
    #: The token of the lease, and the time by the database's clock at which the lease ends.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    #: Who confirmed an uncertain handover as sent, or left it open.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    #: When the sender was mailed that the handover is refused or uncertain.
    notified_at = models.DateTimeField(null=True)

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
            # This is no partial index, because SQLite can't tell whether a query's parameter meets
            # the condition of the index.
            models.Index(fields=["state", "queue_position", "id"], name="handover_queue"),
            # Finds the fax by the id that VoipNow shows.
            models.Index(fields=["voipnow_id"], name="handover_voipnow_id"),
            # Finds the handovers whose senders have to be mailed.
            models.Index(fields=["state", "notified_at"], name="handover_in_new_trouble"),
            # Finds the faxes that failed for a reason: the query reads these columns only.
            models.Index(fields=["reason", "state", "fax"], name="handover_by_reason"),
        ]

    def __str__(self) -> str:
        return f"handover {self.pk}"
