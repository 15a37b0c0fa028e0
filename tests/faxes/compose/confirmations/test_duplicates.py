"""Duplicates: somebody in the office has already sent the same content to the same number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest, Duplicates
from faxportal.faxes.compose.confirmations.messages import concern_text
from faxportal.faxes.compose.resend import draft_again
from faxportal.faxes.compose.submit_result import NeedsConfirmation, SubmitResult
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.simulator.control_client import Simulator
from tests.faxes.compose.confirmations.conftest import PHONE, MakeForm
from tests.faxes.conftest import PDF, HandClock
from tests.support import documents
from tests.support.sender_browser import declare
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = b"a note"
BOTH = {"offer.pdf": PDF, "note.txt": NOTE}


def the_concern(needed: ConfirmationRequest) -> Duplicates:
    [concern] = needed.concerns
    assert isinstance(concern, Duplicates)
    return concern


@pytest.mark.parametrize("to", [PHONE, "(650) 253-0000", "16502530000", f"0003*211, {PHONE}"])
def test_the_same_phone_is_known_however_it_is_written(form: MakeForm, to: str) -> None:
    fax = form().post()
    [before] = the_concern(form(to=to).needs()).earlier
    assert before.fax == fax.uuid


@pytest.mark.parametrize(
    "files",
    [{"renamed.pdf": PDF, "n.txt": NOTE}, {"note.txt": NOTE, "offer.pdf": PDF}],
    ids=["other names", "another order"],
)
def test_the_same_documents_are_the_same_content(form: MakeForm, files: dict[str, bytes]) -> None:
    form(files=BOTH).post()
    the_concern(form(files=files).needs())


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "+1 650 253 0001"},
        {"files": BOTH},
        {"files": {"note.txt": NOTE}},
        {"files": {"offer.pdf": documents.pdf("other")}},
    ],
    ids=["another phone", "a document more", "another document", "another edition"],
)
def test_another_fax_is_no_duplicate(form: MakeForm, fields: dict[str, object]) -> None:
    form().post()
    form(**fields).post()


def test_days_are_counted_from_the_submit_of_the_first_fax(
    form: MakeForm, clock: HandClock, settings: Settings
) -> None:
    form().post()
    clock.ahead += timedelta(days=settings.ALREADY_SENT_DAYS, minutes=-1)
    the_concern(form().needs())
    clock.ahead += timedelta(minutes=2)
    form().post()


def test_an_operator_can_switch_the_check_off(form: MakeForm, settings: Settings) -> None:
    settings.ALREADY_SENT_DAYS = 0
    form().post()
    form().post()


def test_the_latest_fax_to_each_number_counts(form: MakeForm, clock: HandClock) -> None:
    both = f"{PHONE}, +1 650 253 0001"
    first = form(to=both).post()
    clock.move(minutes=5)
    second = form().send()
    before = the_concern(form(to=both).needs()).earlier
    assert [one.fax for one in before] == [second.uuid, first.uuid]


def test_a_colleagues_fax_is_shown_with_its_sender_and_without_a_link(
    form: MakeForm, colleague: User
) -> None:
    form(by=colleague).post()
    [row] = concern_text(the_concern(form().needs())).rows
    assert "by otto" in row.text
    assert row.fax is None


def test_a_person_who_may_read_the_earlier_fax_gets_a_link(
    form: MakeForm, sender: User, colleague: User
) -> None:
    give_role(sender, Role.REVIEWER)
    fax = form(by=colleague).post()
    by = User.objects.get(pk=sender.pk)
    [row] = concern_text(the_concern(form(by=by).needs())).rows
    assert row.fax == fax.uuid


# What became of the earlier fax, and the words that the sender reads about it (None: no concern)


def cancel(fax: Fax) -> None:
    cancel_fax(fax, by=fax.sender)


def set_newest(*states: tuple[HandoverState, str]) -> Callable[[Fax], None]:
    """A function that replaces the handovers of a fax's only batch.

    `states` are the state and the reason of each new handover, the newest last.
    """

    def write(fax: Fax) -> None:
        assert fax.due_at is not None
        fax.handovers.all().delete()
        for state, reason in states:
            decided_by = fax.sender if state == HandoverState.CONFIRMED else None
            fax.handovers.create(
                batch=1,
                state=state,
                reason=reason,
                decided_by=decided_by,
                due_at=fax.due_at,
                earlier_in_doubt=reason == IN_DOUBT,
            )

    return write


REFUSED = (HandoverState.REFUSED, "")
SENT_AGAIN = (HandoverState.ABANDONED, OwnReason.SENT_AGAIN)
#: A reason that only these tests use: an earlier handover of the batch may have gone out.
IN_DOUBT = "in doubt"
OUTCOMES: Sequence[tuple[Callable[[Fax], None], str | None]] = [
    (lambda fax: None, "on its way"),
    (cancel, None),
    (set_newest((HandoverState.COMPLETE, "")), "handed to VoipNow"),
    (set_newest(REFUSED), None),
    (set_newest((HandoverState.CONFIRMED, "")), "confirmed that it went out"),
    (set_newest((HandoverState.UNCERTAIN, "")), "it may have gone out"),
    (set_newest((HandoverState.LEFT_OPEN, "")), "left open"),
    (set_newest((HandoverState.ABANDONED, OwnReason.TARGET_RENEWED), REFUSED), None),
    (set_newest(SENT_AGAIN, (HandoverState.REFUSED, IN_DOUBT)), "it may have gone out"),
    (set_newest(SENT_AGAIN, REFUSED), None),
    (set_newest(SENT_AGAIN, (HandoverState.COMPLETE, IN_DOUBT)), "handed to VoipNow"),
]


@pytest.mark.parametrize(("what_became", "words"), OUTCOMES)
def test_the_sender_reads_no_more_than_is_known_of_the_earlier_fax(
    form: MakeForm, what_became: Callable[[Fax], None], words: str | None
) -> None:
    what_became(form().post())
    if words is None:
        form().post()
    else:
        [row] = concern_text(the_concern(form().needs())).rows
        assert words in row.text


def test_only_recipients_that_the_earlier_fax_reached_are_duplicates(
    form: MakeForm, deliver: Callable[[Fax], Fax], settings: Settings
) -> None:
    settings.RECIPIENTS_PER_FAX = 1
    refused = "2025550100"  # the simulator refuses this number
    both = f"{PHONE}, {refused}"
    assert deliver(form(to=both).post()).state == FaxState.PARTLY_HANDED_OVER
    [before] = the_concern(form(to=both).needs()).earlier
    assert before.number.typed == PHONE


def test_an_earlier_fax_that_changes_its_state_is_no_new_concern(
    form: MakeForm, worker: Worker, deliver: Callable[[Fax], Fax]
) -> None:
    fax = form().post()
    needed = form().needs()
    deliver(fax)
    after = form().needs()
    assert the_concern(after).earlier != the_concern(needed).earlier
    assert after.concerns[0].digest_parts == needed.concerns[0].digest_parts


# Sending the same fax again


def send_again(form: MakeForm, fax: Fax, **fields: object) -> Fax:
    draft = draft_again(fax, by=fax.sender)
    again = form(key=draft.submission_key, files={}, to=draft.recipients_typed, **fields)
    return again.post()


def test_a_fax_that_is_sent_again_is_no_duplicate_of_itself(
    form: MakeForm, deliver: Callable[[Fax], Fax]
) -> None:
    fax = deliver(form().post())
    assert send_again(form, fax).resend_of == fax


def test_sending_again_twice_is_a_duplicate_of_the_first_time(
    form: MakeForm, deliver: Callable[[Fax], Fax], clock: HandClock
) -> None:
    fax = deliver(form().post())
    clock.move(minutes=1)
    first = send_again(form, fax)
    draft = draft_again(fax, by=fax.sender)
    asked = form(key=draft.submission_key, files={}, to=draft.recipients_typed).needs()
    assert [one.fax for one in the_concern(asked).earlier] == [first.uuid]


def test_an_older_duplicate_is_not_hidden_by_the_fax_that_is_sent_again(
    form: MakeForm, colleague: User, clock: HandClock
) -> None:
    older = form(by=colleague).post()
    clock.move(minutes=1)
    draft = draft_again(form().send(), by=form().by)
    asked = form(key=draft.submission_key, files={}, to=draft.recipients_typed).needs()
    assert [one.fax for one in the_concern(asked).earlier] == [older.uuid]


@pytest.mark.postgresql
def test_of_two_submits_side_by_side_the_second_one_is_asked(
    form: MakeForm, colleague: User
) -> None:
    """The first submit is not committed yet when the second one looks for duplicates."""
    results: list[SubmitResult] = []

    def submit_the_same() -> None:
        results.append(form(by=colleague).submit())
        connection.close()

    second = Thread(target=submit_the_same)
    with transaction.atomic():
        form().post()
        second.start()
        while second.is_alive() and not _somebody_waits():
            pass
    second.join()
    assert isinstance(results[0], NeedsConfirmation)


def _somebody_waits() -> bool:
    """Whether a transaction of this database waits for an advisory lock of another transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_fax_that_failed_is_sent_again_without_a_confirmation(
    form: MakeForm, deliver: Callable[[Fax], Fax], simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")
    fax = deliver(form().post())
    assert fax.state == FaxState.FAILED
    send_again(form, fax)


# Files that stay in the browser, and what the sender reads


def test_a_file_that_stays_in_the_browser_is_known_by_its_sha256(
    form: MakeForm, settings: Settings
) -> None:
    form().post()
    staying = form(files={})
    expect(NeedsConfirmation, staying.submit(client_files=declare({"offer.pdf": PDF})))
    assert Fax.objects.drafts_of(staying.by).get().documents.count() == 0


def test_numbers_of_one_fax_are_one_row(form: MakeForm) -> None:
    many = ",".join(f"+1 650 253 00{number:02}" for number in range(15))
    form(to=many).post()
    asked = concern_text(the_concern(form(to=many).needs()))
    [row] = asked.rows
    assert "+1 650 253 0004 and 10 more: submitted" in row.text
    assert asked.sentences[0].startswith("This was already sent to 15 of these numbers")


def test_faxes_beyond_the_first_ten_are_counted(form: MakeForm) -> None:
    phones = [f"+1 650 253 00{number:02}" for number in range(12)]
    for phone in phones:
        form(to=phone).post()
    rows = concern_text(the_concern(form(to=",".join(phones)).needs())).rows
    assert len(rows) == 11
    assert rows[-1].text == "2 more faxes"


def test_a_scheduled_duplicate_is_shown_with_its_time(form: MakeForm, clock: HandClock) -> None:
    fax = form().post()
    Fax.objects.filter(pk=fax.pk).update(
        state=FaxState.SCHEDULED, due_at=timezone.now() + timedelta(days=1)
    )
    [row] = concern_text(the_concern(form().needs())).rows
    assert "scheduled for" in row.text
