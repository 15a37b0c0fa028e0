"""The tables of states are complete and consistent, and the docs show them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from faxportal.faxes.permissions import CANCELLABLE, DECIDABLE
from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    FINAL_FAXES,
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    UPLOAD_TRANSITIONS,
    FaxState,
    HandoverState,
    UploadState,
    diagram,
    fax_state,
)

H = HandoverState
DOCS = Path(__file__).parents[2] / "docs" / "states.md"


def test_every_state_has_its_row() -> None:
    assert set(FAX_TRANSITIONS) == set(FaxState)
    assert set(HANDOVER_TRANSITIONS) == set(HandoverState)
    assert set(UPLOAD_TRANSITIONS) == set(UploadState)


def test_the_labels_of_states_stay_as_people_know_them() -> None:
    assert [str(state.label) for state in FaxState] == [
        "Draft",
        "Scheduled",
        "Waiting",
        "Handing over",
        "Handed to VoipNow",
        "Partly handed over",
        "Failed",
        "Needs your decision",
        "Confirmed",
        "Left open",
        "Cancelling",
        "Cancelled",
    ]


def test_the_diagram_in_the_docs_is_the_one_of_the_code() -> None:
    assert DOCS.read_text().endswith(diagram())


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([H.PLANNED], FaxState.WAITING),
        ([H.COMPLETE], FaxState.HANDED_OVER),
        ([H.REFUSED], FaxState.FAILED),
        ([H.UNCERTAIN], FaxState.UNCERTAIN),
        ([H.CONFIRMED], FaxState.CONFIRMED),
        ([H.LEFT_OPEN], FaxState.LEFT_OPEN),
        ([H.COMPLETE, H.CONFIRMED], FaxState.CONFIRMED),
        ([H.COMPLETE, H.REFUSED], FaxState.PARTLY_HANDED_OVER),
        ([H.CONFIRMED, H.REFUSED], FaxState.PARTLY_HANDED_OVER),
        ([H.COMPLETE, H.UNCERTAIN], FaxState.UNCERTAIN),
        ([H.REFUSED, H.UNCERTAIN], FaxState.UNCERTAIN),
        ([H.COMPLETE, H.LEFT_OPEN], FaxState.LEFT_OPEN),
    ],
)
def test_a_faxs_state_follows_from_its_batches(
    batches: list[HandoverState], expected: FaxState
) -> None:
    assert fax_state(batches, started=expected != FaxState.WAITING) == expected


def test_a_fax_is_not_settled_while_a_batch_is_open() -> None:
    for batches in itertools.product(HandoverState, repeat=2):
        state = fax_state(batches, started=True)
        assert (state == FaxState.HANDING_OVER) == bool(set(batches) & OPEN_HANDOVERS)


def test_a_fax_is_called_handed_over_only_when_every_batch_is_complete() -> None:
    for batches in itertools.product(HandoverState, repeat=3):
        state = fax_state(batches, started=True)
        assert (state == FaxState.HANDED_OVER) == (set(batches) == {H.COMPLETE})


def test_a_cancelled_fax_has_no_batch_that_went_out() -> None:
    for batches in itertools.product(HandoverState, repeat=2):
        if fax_state(batches, started=True, cancelling=True) == FaxState.CANCELLED:
            assert set(batches) <= {H.REFUSED, H.ABANDONED}


def test_only_drafts_and_decisions_lead_to_being_sent() -> None:
    before = {state for state, after in FAX_TRANSITIONS.items() if FaxState.WAITING in after}
    # In the last two states, a person can send a batch again. If a restored backup shows no
    # attempts, the fax is then waiting; else it is being handed over.
    assert before == {
        FaxState.DRAFT,
        FaxState.SCHEDULED,
        FaxState.UNCERTAIN,
        FaxState.LEFT_OPEN,
    }
    assert FaxState.HANDED_OVER in FINAL_FAXES


@dataclass(frozen=True)
class _Fax:
    """A fax with two batches, reduced to what decides the state of the fax."""

    batches: tuple[H, H] = (H.PLANNED, H.PLANNED)
    started: bool = False
    cancelling: bool = False

    @property
    def state(self) -> FaxState:
        return fax_state(self.batches, started=self.started, cancelling=self.cancelling)

    def next(self) -> Iterator[_Fax]:
        """Each possible fax after one step of a worker, a person or a restored backup."""
        if self.state in CANCELLABLE:
            yield replace(self, cancelling=True)
        for index, before in enumerate(self.batches):
            if before not in OPEN_HANDOVERS and self.state not in DECIDABLE:
                continue
            for after in HANDOVER_TRANSITIONS[before]:
                yield from self._with(index, before, after)

    def _with(self, index: int, before: H, after: H) -> Iterator[_Fax]:
        batches = list(self.batches)
        batches[index] = after
        changed = replace(self, batches=(batches[0], batches[1]))
        if after != H.ABANDONED:
            yield replace(changed, started=self.started or after == H.CREATING)
        elif before not in OPEN_HANDOVERS:  # a person sends the batch again
            batches[index] = H.PLANNED
            yield replace(changed, batches=(batches[0], batches[1]), cancelling=False)
        elif self.cancelling:
            yield changed
        else:  # a new handover takes its place
            batches[index] = H.PLANNED
            yield replace(changed, batches=(batches[0], batches[1]))


def test_the_table_has_every_transition_that_a_fax_can_make() -> None:
    """For two batches and events in every order, each change of state is in the table."""
    seen, todo = {_Fax()}, [_Fax()]
    missing = set()
    while todo:
        fax = todo.pop()
        for after in fax.next():
            if after.state not in FAX_TRANSITIONS[fax.state] | {fax.state}:
                missing.add((fax.state.value, after.state.value))
            if after not in seen:
                seen.add(after)
                todo.append(after)
    assert not missing
    assert {fax.state for fax in seen} == set(FaxState) - {FaxState.DRAFT, FaxState.SCHEDULED}
