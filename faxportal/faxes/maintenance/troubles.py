"""What is wrong with sending at this moment: each trouble is worth an alert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from faxportal.accounts.key_check import check_keys
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import heartbeat
from faxportal.faxes.models import (
    Alert,
    Attempt,
    Circuit,
    Fax,
    Handover,
    Installation,
    SendingPause,
)
from faxportal.faxes.models.handover_lists import HandoverLists
from faxportal.faxes.models.worker_heartbeat import GONE_AFTER
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.stats.failing_servers import failing_servers
from faxportal.voipnow.errors import Reason

#: If faxes are due, but no attempt was made for this long, sending itself is in trouble.
STALLED_AFTER = timedelta(minutes=5)
#: How long a server or a storage fails before admins are told.
AWAY_AFTER = timedelta(minutes=5)
#: If a server has not been called for this long, its alert ends, because nobody knows whether the
#: server answers.
FORGOTTEN_AFTER = timedelta(days=1)
#: A handover that failed this often in a row has been failing for about five minutes.
MANY_FAILURES = 8
#: Reasons of waiting handovers about which admins get another alert than `ATTEMPTS_FAIL`.
_TOLD_OTHERWISE = (Reason.ORIGIN_NOT_ALLOWED, OwnReason.PORTAL_FAULT, OwnReason.KEY_LOST)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One trouble. Kind, sender and origin identify it; the other fields may change."""

    kind: Alert.Kind
    #: For a closed account: the sender's id.
    sender_id: int | None = None
    #: The server or the storage that the trouble is about.
    origin: str = ""
    #: How many faxes wait because of it.
    faxes: int = 0
    failing_since: datetime | None = None
    reason: str = ""


def find_troubles(clock: Clock, *, watching_for: float) -> Iterator[Trouble]:
    """All current troubles. `watching_for` is for how many seconds the watch has been running."""
    if Installation.objects.exclude(secured_for="").exists():
        yield Trouble(kind=Alert.Kind.COPY)
    is_new = watching_for < GONE_AFTER.total_seconds()
    if not is_new and not heartbeat.is_any_worker_alive(clock):
        yield Trouble(kind=Alert.Kind.NO_WORKER)
    if _is_stalled(clock):
        yield Trouble(kind=Alert.Kind.NOTHING_MOVES)
    suspended = Handover.objects.of_closed_accounts(clock.at_database())
    for sender_id in suspended.values_list("fax__sender", flat=True).distinct():
        yield Trouble(kind=Alert.Kind.ACCOUNT_CLOSED, sender_id=sender_id)
    yield from _servers_away(clock)
    yield from _failing_attempts(clock)
    yield from _portal_faults()
    if check_keys().unreadable:
        waiting = Handover.objects.open().filter(reason=OwnReason.KEY_LOST)
        yield Trouble(kind=Alert.Kind.KEY_LOST, faxes=_count_faxes(waiting))
    if expiring := _count_faxes(Handover.objects.whose_links_expire()):
        yield Trouble(kind=Alert.Kind.LINKS_EXPIRE, faxes=expiring)
    if refused := Fax.objects.exclude(removal_refused_at=None).count():
        yield Trouble(kind=Alert.Kind.RECORD_NOT_WHOLE, faxes=refused)
    yield from _origins_not_listed()


def _is_stalled(clock: Clock) -> bool:
    """Whether faxes of servers that don't fail are due, but no attempt was made.

    After a pause of sending, or when a server answers again, `STALLED_AFTER` must pass first.
    """
    before = clock.now() - STALLED_AFTER
    recently = Q(resumed_at=None) | Q(resumed_at__gte=before)
    if SendingPause.objects.filter(recently).exists() or _has_been_away(before):
        return False
    failing = Circuit.objects.failing().values("origin")
    due = (
        Handover.objects.due(clock.at_database())
        .filter(due_at__lt=before)
        .exclude(fax__sender__connection__server__in=failing)
        .exclude(storage_origin__in=failing)
    )
    return due.exists() and not Attempt.objects.filter(opened_at__gte=before).exists()


def _has_been_away(since: datetime) -> bool:
    """Whether a server or a storage was away at some time after `since`, and answers again."""
    kinds = [Alert.Kind.SERVER_AWAY, Alert.Kind.STORAGE_AWAY]
    is_failing = Q(origin__in=Circuit.objects.failing().values("origin"))
    just_back = Q(ended_at=None) & ~is_failing
    return Alert.objects.filter(just_back | Q(ended_at__gte=since), kind__in=kinds).exists()


def _servers_away(clock: Clock) -> Iterator[Trouble]:
    now = clock.now()
    for one in failing_servers(now):
        if one.since <= now - AWAY_AFTER and one.failed_at > now - FORGOTTEN_AFTER:
            yield Trouble(
                kind=Alert.Kind.STORAGE_AWAY if one.is_storage else Alert.Kind.SERVER_AWAY,
                origin=one.origin,
                faxes=one.faxes,
                failing_since=one.since,
                reason=one.reason,
            )


def _failing_attempts(clock: Clock) -> Iterator[Trouble]:
    """Servers that answer, but whose faxes fail again and again for a temporary cause."""
    failing = Circuit.objects.failing().values("origin")
    handovers = (
        Handover.objects.of_faxes_that_may_go(clock.at_database())
        .filter(failures_in_a_row__gte=MANY_FAILURES)
        .exclude(reason__in=_TOLD_OTHERWISE)
        .exclude(fax__sender__connection=None)
        .exclude(fax__sender__connection__server__in=failing)
        .exclude(storage_origin__in=failing)
    )
    faxes: dict[str, set[int]] = defaultdict(set)
    reasons: dict[str, str] = {}
    found = handovers.order_by("-failures_in_a_row", "id")
    for server, fax, reason in found.values_list(
        "fax__sender__connection__server", "fax", "reason"
    ):
        faxes[server].add(fax)
        reasons.setdefault(server, reason)
    for server, waiting in faxes.items():
        yield Trouble(
            kind=Alert.Kind.ATTEMPTS_FAIL,
            origin=server,
            faxes=len(waiting),
            reason=reasons[server],
        )


def _portal_faults() -> Iterator[Trouble]:
    """Faults of the portal.

    A fault may be over in a second, before this function looks. So workers raise the alert
    themselves (`delivery.portal_faults`). The alert stays active at least until admins have been
    told.
    """
    count = _count_faxes(Handover.objects.open().filter(reason=OwnReason.PORTAL_FAULT))
    untold = Alert.objects.active().filter(kind=Alert.Kind.PORTAL_FAULT, notified_at=None)
    if count or untold.exists():
        yield Trouble(kind=Alert.Kind.PORTAL_FAULT, faxes=count)


def _origins_not_listed() -> Iterator[Trouble]:
    handovers = Handover.objects.open().filter(
        ~Q(server_message=""), reason=Reason.ORIGIN_NOT_ALLOWED
    )
    counted = handovers.order_by().values_list("server_message")
    for origin, faxes in counted.annotate(faxes=Count("fax", distinct=True)):
        yield Trouble(kind=Alert.Kind.ORIGIN_NOT_LISTED, origin=origin[:300], faxes=faxes)


def _count_faxes(handovers: HandoverLists) -> int:
    return handovers.order_by().values("fax").distinct().count()
