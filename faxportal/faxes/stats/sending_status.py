"""The state of sending as a whole: whether faxes may go out, whether a worker runs, what is stuck.

This module only reads. `actions.pause` pauses and resumes sending. `maintenance.alerts` raises the
alerts that are shown here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from faxportal.faxes import alert_messages, reason_messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.heartbeat import GONE_AFTER
from faxportal.faxes.models import (
    Alert,
    BlockedOrigin,
    Fax,
    Handover,
    Recipient,
    SendingPause,
    WorkerHeartbeat,
)
from faxportal.faxes.models.delivery import HandoverQuerySet
from faxportal.faxes.reasons import OwnReason

#: How many handovers of each kind are listed; the others are only counted.
MAX_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class HandoverRow:
    """A handover that is open or uncertain."""

    handover_id: int
    fax: Fax
    #: The recipients of the handover's batch.
    recipients: Sequence[Recipient]
    #: Since when an open handover is due, or an uncertain handover is uncertain.
    since: datetime | None
    failures_in_a_row: int
    #: Why the last attempt failed, or what suspends delivery; "" while the handover only waits.
    why: str
    #: When the handover is tried again. None while it is due, suspended or uncertain, and while
    #: sending is paused.
    next_attempt_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class HandoverList:
    """The first handovers of one kind, and how many there are."""

    listed: Sequence[HandoverRow]
    count: int

    @property
    def more(self) -> int:
        """How many handovers are not listed."""
        return self.count - len(self.listed)


@dataclass(frozen=True, kw_only=True)
class ActiveAlert:
    """An alert that has not ended, in words."""

    sentence: str
    to_do: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class BlockedStorage:
    """A storage that browsers could not PUT files to, so that the portal carried them."""

    origin: str
    #: The portal's own origin, which the storage must allow.
    portal_origin: str
    #: How many files browsers could not PUT to the storage.
    failures: int
    #: When a PUT to the storage last failed.
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class SendingStatus:
    """The state of sending at one moment."""

    #: The pause that is active, if sending is paused.
    pause: SendingPause | None
    #: How many workers are alive.
    workers: int
    #: When a worker was last seen. None where no worker was seen for a day, and where every worker
    #: came to an orderly stop.
    worker_seen_at: datetime | None
    alerts: Sequence[ActiveAlert]
    blocked_storages: Sequence[BlockedStorage]
    #: Handovers that are due and whose last attempt did not fail.
    waiting: HandoverList
    #: Handovers whose last attempt failed.
    failing: HandoverList
    #: Handovers that a person must decide about.
    uncertain: HandoverList

    @property
    def is_idle(self) -> bool:
        """Whether no handover waits, fails or needs a decision."""
        return not (self.waiting.count or self.failing.count or self.uncertain.count)

    @property
    def version(self) -> str:
        """A hash that changes as soon as anything that is shown changes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def sending_status(clock: Clock) -> SendingStatus:
    """The state of sending now, in a fixed number of queries."""
    now = clock.now()
    pause = SendingPause.objects.active().select_related("paused_by").first()
    seen = list(WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True))
    handovers = Handover.objects.with_fax()
    return SendingStatus(
        pause=pause,
        workers=sum(at >= now - GONE_AFTER for at in seen),
        worker_seen_at=seen[0] if seen else None,
        alerts=_active_alerts(),
        blocked_storages=[
            BlockedStorage(
                origin=one.origin,
                portal_origin=one.portal_origin,
                failures=one.failures,
                seen_at=one.seen_at,
            )
            for one in BlockedOrigin.objects.all()
        ],
        waiting=_handover_list(handovers.waiting_longest(now), now, pause),
        failing=_handover_list(handovers.failing(), now, pause),
        uncertain=_handover_list(handovers.uncertain_longest(), now, pause),
    )


def _active_alerts() -> Sequence[ActiveAlert]:
    """The alerts that have not ended, the oldest first."""
    alerts = Alert.objects.active().select_related("sender").order_by("raised_at", "id")
    return [
        ActiveAlert(
            sentence=alert_messages.alert_sentence(alert),
            to_do=alert_messages.alert_to_do(alert),
            since=alert.raised_at,
        )
        for alert in alerts
    ]


def _handover_list(
    handovers: HandoverQuerySet, now: datetime, pause: SendingPause | None
) -> HandoverList:
    listed = [_handover_row(handover, now, pause) for handover in handovers[:MAX_LISTED]]
    return HandoverList(listed=listed, count=handovers.count())


def _handover_row(handover: Handover, now: datetime, pause: SendingPause | None) -> HandoverRow:
    fax = handover.fax
    is_open = handover.closed_at is None
    is_suspended = is_open and (fax.suspended_at is not None or not fax.sender.is_active)
    will_be_tried = is_open and not (is_suspended or pause) and handover.due_at > now
    reason = OwnReason.SENDER_INACTIVE if is_suspended else handover.reason
    if is_open and handover.browser_until and not reason:
        reason = OwnReason.WAITS_FOR_BROWSER
    return HandoverRow(
        handover_id=handover.pk,
        fax=fax,
        recipients=[one for one in fax.recipients.all() if one.batch == handover.batch],
        since=handover.due_at if is_open else handover.closed_at,
        failures_in_a_row=handover.failures_in_a_row,
        why=reason_messages.what_happened(reason, handover.server_message) if reason else "",
        next_attempt_at=handover.due_at if will_be_tried else None,
    )
