"""Verifying a fax: its events against their hashes, its facts and its log against the seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from faxportal.audit import record_keys, seal_chain
from faxportal.audit.models import RecordSeal
from faxportal.audit.record_keys import NO_KEY
from faxportal.faxes import event_log
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, FaxEvent, SealingProgress
from faxportal.faxes.record import facts
from faxportal.faxes.record.bindings import Binding, bindings_from, read_seals, seals_of
from faxportal.faxes.record.verification import Difference, Problem, Verification
from faxportal.faxes.states import FaxState


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


#: The statuses that a fax may have when it was submitted.
BEFORE_ANY_CHANGE = frozenset({FaxState.SCHEDULED, FaxState.WAITING})


class _Verifier:
    """Verifies one locked fax, whose events are given."""

    def __init__(self, fax: Fax, events: Sequence[FaxEvent]) -> None:
        self._fax = fax
        self._events = events
        self._rows = seals_of(fax.uuid)
        self._seals = read_seals(self._rows)

    def run(self) -> Verification:
        bound = self._bound()
        unknown = [name for name, one in bound.items() if not record_keys.is_known(one.key_id)]
        compared = {name: one for name, one in bound.items() if name not in unknown}
        differences = [
            *self._of_events(),
            *self._of_state(),
            *self._of_seals(),
            *self._of_facts(compared),
        ]
        if unknown:
            differences.append(Difference(problem=Problem.KEY_UNKNOWN, fact=unknown[0]))
        last = self._seals[-1] if self._seals else None
        return Verification(
            differences=differences,
            events=len(self._events),
            events_without_key=sum(one.key_id == NO_KEY for one in self._events),
            facts=list(compared),
            facts_without_key=unknown,
            sealed_events=last.events if last else 0,
            sealed_at=last.at if last else None,
            seal=last.position if last else None,
        )

    def _of_events(self) -> Iterator[Difference]:
        if not self._events:
            yield Difference(problem=Problem.NO_EVENTS)
            return
        checked = event_log.compare_hashes(self._fax, self._events)
        if checked.broken is not None:
            yield Difference(problem=Problem.EVENT_CHANGED, event=checked.broken)
        if checked.unknown is not None:
            yield Difference(problem=Problem.KEY_UNKNOWN, event=checked.unknown)
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
            return True
        if event.pk > boundary.event_id:
            return False
        end = RecordSeal.objects.filter(kind=RecordSeal.Kind.OLD_SEALED).first()
        if end is None:
            return True
        of_that_time = [one for one in self._seals if one.position < end.position]
        sealed = of_that_time[-1].events if of_that_time else 0
        return event.position <= sealed

    def _of_state(self) -> Iterator[Difference]:
        """Whether the history says that the fax has this status, and when it was settled.

        So a status is verified also before a seal binds it. The history of version 0.1.0 does not
        name every status.
        """
        if not self._events or any(one.key_id == NO_KEY for one in self._events):
            return
        changes = [one for one in self._events if one.kind == Event.STATE]
        since = changes[-1].position if changes else 1
        recorded = {_state_in(changes[-1].data)} if changes else BEFORE_ANY_CHANGE
        times = {one.at for one in self._events if one.position >= since}
        if self._fax.state not in recorded or self._fax.settled_at not in {None, *times}:
            yield Difference(problem=Problem.STATE_CHANGED)

    def _of_seals(self) -> Iterator[Difference]:
        begins = list(RecordSeal.objects.filter(position=1))
        changed = {one.position for one in self._rows} - {one.position for one in self._seals}
        for broken in seal_chain.broken_among([*self._rows, *begins]):
            if broken.problem != "key_unknown":
                changed.add(broken.position)
            elif broken.position not in changed:
                yield Difference(problem=Problem.KEY_UNKNOWN, seal=broken.position)
        for position in sorted(changed):
            yield Difference(problem=Problem.SEAL_CHANGED, seal=position)
        hashes = {one.position: one.hash for one in self._events}
        for seal in self._seals:
            found = hashes.get(seal.events, "")
            if found != seal.head:
                yield Difference(
                    problem=Problem.EVENT_CHANGED if found else Problem.EVENTS_CUT_OFF,
                    event=seal.events,
                    seal=seal.position,
                    recorded=seal.head,
                    found=found,
                )
        if self._events and self._was_passed_over(self._events[-1]):
            yield Difference(problem=Problem.NOT_SEALED, event=self._events[-1].position)

    def _was_passed_over(self, last: FaxEvent) -> bool:
        """Whether the watch has gone past this event without sealing it."""
        if self._seals and self._seals[-1].up_to >= last.pk:
            return False
        return SealingProgress.objects.filter(last_event_id__gte=last.pk).exists()

    def _bound(self) -> Mapping[str, Binding]:
        """The facts, by name, that must be as they were bound: no later event may change them."""
        first = [one for one in self._events[:1] if one.key_id != NO_KEY]
        last = self._seals[-1] if self._seals else None
        since = last.events if last else 1
        kinds = {one.kind for one in self._events if one.position > since}
        is_moving = last is not None and not last.is_settled
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
            found = facts.digest_of(facts.FACTS[name], rows, record_keys.key_with(bound.key_id))
            if found != bound.digest:
                yield Difference(
                    problem=Problem.FACT_CHANGED, fact=name, recorded=bound.digest, found=found
                )


def _state_in(data: object) -> object:
    """The status that an event names; None if somebody made the event unreadable."""
    state = data.get("state") if isinstance(data, dict) else None
    return state if isinstance(state, str) else None
