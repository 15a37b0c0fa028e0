"""Verifying a fax: its events against their hashes, its facts and its log against the seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from faxportal.audit import record_keys, seal_chain
from faxportal.audit.models import RecordSeal
from faxportal.audit.record_keys import NO_KEY, KeyUnknown
from faxportal.faxes import event_log
from faxportal.faxes.models import Fax, FaxEvent, SealingProgress
from faxportal.faxes.record import facts
from faxportal.faxes.record.bindings import Binding, bindings_from, seals_of
from faxportal.faxes.states import FaxState


class Problem(StrEnum):
    """What is wrong with the record of a fax."""

    #: An event is not as it was written, or does not follow the event before it.
    EVENT_CHANGED = "event_changed"
    #: A seal names more events than there are.
    EVENTS_CUT_OFF = "events_cut_off"
    #: A submitted fax has no event at all.
    NO_EVENTS = "no_events"
    #: An event has no key, and no older version of the portal can have written it.
    NO_KEY = "no_key"
    #: The operator's keys lack the key of a hash, so nobody can verify it.
    KEY_UNKNOWN = "key_unknown"
    #: A fact is not what it was when it was bound.
    FACT_CHANGED = "fact_changed"
    #: A seal of the fax is not as it was written.
    SEAL_CHANGED = "seal_changed"
    #: The watch has sealed later events, and has left this fax out.
    NOT_SEALED = "not_sealed"
    #: A sealed fax is gone, and retention did not remove it.
    FAX_MISSING = "fax_missing"
    #: The chain says that retention removed the fax, but the fax exists.
    FAX_IS_BACK = "fax_is_back"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is wrong. The hashes tell nothing about the values."""

    problem: Problem
    #: The number of the event.
    event: int | None = None
    #: The number of the seal.
    seal: int | None = None
    #: The name of the fact; see `facts.FACTS`.
    fact: str = ""
    #: The hash that was recorded, and the hash of what is found now.
    recorded: str = ""
    found: str = ""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was compared, and what differs."""

    differences: Sequence[Difference]
    events: int
    #: Events of version 0.1.0, whose hashes anybody could compute.
    events_without_key: int
    #: The names of the facts that were compared.
    facts: Sequence[str]
    #: From the fax's last seal: up to which event it covers the fax, its time, and its number.
    sealed_events: int
    sealed_at: datetime | None
    seal: int | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    @property
    def broken_at(self) -> int | None:
        """The number of the first event that is not as it was written; None if all are."""
        broken = {Problem.EVENT_CHANGED, Problem.NO_KEY}
        return min(
            (one.event for one in self.differences if one.problem in broken and one.event),
            default=None,
        )


def verify_fax(fax: Fax) -> Verification:
    """Verify one submitted fax. The fax stays locked meanwhile, so that nothing changes."""
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        return verify_locked(locked, list(locked.events.all()))


def verify_locked(fax: Fax, events: Sequence[FaxEvent]) -> Verification:
    """Verify a fax that this transaction has locked. `events` are all its events, in order."""
    return _Verifier(fax, events).run()


def missing_faxes() -> Iterator[tuple[UUID, Difference]]:
    """The faxes whose existence contradicts the chain, in any order.

    A sealed fax is missing although no seal notes its removal, or a fax exists although a seal
    notes its removal.
    """
    of_fax = RecordSeal.objects.filter(fax=OuterRef("fax"))
    removed = Exists(of_fax.filter(kind=RecordSeal.Kind.FAX_REMOVED))
    there = Exists(Fax.objects.filter(uuid=OuterRef("fax")).exclude(state=FaxState.DRAFT))
    sealed = RecordSeal.objects.filter(kind=RecordSeal.Kind.FAX).order_by().values_list("fax")
    for (uuid,) in sealed.filter(~removed, ~there).distinct():
        assert uuid is not None
        yield uuid, Difference(problem=Problem.FAX_MISSING)
    gone = RecordSeal.objects.filter(kind=RecordSeal.Kind.FAX_REMOVED).order_by()
    for (uuid,) in gone.filter(there).values_list("fax").distinct():
        assert uuid is not None
        yield uuid, Difference(problem=Problem.FAX_IS_BACK)


class _Verifier:
    """Verifies one locked fax, whose events are given."""

    def __init__(self, fax: Fax, events: Sequence[FaxEvent]) -> None:
        self._fax = fax
        self._events = events
        self._seals = seals_of(fax.uuid)

    def run(self) -> Verification:
        differences = [*self._of_events(), *self._of_seals()]
        compared = self._compared()
        differences += self._of_facts(compared)
        last = self._seals[-1] if self._seals else None
        return Verification(
            differences=differences,
            events=len(self._events),
            events_without_key=sum(one.key_id == NO_KEY for one in self._events),
            facts=list(compared),
            sealed_events=int(last.data["events"]) if last else 0,
            sealed_at=last.at if last else None,
            seal=last.position if last else None,
        )

    def _of_events(self) -> Iterator[Difference]:
        if not self._events:
            yield Difference(problem=Problem.NO_EVENTS)
            return
        try:
            position = event_log.first_broken_of(self._fax, self._events)
            if position is not None:
                yield Difference(problem=Problem.EVENT_CHANGED, event=position)
        except KeyUnknown:
            yield Difference(problem=Problem.KEY_UNKNOWN)
        without = next((one for one in self._events if not self._may_be(one)), None)
        if without is not None:
            yield Difference(problem=Problem.NO_KEY, event=without.position)

    def _may_be(self, event: FaxEvent) -> bool:
        """Whether an event has a key, or is so old that it needs none.

        Once all old faxes are sealed, an old event without a key also has to be covered by a seal
        of that time: a later seal covers whatever is in the database then. If the chain has lost
        its first seal, nothing counts as old.
        """
        if event.key_id != NO_KEY:
            return True
        boundary = seal_chain.boundary()
        if boundary is None:
            return not RecordSeal.objects.exists()
        if event.pk > boundary.event_id:
            return False
        end = RecordSeal.objects.filter(kind=RecordSeal.Kind.OLD_SEALED).first()
        if end is None:
            return True
        of_that_time = [one for one in self._seals if one.position < end.position]
        sealed = int(of_that_time[-1].data["events"]) if of_that_time else 0
        return event.position <= sealed

    def _of_seals(self) -> Iterator[Difference]:
        begins = list(RecordSeal.objects.filter(position=1))
        for broken in seal_chain.broken_among([*self._seals, *begins]):
            is_unknown = broken.problem == "key_unknown"
            problem = Problem.KEY_UNKNOWN if is_unknown else Problem.SEAL_CHANGED
            yield Difference(problem=problem, seal=broken.position)
        hashes = {one.position: one.hash for one in self._events}
        for seal in self._seals:
            position, head = int(seal.data["events"]), str(seal.data["head"])
            found = hashes.get(position, "")
            if found != head:
                yield Difference(
                    problem=Problem.EVENT_CHANGED if found else Problem.EVENTS_CUT_OFF,
                    event=position,
                    seal=seal.position,
                    recorded=head,
                    found=found,
                )
        if self._events and self._was_passed_over(self._events[-1]):
            yield Difference(problem=Problem.NOT_SEALED, event=self._events[-1].position)

    def _was_passed_over(self, last: FaxEvent) -> bool:
        """Whether the watch has gone past this event without sealing it."""
        if self._seals and (self._seals[-1].up_to or 0) >= last.pk:
            return False
        return SealingProgress.objects.filter(last_event_id__gte=last.pk).exists()

    def _compared(self) -> Mapping[str, Binding]:
        """The facts, by name, that must be as they were bound: no later event may change them."""
        first = [one for one in self._events[:1] if one.key_id != NO_KEY]
        last = self._seals[-1] if self._seals else None
        since = int(last.data["events"]) if last else 1
        kinds = {one.kind for one in self._events if one.position > since}
        is_moving = last is not None and not last.data["settled"]
        return {
            name: bound
            for name, bound in bindings_from(first, self._seals).items()
            if (fact := facts.FACTS.get(name)) is not None
            and not kinds.intersection(fact.changed_by)
            and not (is_moving and fact.is_of_delivery)
        }

    def _of_facts(self, compared: Mapping[str, Binding]) -> Iterator[Difference]:
        if not compared:
            return
        rows = facts.read_rows(self._fax)
        for name, bound in compared.items():
            try:
                key = record_keys.key_with(bound.key_id)
            except KeyUnknown:
                yield Difference(problem=Problem.KEY_UNKNOWN, fact=name)
                continue
            found = facts.digest_of(facts.FACTS[name], rows, key)
            if found != bound.digest:
                yield Difference(
                    problem=Problem.FACT_CHANGED, fact=name, recorded=bound.digest, found=found
                )
