"""The portal explains every documented answer of VoipNow, and the docs show how."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxportal.faxes import reason_messages
from faxportal.faxes.delivery.voipnow_answers_docs import (
    CREATE,
    UPLOAD,
    error_of_create,
    error_of_upload,
    table,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.history import event_messages
from faxportal.faxes.reasons import REFUSALS, OwnReason
from faxportal.voipnow.errors import Outcome, Reason, TargetExpired

DOCS = Path(__file__).parents[3] / "docs" / "voipnow-answers.md"


def test_the_tables_in_the_docs_are_the_codes() -> None:
    assert DOCS.read_text().endswith(table())


@pytest.mark.parametrize(("status", "code"), CREATE)
def test_every_documented_answer_to_a_create_is_explained(status: int, code: str) -> None:
    error = error_of_create(status, code)
    happened, to_do = reason_messages.REASONS[error.reason]
    assert happened
    assert to_do


@pytest.mark.parametrize(("status", "code"), UPLOAD)
def test_every_documented_answer_to_an_upload_is_explained(status: int, code: str) -> None:
    error = error_of_upload(status, code)
    happened, to_do = reason_messages.REASONS[error.reason]
    assert happened
    assert to_do


def test_only_a_listed_answer_means_that_surely_nothing_was_done() -> None:
    listed = {*CREATE}
    for status in range(300, 600):
        error = error_of_create(status, "")
        if error.outcome == Outcome.NOT_DONE:
            assert (status, "") in listed or status == 401


def test_every_lasting_error_has_a_reason_that_faxes_are_filtered_by() -> None:
    creates = [error_of_create(status, code) for status, code in CREATE]
    uploads = [error_of_upload(status, code) for status, code in UPLOAD]
    for error in creates + uploads:
        if not error.temporary and not isinstance(error, TargetExpired):
            assert error.reason in REFUSALS


def test_every_reason_and_every_event_has_its_sentence() -> None:
    assert set(reason_messages.REASONS) == {*Reason, *OwnReason}
    assert set(event_messages.EVENTS) == set(Event)
