"""A model of a fax, step by step: the tables of states list what can happen, and nothing else.

A batch of the model has only the values on which states depend. Each step of the model is what one
transaction of the portal does, and each state of the fax comes from the real `fax_state`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    FaxState,
    HandoverState,
    fax_state,
)

F = FaxState
H = HandoverState

State = TypeVar("State", FaxState, HandoverState)

_MAX_BATCHES = 3


@dataclass(frozen=True, order=True)
class _Batch:
    """The newest handover of one batch."""

    state: H = H.PLANNED
    recipients: int = 1
    #: VoipNow may have every file, because the last upload or the one request has begun.
    may_be_complete: bool = False
    #: An earlier handover of the batch may have gone out before the batch was sent again.
    earlier_in_doubt: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_HANDOVERS

    @property
    def is_undecided(self) -> bool:
        return self.state in (H.UNCERTAIN, H.LEFT_OPEN)


@dataclass(frozen=True)
class _Fax:
    batches: tuple[_Batch, ...]
    state: F
    is_due: bool = True
    is_late: bool = False
    started: bool = False
    cancelling: bool = False

    @property
    def is_open(self) -> bool:
        return any(batch.is_open for batch in self.batches)

    @property
    def may_go_out(self) -> bool:
        return self.is_due and not self.is_late and not self.cancelling


@dataclass
class _Model:
    """Takes every possible step from every fax that it reaches, and notes how states change."""

    seen: set[_Fax] = field(default_factory=set)
    fax_changes: set[tuple[F, F]] = field(default_factory=set)
    handover_changes: set[tuple[H, H]] = field(default_factory=set)

    def explore(self) -> None:
        todo = list(self._submitted())
        while todo:
            fax = todo.pop()
            # The order of batches changes nothing. Sorting them leaves fewer faxes to explore.
            fax = replace(fax, batches=tuple(sorted(fax.batches)))
            if fax in self.seen:
                continue
            self.seen.add(fax)
            todo += self._time(fax)
            todo += self._cancel(fax)
            for index, batch in enumerate(fax.batches):
                if batch.is_open:
                    todo += self._worker(fax, index)
                    todo += self._restore(fax, index)
                elif batch.is_undecided:
                    todo += self._decide(fax, index)

    def _submitted(self) -> Iterator[_Fax]:
        for sizes in ((1,), (3,), (1, 1), (1, 1, 1)):
            batches = tuple(_Batch(recipients=size) for size in sizes)
            for state in (F.WAITING, F.SCHEDULED):
                self.fax_changes.add((F.DRAFT, state))
                yield _Fax(batches, state, is_due=state == F.WAITING)

    def _time(self, fax: _Fax) -> Iterator[_Fax]:
        """Time passes. The clock of another machine may be behind."""
        yield replace(fax, is_due=True)
        yield replace(fax, is_due=False)
        if fax.is_due:
            yield replace(fax, is_late=True)

    def _worker(self, fax: _Fax, index: int) -> Iterator[_Fax]:
        """What a worker, or a request of the sender's browser, does with an open handover."""
        batch = fax.batches[index]
        if fax.may_go_out:
            fax = self._update(fax)  # a scheduled fax is due now
            yield from self._go_on(fax, index)
        if batch.state == H.UPLOADING or batch.may_be_complete:
            yield self._move(fax, index, H.COMPLETE)
        if fax.cancelling and not batch.may_be_complete:
            yield self._stop(fax, index)
        elif fax.cancelling or fax.is_due:
            yield self._give_up(fax, index)

    def _go_on(self, fax: _Fax, index: int) -> Iterator[_Fax]:
        batch = fax.batches[index]
        if not batch.may_be_complete:
            yield self._replace(fax, index)  # renewed, or with the other wire form
            if batch.recipients > 1 and len(fax.batches) < _MAX_BATCHES:
                yield self._divide(fax, index)
        match batch.state:
            case H.PLANNED:
                yield self._move(replace(fax, started=True), index, H.CREATING)
            case H.CREATING:
                yield self._with(fax, index, may_be_complete=True)  # all files are in the request
                if not batch.may_be_complete:
                    yield self._move(fax, index, H.PLANNED)
                    yield self._move(fax, index, H.UPLOADING)
            case H.UPLOADING:
                yield self._with(fax, index, may_be_complete=True)  # the last upload begins

    def _restore(self, fax: _Fax, index: int) -> Iterator[_Fax]:
        """A backup is restored. What may have been sent since is uncertain."""
        if fax.is_due:
            fax = self._with(fax, index, may_be_complete=True)
            yield self._move(fax, index, H.UNCERTAIN)

    def _cancel(self, fax: _Fax) -> Iterator[_Fax]:
        if fax.cancelling or not fax.is_open:
            return
        fax = replace(fax, cancelling=True)
        for index, batch in enumerate(fax.batches):
            if batch.is_open and not batch.may_be_complete:
                fax = self._stop(fax, index)
            fax = self._update(fax)
        yield fax

    def _decide(self, fax: _Fax, index: int) -> Iterator[_Fax]:
        yield self._move(fax, index, H.CONFIRMED)
        if fax.batches[index].state == H.UNCERTAIN:
            yield self._move(fax, index, H.LEFT_OPEN)
        if fax.cancelling and fax.is_open:
            return
        fax = replace(fax, is_late=False, cancelling=False)
        for surely_absent in (False, True):  # a late outcome may show that a file is absent
            in_doubt = fax.batches[index].earlier_in_doubt or not surely_absent
            yield self._replace(self._with(fax, index, earlier_in_doubt=in_doubt), index)

    # The methods of a locked handover

    def _stop(self, fax: _Fax, index: int) -> _Fax:
        in_doubt = fax.batches[index].earlier_in_doubt
        return self._move(fax, index, H.UNCERTAIN if in_doubt else H.ABANDONED)

    def _give_up(self, fax: _Fax, index: int) -> _Fax:
        batch = fax.batches[index]
        in_doubt = batch.may_be_complete or batch.earlier_in_doubt
        return self._move(fax, index, H.UNCERTAIN if in_doubt else H.REFUSED)

    def _replace(self, fax: _Fax, index: int) -> _Fax:
        fax = self._note(fax, index, H.ABANDONED)
        return self._update(self._with(fax, index, state=H.PLANNED, may_be_complete=False))

    def _divide(self, fax: _Fax, index: int) -> _Fax:
        fax = self._note(fax, index, H.ABANDONED)
        batch = replace(fax.batches[index], state=H.PLANNED)
        half = (batch.recipients + 1) // 2
        parts = (replace(batch, recipients=part) for part in (half, batch.recipients - half))
        others = (*fax.batches[:index], *fax.batches[index + 1 :])
        return self._update(replace(fax, batches=(*others, *parts)))

    def _move(self, fax: _Fax, index: int, to: H) -> _Fax:
        return self._update(self._note(fax, index, to))

    def _note(self, fax: _Fax, index: int, to: H) -> _Fax:
        self.handover_changes.add((fax.batches[index].state, to))
        return self._with(fax, index, state=to)

    def _with(self, fax: _Fax, index: int, **changes: Any) -> _Fax:
        batches = list(fax.batches)
        batches[index] = replace(batches[index], **changes)
        return replace(fax, batches=tuple(batches))

    def _update(self, fax: _Fax) -> _Fax:
        after = fax_state(
            [batch.state for batch in fax.batches],
            started=fax.started,
            scheduled=fax.state == F.SCHEDULED and not fax.is_due,
            cancelling=fax.cancelling,
        )
        if after != fax.state:
            self.fax_changes.add((fax.state, after))
        return replace(fax, state=after)


@cache
def _explored() -> _Model:
    model = _Model()
    model.explore()
    return model


def test_the_table_has_every_transition_that_a_fax_can_make() -> None:
    """For one to three batches and events in any order, the table lists exactly what happens.

    A missing transition would stop a fax for good, and a needless transition would hide a fault.
    """
    assert _explored().fax_changes == _pairs(FAX_TRANSITIONS)
    assert {fax.state for fax in _explored().seen} == set(FaxState) - {F.DRAFT}


def test_the_table_has_every_transition_that_a_handover_can_make() -> None:
    assert _explored().handover_changes == _pairs(HANDOVER_TRANSITIONS)


def _pairs(transitions: Mapping[State, Collection[State]]) -> set[tuple[State, State]]:
    return {(before, after) for before, afters in transitions.items() for after in afters}
