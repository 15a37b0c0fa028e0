"""Sending as a whole, as an admin looks at it: may faxes go out, is a worker there, what is stuck.

Only reads. Pausing and resuming is `pause`; what is wrong for so long that admins are told is
`watching`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from faxportal.faxes import messages
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.heartbeat import GONE_AFTER
from faxportal.faxes.models import (
    Alarm,
    BlockedOrigin,
    Fax,
    Handover,
    Recipient,
    SendingPause,
    WorkerSeen,
)
from faxportal.faxes.models.delivery import HandoverQuerySet
from faxportal.faxes.reasons import OwnReason

#: How many of a kind are listed; of the others only their number is told.
LISTED = 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One handover that has not come to its end."""

    handover_id: int
    fax: Fax
    recipients: Sequence[Recipient]
    #: Since when it waits, or is uncertain.
    since: datetime | None
    #: Failed tries in a row.
    failures_in_a_row: int
    #: In words what it met last, or what holds it; empty while it only waits.
    why: str
    #: When it is tried again; None while it is under way, due already or held.
    next_try_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Entries:
    """The first entries of one kind, and how many there are."""

    listed: Sequence[Entry]
    count: int

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.listed)


@dataclass(frozen=True, kw_only=True)
class Alarming:
    """Trouble that is on, as admins were told of it."""

    sentence: str
    to_do: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """A storage that browsers could not PUT to, so that the portal carried their files."""

    origin: str
    #: The portal's own origin, which the storage has to allow.
    portal: str
    times: int
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sending:
    """All of it, at one moment."""

    pause: SendingPause | None
    #: Workers that were seen lately.
    workers: int
    #: When any worker was seen last, if one was within a day and has not said goodbye.
    worker_seen_at: datetime | None
    alarms: Sequence[Alarming]
    blocked: Sequence[Blocked]
    waiting: Entries
    failures_in_a_row: Entries
    uncertain: Entries

    @property
    def is_quiet(self) -> bool:
        """Nothing waits, for a turn, for a next try or for a person."""
        return not (self.waiting.count or self.failures_in_a_row.count or self.uncertain.count)

    @property
    def version(self) -> str:
        """Differs as soon as anything that is shown differs."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def look_at_sending(clock: Clock) -> Sending:
    """How sending stands now; a fixed number of queries."""
    now = clock.now()
    pause = SendingPause.objects.now().select_related("paused_by").first()
    seen = list(WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True))
    handovers = Handover.objects.with_fax()
    return Sending(
        pause=pause,
        workers=sum(at >= now - GONE_AFTER for at in seen),
        worker_seen_at=seen[0] if seen else None,
        alarms=[
            Alarming(
                sentence=messages.alarm_sentence(alarm),
                to_do=messages.alarm_to_do(alarm),
                since=alarm.raised_at,
            )
            for alarm in Alarm.objects.now().select_related("sender").order_by("raised_at", "id")
        ],
        blocked=[
            Blocked(origin=one.origin, portal=one.portal, times=one.times, seen_at=one.seen_at)
            for one in BlockedOrigin.objects.all()
        ],
        waiting=_entries(handovers.waiting_longest(now), now, pause),
        failures_in_a_row=_entries(handovers.failing(), now, pause),
        uncertain=_entries(handovers.uncertain_longest(), now, pause),
    )


def _entries(handovers: HandoverQuerySet, now: datetime, pause: SendingPause | None) -> Entries:
    listed = [_entry(handover, now, pause) for handover in handovers[:LISTED]]
    return Entries(listed=listed, count=handovers.count())


def _entry(handover: Handover, now: datetime, pause: SendingPause | None) -> Entry:
    fax = handover.fax
    is_open = handover.closed_at is None
    is_suspended = is_open and (fax.suspended_at is not None or not fax.sender.is_active)
    will_be_tried = is_open and not (is_suspended or pause) and handover.due_at > now
    reason = OwnReason.SENDER_INACTIVE if is_suspended else handover.reason
    if is_open and handover.browser_until and not reason:
        reason = OwnReason.WAITS_FOR_BROWSER
    return Entry(
        handover_id=handover.pk,
        fax=fax,
        recipients=[one for one in fax.recipients.all() if one.batch == handover.batch],
        since=handover.due_at if is_open else handover.closed_at,
        failures_in_a_row=handover.failures_in_a_row,
        why=messages.what_happened(reason, handover.server_message) if reason else "",
        next_try_at=handover.due_at if will_be_tried else None,
    )
