"""Sealing: each fax's last event and its facts become a link of the chain over all faxes.

The watch does this once a minute, so that no delivery waits for the chain. From then on, verifying
finds a deleted fax, events that were cut off, and facts that were changed. A seal has the hashes of
only those facts that are new, or that an event has changed since the fax's previous seal. If a fact
differs and no event explains the change, the seal leaves it out, and the fact's old hash stays
valid. So every later verification still finds the change.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Subquery

from faxportal.audit import record_keys, seal_chain
from faxportal.audit.audit_seals import seal_entries
from faxportal.audit.models import AuditEntry, RecordSeal
from faxportal.audit.record_keys import KeyUnknown, RecordKey
from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, FaxEvent, SealingProgress
from faxportal.faxes.record import facts
from faxportal.faxes.record.bindings import (
    Binding,
    FaxSeal,
    bindings_of,
    read_seals,
    seals_of,
)
from faxportal.faxes.states import FaxState

#: How often the watch seals what is new.
EVERY_SECONDS = 60.0
#: How many events one run looks at, in seconds how long it seals, and of how many faxes it looks
#: whether they were passed over. The next run goes on.
MAX_EVENTS = 20_000
MAX_SECONDS = 10.0
MAX_FAXES = 5_000
#: An event may appear in the database this much later than the time it names.
COMMIT_DELAY = timedelta(minutes=1)


def seal_record(clock: Clock) -> bool:
    """Seal what is new in the event logs and in the audit. Returns whether nothing is left.

    Without a key nothing is sealed. Each fax has a transaction of its own.
    """
    if record_keys.newest() is None:
        return True
    boundary = _begin(clock.now())
    until = clock.monotonic() + MAX_SECONDS
    is_done = _seal_faxes(clock, boundary, until)
    while (is_left := seal_entries(clock.now()) > 0) and clock.monotonic() < until:
        pass
    seal_chain.remember_head()
    return is_done and not is_left


class Sealer:
    """Seals the record every `EVERY_SECONDS`, or again at once if a run left something."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_at = 0.0
        self._before: int | None = None

    def run_once(self) -> bool:
        """Seal what is new, if it is time. Always returns True: the next run seals the rest."""
        if (now := self._clock.monotonic()) >= self._next_at and seal_record(self._clock):
            self._before = catch_up(self._clock, before=self._before)
            self._next_at = now + EVERY_SECONDS
        return True


def catch_up(clock: Clock, *, before: int | None) -> int | None:
    """Seal faxes that were passed over, among the next `MAX_FAXES` faxes, the newest first.

    An event was passed over if its transaction was committed long after the time that the event
    names: an event with a higher id was sealed in between. The later seal says when it was made.
    `before` is what the last call returned: the id of the last fax that it looked at, or None to
    begin with the newest fax.
    """
    if record_keys.newest() is None:
        return None
    faxes = Fax.objects.exclude(state=FaxState.DRAFT).order_by("-pk")
    if before is not None:
        faxes = faxes.filter(pk__lt=before)
    ids = list(faxes.values_list("pk", flat=True)[:MAX_FAXES])
    if not ids:
        return None
    newest_event = FaxEvent.objects.filter(fax=OuterRef("pk")).order_by("-position")
    seals = RecordSeal.objects.filter(fax=OuterRef("uuid"))
    passed_over = (
        Fax.objects.filter(pk__range=(ids[-1], ids[0]))
        .exclude(state=FaxState.DRAFT)
        .annotate(last_event=Subquery(newest_event.values("pk")[:1]))
        .filter(~Exists(seals.filter(up_to__gte=OuterRef("last_event"))))
        .filter(last_event__lte=_sealed_up_to())
    )
    for fax_id in list(passed_over.values_list("pk", flat=True)):
        seal_fax(fax_id, clock)
    seal_chain.remember_head()
    return ids[-1] if len(ids) == MAX_FAXES else None


def seal_fax(fax_id: int, clock: Clock) -> None:
    """Seal one fax as it is now. Does nothing if the fax is gone, or has no new events."""
    with transaction.atomic():
        try:
            fax = Fax.objects.locked(fax_id)
        except Fax.DoesNotExist:
            return
        last = fax.events.order_by("-position").first()
        key = record_keys.newest()
        if last is None or key is None:
            return
        seals = read_seals(seals_of(fax.uuid))
        if seals and seals[-1].up_to == last.pk:
            return
        seal_chain.add_seal(
            RecordSeal.Kind.FAX,
            fax=fax.uuid,
            up_to=last.pk,
            at=clock.now(),
            data={
                "events": last.position,
                "head": last.hash,
                "settled": fax.is_settled,
                "facts": _new_facts(fax, seals, key),
            },
        )


