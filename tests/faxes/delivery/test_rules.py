"""The rules of delivery, each shown on a simulated VoipNow with scripted faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Attempt, Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.faxes.stats.sending_status import sending_status
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.network import Network, NetworkRules
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

TWO_FILES = {"offer.pdf": PDF * 100, "note.txt": b"a note"}


def _creates(fax: Fax) -> list[str]:
    return list(
        Attempt.objects.filter(handover__fax=fax, upload=None).values_list("outcome", flat=True)
    )


def _assert_sent_once(fax: Fax, simulator: Simulator) -> None:
    assert fax.state == FaxState.HANDED_OVER
    assert first_broken(fax) is None
    assert simulator.report().duplicates == ()
    assert len([received for received in simulator.faxes() if received.completions]) == 1


# Creating


@pytest.mark.parametrize("at", ["before", "received", "done"])
def test_a_create_whose_answer_is_lost_is_asked_for_again(
    submit: Submit, deliver: Deliver, simulator: Simulator, at: str
) -> None:
    simulator.script("create", "drop", at=at)
    fax = deliver(submit())
    _assert_sent_once(fax, simulator)
    assert _creates(fax) == [Outcome.UNKNOWN, Outcome.DONE]
    assert fax.events.filter(kind="create_unknown").count() == 1


@pytest.mark.parametrize(
    ("status", "code"), [(500, "internal_server_error"), (400, "internal_server_error"), (502, "")]
)
def test_a_servers_fault_while_creating_passes(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int, code: str
) -> None:
    simulator.script("create", "answer", status=status, code=code, times=3)
    _assert_sent_once(deliver(submit()), simulator)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "fx_recipients_invalid", "recipients_invalid"),
        (400, "fx_file_invalid", "file_invalid"),
        (400, "fx_max_files_reached", "too_many_files"),
        (400, "user_invalid", "user_invalid"),
        (400, "extension_invalid", "extension_invalid"),
        (403, "forbidden", "forbidden"),
        (404, "not_found", "not_found"),
        (409, "conflict", "answer_not_listed"),
        (204, "", "nothing_to_send"),
    ],
)
def test_a_lasting_refusal_fails_the_fax_with_the_servers_words(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int, code: str, reason: str
) -> None:
    simulator.script("create", "answer", status=status, code=code, message="Not like this.")
    fax = deliver(submit())
    assert fax.state == FaxState.FAILED
    handover = fax.handovers.get()
    assert handover.reason == reason
    assert handover.server_message == ("" if status == 204 else "Not like this.")
    assert len(_creates(fax)) == 1


@pytest.mark.parametrize("altered", ["short", "no_redirect", "empty"])
def test_an_answer_that_is_not_understood_is_never_taken_for_a_success(
    submit: Submit, deliver: Deliver, simulator: Simulator, altered: str
) -> None:
    answers = {
        "short": '{"id": 1, "uid": "u", "files": []}',
        "no_redirect": '{"id": 1, "uid": "u", "files": [{"redirect": false}]}',
        "empty": "",
    }
    simulator.script("create", "answer", status=200, body=answers[altered])
    fax = deliver(submit())
    assert fax.state == FaxState.FAILED
    assert fax.handovers.get().reason == "answer_not_understood"


def test_a_server_that_is_away_is_called_until_the_deadline(
    submit: Submit, deliver: Deliver, simulator: Simulator, settings: Settings
) -> None:
    settings.DEADLINE_HOURS = 1
    simulator.script("create", "answer", status=503, times=None)
    fax = deliver(submit())
    assert fax.state == FaxState.FAILED
    assert fax.handovers.get().reason == "deadline"
    assert fax.settled_at is not None
    assert fax.deadline_at is not None
    assert fax.settled_at >= fax.deadline_at


def test_a_server_that_asks_for_time_gets_it(
    submit: Submit, worker: Worker, simulator: Simulator, clock: HandClock
) -> None:
    simulator.script("create", "answer", status=429, headers={"Retry-After": "120"})
    fax = submit()
    while not fax.handovers.get().failures_in_a_row:
        worker.run_once()
    assert (fax.handovers.get().due_at - clock.now()).total_seconds() > 110


# Uploading


@pytest.mark.parametrize("at", ["before", "middle", "received", "done"])
@pytest.mark.parametrize("name", list(TWO_FILES))
def test_a_put_whose_answer_is_lost_goes_to_the_same_target_again(
    submit: Submit, deliver: Deliver, simulator: Simulator, at: str, name: str
) -> None:
    simulator.script("upload", "drop", at=at, file=name)
    fax = deliver(submit(TWO_FILES))
    _assert_sent_once(fax, simulator)
    assert len(simulator.faxes()) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SlowDown"), (500, "InternalError"), (400, "RequestTimeout"), (502, "")],
)
def test_a_fault_of_storage_passes(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int, code: str
) -> None:
    simulator.script("upload", "answer", status=status, code=code, times=2)
    fax = deliver(submit(TWO_FILES))
    _assert_sent_once(fax, simulator)
    assert len(simulator.faxes()) == 1


def test_an_expired_target_is_renewed_silently_while_the_fax_cannot_be_complete(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script(
        "upload", "answer", at="before", status=403, code="AccessDenied",
        message="Request has expired", file="offer.pdf",
    )  # fmt: skip
    fax = deliver(submit(TWO_FILES))
    _assert_sent_once(fax, simulator)
    states = list(Handover.objects.filter(fax=fax).order_by("id").values_list("state", flat=True))
    assert states == [HandoverState.ABANDONED, HandoverState.COMPLETE]
    assert fax.events.filter(kind="renewed").count() == 1


def test_no_second_fax_is_made_when_the_first_may_be_complete(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """It isn't known whether the last document arrived, and its target has expired.

    Only a person can decide.
    """
    simulator.script("upload", "drop", at="done", file="note.txt")
    fax = submit(TWO_FILES)
    while not Attempt.objects.filter(upload__isnull=False, outcome=Outcome.UNKNOWN).exists():
        worker.run_once()
    simulator.expire_targets()

    deliver(fax)

    assert fax.state == FaxState.UNCERTAIN
    assert fax.handovers.get().state == HandoverState.UNCERTAIN
    assert len(simulator.faxes()) == 1


def test_a_target_that_seems_expired_too_early_is_tried_on_while_the_fax_may_be_complete(
    submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """A repetition at the same target is the only way to learn what became of the last upload."""
    simulator.script("upload", "drop", at="received", file="note.txt")
    fax = submit(TWO_FILES)
    while not Attempt.objects.filter(upload__isnull=False, outcome=Outcome.UNKNOWN).exists():
        worker.run_once()
    simulator.script(
        "upload", "answer", at="before", status=403, code="AccessDenied",
        message="Request has expired", file="note.txt", times=2,
    )  # fmt: skip
    deliver(fax)
    _assert_sent_once(fax, simulator)
    assert len(simulator.faxes()) == 1


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "EntityTooLarge", "file_too_large"),
        (403, "SignatureDoesNotMatch", "signature_refused"),
        (411, "MissingContentLength", "storage_refused"),
        (422, "Odd", "storage_answer_not_listed"),
    ],
)
def test_a_lasting_refusal_by_storage_fails_the_fax_that_cannot_be_complete(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int, code: str, reason: str
) -> None:
    simulator.script("upload", "answer", status=status, code=code, file="offer.pdf")
    fax = deliver(submit(TWO_FILES))
    assert fax.state == FaxState.FAILED
    assert fax.handovers.get().reason == reason
    [received] = simulator.faxes()
    assert not received.completions


def test_an_answer_to_the_last_file_that_nobody_lists_is_uncertain_at_once(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("upload", "answer", status=422, code="Odd", file="note.txt")
    fax = deliver(submit(TWO_FILES))
    assert fax.state == FaxState.UNCERTAIN
    assert Attempt.objects.filter(upload__isnull=False).count() == 2


def test_at_the_deadline_a_fax_that_lacks_a_file_fails(
    submit: Submit, deliver: Deliver, simulator: Simulator, settings: Settings
) -> None:
    settings.DEADLINE_HOURS = 1  # short, because the worker makes each attempt until then
    simulator.configure(target_lifetime=3 * 3600)
    simulator.script("upload", "answer", status=503, code="SlowDown", file="offer.pdf", times=None)
    fax = deliver(submit(TWO_FILES))
    assert (fax.state, fax.handovers.get().reason) == (FaxState.FAILED, "deadline")
    assert len(simulator.faxes()) == 1


def test_at_the_deadline_a_fax_whose_files_may_all_have_arrived_is_uncertain(
    submit: Submit, deliver: Deliver, simulator: Simulator, settings: Settings
) -> None:
    settings.DEADLINE_HOURS = 1
    simulator.configure(target_lifetime=3 * 3600)
    simulator.script("upload", "drop", at="received", file="note.txt", times=None)
    fax = deliver(submit(TWO_FILES))
    assert (fax.state, fax.handovers.get().reason) == (FaxState.UNCERTAIN, "deadline")
    assert len(simulator.faxes()) == 1


def test_signed_urls_are_erased_when_uploading_has_ended(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit(TWO_FILES))
    sealed = fax.handovers.get().uploads.values_list("sealed_target", flat=True)
    assert set(sealed) == {""}


def test_files_wanted_at_an_origin_that_is_not_listed_wait_until_it_is(
    submit: Submit,
    deliver: Deliver,
    simulator: Simulator,
    clock: HandClock,
) -> None:
    listed_elsewhere = Network(
        NetworkRules(
            servers=(simulator.url,), storage_origins=("https://s3.example.com",), allow_http=True
        )
    )
    fax = submit(TWO_FILES)
    unlisted = Worker(listed_elsewhere, clock=clock, slots=8)
    for _hour in range(3):
        clock.move(hours=1)
        unlisted.run_once()
        while not unlisted.is_idle:
            unlisted.run_once()
    unlisted.close()
    listed_elsewhere.close()

    fax.refresh_from_db()
    assert fax.state == FaxState.HANDING_OVER
    assert simulator.storage_url in progress_of(fax).sentence
    [row] = sending_status(clock).failing.listed
    assert simulator.storage_url in row.why
    assert len(simulator.faxes()) == 1

    assert deliver(fax).state == FaxState.HANDED_OVER


# Batches


def test_each_batch_is_a_fax_of_its_own_at_voipnow(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit(to=",".join(f"21255502{number:02}" for number in range(12))))
    assert fax.state == FaxState.HANDED_OVER
    assert sorted(len(received.recipients) for received in simulator.faxes()) == [2, 5, 5]
    numbers = [number for received in simulator.faxes() for number in received.recipients]
    assert len(numbers) == len(set(numbers)) == 12


def test_a_refused_number_is_found_and_the_others_go(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    numbers = [f"21255502{number:02}" for number in range(8)]
    wrong = numbers[6]
    simulator.script(
        "create", "answer", status=400, code="fx_recipients_invalid", recipient=wrong, times=None
    )
    fax = deliver(submit(to=",".join(numbers)))

    assert fax.state == FaxState.PARTLY_HANDED_OVER
    sent = [number for received in simulator.faxes() for number in received.recipients]
    assert sorted(sent) == sorted(set(numbers) - {wrong})
    [refused] = fax.handovers.filter(state=HandoverState.REFUSED)
    assert refused.reason == "recipients_invalid"
    assert [r.dialled for r in fax.recipients.filter(batch=refused.batch)] == [wrong]
