"""The tables of states are complete and consistent, and the docs show them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

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


def test_an_uncertain_batch_needs_a_decision_whatever_the_others_do() -> None:
    for batches in itertools.product(HandoverState, repeat=2):
        for cancelling in (True, False):
            state = fax_state(batches, started=True, cancelling=cancelling)
            assert (state == FaxState.UNCERTAIN) == (H.UNCERTAIN in batches)


def test_no_fax_looks_finished_while_a_batch_is_open() -> None:
    for batches in itertools.product(HandoverState, repeat=2):
        state = fax_state(batches, started=True)
        is_open = state in (FaxState.HANDING_OVER, FaxState.UNCERTAIN)
        assert is_open or not set(batches) & OPEN_HANDOVERS


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