def seal_removal(fax: Fax, *, at: datetime) -> None:
    """Note in the chain that retention removes a locked fax, and what its event log was.

    The caller has verified that the fax's record is whole.
    A draft has no events, and is not noted. Nothing is noted without a key.
    """
    if not (events := fax.events.count()) or record_keys.newest() is None:
        return
    _begin(at)
    seal_chain.add_seal(
        RecordSeal.Kind.FAX_REMOVED,
        fax=fax.uuid,
        at=at,
        data={"events": events, "head": event_log.head(fax), "whole": True},
    )


def _begin(at: datetime) -> seal_chain.Boundary:
    """Begin the chain if there is none. Returns which events and entries are older than it."""
    if begun := seal_chain.boundary():
        return begun
    with transaction.atomic():
        seal_chain.lock_chain()
        if not RecordSeal.objects.exists() and not seal_chain.is_cut_off():
            events = FaxEvent.objects.filter(key_id="").aggregate(last=Max("id"))["last"]
            entries = AuditEntry.objects.filter(key_id="").aggregate(last=Max("id"))["last"]
            data = {"event": events or 0, "entry": entries or 0}
            seal_chain.add_seal(RecordSeal.Kind.BEGINS, at=at, data=data)
    return seal_chain.boundary() or seal_chain.NOTHING_IS_OLD


def _sealed_up_to() -> int:
    progress, _made = SealingProgress.objects.get_or_create(pk=1)
    return progress.last_event_id


def _seal_faxes(clock: Clock, boundary: seal_chain.Boundary, until: float) -> bool:
    """Seal the faxes of the next events, until a moment of the clock's monotonic time."""
    begun = last_event_id = _sealed_up_to()
    new = FaxEvent.objects.filter(id__gt=begun).order_by("id")
    events = list(new.values_list("id", "at", "fax_id")[:MAX_EVENTS])
    is_done = len(events) < MAX_EVENTS
    sealed: set[int] = set()
    may_pass = True
    for event_id, at, fax_id in events:
        if fax_id not in sealed:
            if sealed and clock.monotonic() >= until:
                is_done = False
                break
            seal_fax(fax_id, clock)
            sealed.add(fax_id)
        # An event with a time far ahead was written while the clock was wrong.
        may_pass = may_pass and abs(clock.now() - at) >= COMMIT_DELAY
        if may_pass:
            last_event_id = event_id
    if last_event_id > begun:
        SealingProgress.objects.filter(pk=1).update(last_event_id=last_event_id)
    if last_event_id >= boundary.event_id or is_done:
        _note_old_sealed(clock.now())
    return is_done


def _note_old_sealed(at: datetime) -> None:
    """Note once that all faxes that are older than the chain are sealed."""
    kind = RecordSeal.Kind.OLD_SEALED
    if RecordSeal.objects.filter(kind=kind).exists():
        return
    with transaction.atomic():
        seal_chain.lock_chain()
        if not RecordSeal.objects.filter(kind=kind).exists():
            seal_chain.add_seal(kind, at=at, data={})


def _new_facts(fax: Fax, seals: list[FaxSeal], key: RecordKey) -> dict[str, str]:
    """The hashes for the fax's next seal: of facts that are not bound yet, or that have changed."""
    rows = facts.read_rows(fax)
    bound = bindings_of(fax, seals)
    since = seals[-1].events if seals else 1
    kinds = set(fax.events.filter(position__gt=since).order_by().values_list("kind", flat=True))
    was_moving = bool(seals) and not seals[-1].is_settled
    return {
        name: facts.digest_of(fact, rows, key)
        for name, fact in facts.FACTS.items()
        if (fax.is_settled or not fact.is_of_delivery)
        and _is_to_bind(fact, bound.get(name), rows, kinds, was_moving=was_moving)
    }


def _is_to_bind(
    fact: facts.Fact,
    bound: Binding | None,
    rows: facts.FaxRows,
    kinds: set[str],
    *,
    was_moving: bool,
) -> bool:
    if bound is None:
        return True
    may_have_changed = bool(fact.changed_by & _events(kinds)) or (
        was_moving and fact.is_of_delivery
    )
    if not may_have_changed:
        return False
    try:
        return bound.digest != facts.digest_of(fact, rows, record_keys.key_with(bound.key_id))
    except KeyUnknown:
        return True


def _events(kinds: set[str]) -> frozenset[Event]:
    return frozenset(kind for kind in Event if kind in kinds)
