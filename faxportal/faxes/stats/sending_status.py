"""The state of sending as a whole: whether faxes may go out, whether a worker runs, what is stuck.

This module only reads. `actions.pause` pauses and resumes sending. `maintenance.alerts` raises the
alerts that are shown here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from faxportal.faxes import alert_messages, reason_messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.models import (
    Alert,
    BlockedOrigin,
    Fax,
    Handover,
    Recipient,
    SendingPause,
    WorkerHeartbeat,
)
from faxportal.faxes.models.handover import HandoverQuerySet
from faxportal.faxes.models.worker_heartbeat import GONE_AFTER
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState
from faxportal.faxes.stats.failing_servers import FailingServer, failing_servers
from faxportal.voipnow.errors import Reason

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
    #: When the handover is tried again. None while it is due, suspended, uncertain or to be
    #: cancelled, while sending is paused, and if the deadline comes first.
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
    """An alert that has not ended, as sentences for people."""

    sentence: str
    to_do: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class BlockedStorage:
    """A storage that browsers could not upload files to. The portal relayed these files."""

    origin: str
    #: The portal's own origin, which the storage must allow.
    portal_origin: str
    #: How many files browsers could not upload to the storage.
    failures: int
    #: When a browser's upload to the storage last failed.
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class SendingStatus:
    """The state of sending at one moment."""

    #: The pause that is active, if sending is paused.
    pause: SendingPause | None
    #: How many workers are alive.
    workers: int
    #: When a worker was last seen. None if no worker was seen for a day, or if every worker came to
    #: an orderly stop.
    worker_seen_at: datetime | None
    alerts: Sequence[ActiveAlert]
    blocked_storages: Sequence[BlockedStorage]
    #: Failing servers and storages that have no alert yet.
    servers: Sequence[FailingServer]
    #: Handovers that a person must decide about.
    uncertain: HandoverList
    #: Open handovers whose attempts have failed.
    failing: HandoverList
    #: Open handovers of suspended faxes: the sender's account is closed, or the fax was scheduled
    #: before a restore and its time has passed.
    suspended: HandoverList
    #: Open handovers that wait for files from senders' browsers.
    for_browsers: HandoverList
    #: Open handovers that only wait for their turn, or for their server to answer.
    in_queue: HandoverList
    #: How many open handovers somebody works on, without trouble.
    under_way: int
    #: How many faxes are to go out later, and when the next one is due.
    scheduled: int
    next_scheduled_at: datetime | None
    #: How many faxes were scheduled before a restore and wait for a person to confirm them.
    unconfirmed: int

    @property
    def is_idle(self) -> bool:
        """Whether no handover waits, fails or needs a decision."""
        lists = (
            self.uncertain,
            self.failing,
            self.suspended,
            self.for_browsers,
            self.in_queue,
        )
        return not self.unconfirmed and not any(one.count for one in lists)

    @property
    def version(self) -> str:
        """A hash that changes as soon as anything that is shown changes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class _Situation:
    """The facts that every row needs in addition to its own handover."""

    now: datetime
    is_paused: bool
    #: Origin → a server or a storage that fails.
    failing: Mapping[str, FailingServer]

    def failing_server(self, handover: Handover) -> FailingServer | None:
        """The server or storage that the handover's next call goes to, if it fails; otherwise None.

        Also None for a handover that waits for something else: for the operator to list an origin,
        or for a browser.
        """
        if handover.reason == Reason.ORIGIN_NOT_ALLOWED or handover.browser_until is not None:
            return None
        if handover.state == HandoverState.UPLOADING:
            return self.failing.get(handover.storage_origin)
        connection = getattr(handover.fax.sender, "connection", None)
        return self.failing.get(connection.server) if connection else None


def sending_status(clock: Clock) -> SendingStatus:
    """The state of sending now, in a fixed number of queries."""
    now = clock.now()
    pause = SendingPause.objects.active().select_related("paused_by").first()
    seen = list(WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True))
    alerts = list(Alert.objects.active().select_related("sender").order_by("raised_at", "id"))
    servers = failing_servers(now)
    situation = _Situation(
        now=now, is_paused=pause is not None, failing={one.origin: one for one in servers}
    )
    handovers = Handover.objects.with_fax().select_related("fax__sender__connection")
    scheduled = Handover.objects.scheduled(now)
    return SendingStatus(
        pause=pause,
        workers=sum(at >= now - GONE_AFTER for at in seen),
        worker_seen_at=seen[0] if seen else None,
        alerts=[_active_alert(alert) for alert in alerts],
        blocked_storages=[
            BlockedStorage(
                origin=one.origin,
                portal_origin=one.portal_origin,
                failures=one.failures,
                seen_at=one.seen_at,
            )
            for one in BlockedOrigin.objects.all()
        ],
        servers=[one for one in servers if one.origin not in {alert.origin for alert in alerts}],
        uncertain=_handover_list(handovers.uncertain_longest(), situation),
        failing=_handover_list(handovers.failing(now), situation),
        suspended=_handover_list(handovers.suspended(now), situation),
        for_browsers=_handover_list(handovers.for_browsers(now), situation),
        in_queue=_handover_list(handovers.in_queue(now), situation),
        under_way=Handover.objects.under_way(now).count(),
        scheduled=scheduled.order_by().values("fax").distinct().count(),
        next_scheduled_at=scheduled.values_list("fax__due_at", flat=True).first(),
        unconfirmed=Fax.objects.scheduled_before_restore().count(),
    )


def _active_alert(alert: Alert) -> ActiveAlert:
    return ActiveAlert(
        sentence=alert_messages.alert_sentence(alert),
        to_do=alert_messages.alert_to_do(alert),
        since=alert.raised_at,
    )


def _handover_list(handovers: HandoverQuerySet, situation: _Situation) -> HandoverList:
    listed = [_handover_row(handover, situation) for handover in handovers[:MAX_LISTED]]
    return HandoverList(listed=listed, count=handovers.count())


def _handover_row(handover: Handover, situation: _Situation) -> HandoverRow:
    fax = handover.fax
    is_open = handover.closed_at is None
    is_suspended = is_open and (fax.suspended_at is not None or not fax.sender.is_active)
    next_at = handover.due_at
    server = situation.failing_server(handover) if is_open and not is_suspended else None
    if server is not None:
        why, next_at = server.sentence, max(next_at, server.next_attempt_at or next_at)
    else:
        why = _why(handover, is_suspended=is_suspended)
    is_tried = is_open and not is_suspended and fax.cancel_asked_at is None
    is_later = situation.now < next_at < fax.times.deadline_at
    return HandoverRow(
        handover_id=handover.pk,
        fax=fax,
        recipients=[one for one in fax.recipients.all() if one.batch == handover.batch],
        since=handover.due_at if is_open else handover.closed_at,
        failures_in_a_row=handover.failures_in_a_row,
        why=why,
        next_attempt_at=next_at if is_tried and is_later and not situation.is_paused else None,
    )


def _why(handover: Handover, *, is_suspended: bool) -> str:
    """Why the last attempt failed, or what delays the handover; "" if nothing delays it."""
    if is_suspended:
        because = handover.fax.suspended_because or OwnReason.SENDER_INACTIVE
        return reason_messages.what_happened(because)
    reason = handover.reason
    is_open = handover.closed_at is None
    if is_open and not reason and (handover.renewals or handover.failures_in_a_row):
        reason = OwnReason.TARGET_RENEWED
    if is_open and not reason and handover.browser_until:
        reason = OwnReason.WAITS_FOR_BROWSER
    return reason_messages.what_happened(reason, handover.server_message) if reason else ""
