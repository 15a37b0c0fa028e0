"""Mails to senders: one mail about each batch in trouble, and reminders of faxes that take long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.delivery.after_restore import secure_after_restore
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.maintenance.mail_claims import CLAIM_LENGTH
from faxportal.faxes.maintenance.reminders import LATE_AFTER, SILENT_AFTER
from faxportal.faxes.maintenance.sender_mails import NEXT_AFTER
from faxportal.faxes.models import Alert, Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState, UploadState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Reason
from tests.faxes.conftest import PDF, Direct, HandClock, OpenBrowser, Settle, Submit
from tests.faxes.maintenance.conftest import Look
from tests.support.deciding import decide_now

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

THREE = "0003*211, 0003*212, 0003*213"


@pytest.fixture
def in_batches(submit: Submit, settings: Settings) -> Fax:
    """A fax to three recipients, each in a batch of its own."""
    settings.RECIPIENTS_PER_FAX = 1
    return submit(to=THREE)


def to_sender() -> list[str]:
    """Subjects of the mails to the sender."""
    return [str(one.subject) for one in mail.outbox if one.to == ["maria@example.com"]]


def test_a_sender_is_mailed_at_the_first_refusal_although_other_batches_are_tried(
    in_batches: Fax,
    deliver: Deliver,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
    look: Look,
) -> None:
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    simulator.script("create", "answer", status=503, code="internal_server_error", times=2)
    fax = settle_down(in_batches)
    assert fax.state == FaxState.HANDING_OVER
    for _time in range(2):
        look()
    assert to_sender() == ["[faxportal] Your fax failed for some recipients"]
    body = mail.outbox[0].body
    assert "VoipNow refused a document." in body
    refused = fax.handovers.get(state=HandoverState.REFUSED).batch
    number = fax.recipients.get(batch=refused).typed
    assert f"{number}: VoipNow refused" in body

    deliver(fax)
    assert fax.state == FaxState.PARTLY_HANDED_OVER
    look()
    assert len(to_sender()) == 1, "nothing is new"


def test_what_is_new_in_an_open_fax_is_mailed_after_a_while_and_at_once_when_it_settles(
    in_batches: Fax, clock: HandClock, look: Look
) -> None:
    def refuse(batch: int) -> None:
        in_batches.handovers.filter(batch=batch).update(
            state=HandoverState.REFUSED, reason=Reason.FILE_INVALID, closed_at=clock.now()
        )

    refuse(1)
    look()
    refuse(2)
    look()
    assert len(to_sender()) == 1
    clock.move(seconds=NEXT_AFTER.total_seconds() + 1)
    look()
    assert len(to_sender()) == 2
    refuse(3)
    Fax.objects.update(state=FaxState.FAILED, settled_at=clock.now())
    for _time in range(2):
        look()
    assert to_sender()[2:] == ["[faxportal] Your fax: Failed"]


def test_many_faxes_in_trouble_are_one_mail_to_a_person(
    submit: Submit, clock: HandClock, look: Look, settings: Settings
) -> None:
    settings.PORTAL_URL = "https://fax.example.com"
    faxes = [submit(to=f"2125550{number:03}") for number in range(23)]
    clock.move(seconds=1)
    secure_after_restore(clock)
    for _time in range(2):
        look()
    assert to_sender() == ["[faxportal] 23 of your faxes need your decision"]
    [message] = mail.outbox
    assert "2125550000" in message.body
    assert f"https://fax.example.com/faxes/{faxes[0].uuid}/" in message.body
    assert "And 3 more." in message.body
    assert "https://fax.example.com/faxes/decisions/" in message.body


@pytest.mark.parametrize(
    ("count", "subject"),
    [(1, "Is your scheduled fax still wanted?"), (3, "3 scheduled faxes wait for your word")],
)
def test_a_sender_is_asked_once_about_what_was_scheduled_before_a_restore(
    submit: Submit, admin: User, clock: HandClock, look: Look, count: int, subject: str
) -> None:
    for number in range(count):
        submit(to=f"2125550{number:03}")
    later = clock.now() + timedelta(days=1)
    Fax.objects.update(state=FaxState.SCHEDULED, due_at=later, deadline_at=later)
    Handover.objects.update(due_at=later)
    secure_after_restore(clock)
    look()
    assert not to_sender(), "the portal is not known to be the right one yet"
    resume_sending(by=admin, clock=clock)
    for _time in range(2):
        look()
    assert to_sender() == [f"[faxportal] {subject}"]


def test_a_mail_about_many_faxes_that_was_not_accepted_is_sent_later(
    submit: Submit, clock: HandClock, look: Look, settings: Settings
) -> None:
    for number in range(2):
        submit(to=f"2125550{number:03}")
    clock.move(seconds=1)
    secure_after_restore(clock)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    look()
    settings.EMAIL_BACKEND = backend
    clock.move(seconds=CLAIM_LENGTH.total_seconds() + 1)
    look()
    assert to_sender() == ["[faxportal] 2 of your faxes need your decision"]


def test_nothing_is_mailed_that_a_person_has_decided_meanwhile(
    submit: Submit, sender: User, clock: HandClock, look: Look
) -> None:
    fax = submit()
    fax.handovers.update(state=HandoverState.UNCERTAIN, reason=Reason.TIMED_OUT)
    Fax.objects.update(state=FaxState.UNCERTAIN)
    decide_now(fax, 1, Decision.WENT_OUT, by=sender, clock=clock)
    look()
    assert not mail.outbox


def test_a_refusal_of_a_fax_that_its_sender_cancels_is_no_news(
    in_batches: Fax,
    sender: User,
    settle_down: Settle,
    simulator: Simulator,
    clock: HandClock,
    look: Look,
) -> None:
    in_batches.handovers.filter(batch=1).update(
        state=HandoverState.REFUSED, reason=Reason.FILE_INVALID, closed_at=clock.now()
    )
    cancel_fax(in_batches, by=sender, clock=clock)
    look()
    assert not mail.outbox


def pass_time(clock: HandClock, length: timedelta) -> None:
    clock.move(seconds=length.total_seconds() + 1)
    Heartbeat("a worker", clock).beat()


def test_a_sender_is_told_once_that_a_fax_is_an_hour_late(
    submit: Submit, clock: HandClock, look: Look
) -> None:
    fax = submit()
    fax.handovers.update(reason=Reason.NO_CONNECTION, failures_in_a_row=3)
    pass_time(clock, LATE_AFTER - timedelta(minutes=1))
    look()
    assert not to_sender()
    pass_time(clock, timedelta(minutes=1))
    for _time in range(2):
        look()
    assert to_sender() == ["[faxportal] Your fax is late"]
    body = mail.outbox[-1].body
    assert "could have gone out an hour ago. The VoipNow server can't be reached." in body


def test_a_fax_that_went_out_meanwhile_is_not_called_late(
    submit: Submit, deliver: Deliver, clock: HandClock, look: Look
) -> None:
    fax = submit()
    pass_time(clock, LATE_AFTER)
    assert deliver(fax).state == FaxState.HANDED_OVER
    look()
    assert not to_sender()


def test_the_time_of_a_pause_makes_no_fax_late(
    submit: Submit, admin: User, clock: HandClock, look: Look
) -> None:
    submit()
    pause_sending(by=admin, clock=clock)
    pass_time(clock, LATE_AFTER)
    look()
    resume_sending(by=admin, clock=clock)
    look()
    assert not to_sender()


def test_a_fax_that_is_sent_again_is_not_late_at_once(
    submit: Submit, sender: User, clock: HandClock, look: Look
) -> None:
    fax = submit()
    fax.handovers.update(state=HandoverState.UNCERTAIN, reason=Reason.TIMED_OUT)
    Fax.objects.update(state=FaxState.UNCERTAIN)
    pass_time(clock, LATE_AFTER)
    decide_now(fax, 1, Decision.SEND_AGAIN, by=sender, clock=clock)
    look()
    assert not to_sender()


def test_a_sender_whose_browser_is_silent_is_told_once_for_each_silence(
    direct: Direct, open_browser: OpenBrowser, clock: HandClock, look: Look
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.request_targets()
    pass_time(clock, SILENT_AFTER)
    for _time in range(2):
        look()
    assert to_sender() == ["[faxportal] Your fax waits for files from your browser"]

    browser.request_targets()
    look()
    assert len(to_sender()) == 1
    pass_time(clock, SILENT_AFTER)
    for _time in range(2):
        look()
    assert len(to_sender()) == 2


def test_a_sender_whose_files_the_portal_has_is_not_asked_for_them(
    submit: Submit, clock: HandClock, look: Look
) -> None:
    submit()
    pass_time(clock, SILENT_AFTER)
    look()
    assert not to_sender()


def test_sender_and_admins_are_told_when_upload_links_expire_again_and_again(
    submit: Submit, admin: User, clock: HandClock, look: Look
) -> None:
    fax = submit()
    fax.handovers.update(renewals=4)
    look()
    assert not mail.outbox
    fax.handovers.update(renewals=5)
    for _time in range(2):
        look()
    assert to_sender() == ["[faxportal] Your fax can't be uploaded so far"]
    [to_admins] = [one for one in mail.outbox if one.to == ["ada@example.com"]]
    assert "a clock is wrong, or the line is too slow. 1 fax waits." in to_admins.body
    Handover.objects.update(renewals=0)
    look()
    assert not Alert.objects.active().exists()


def test_a_batch_that_has_a_file_stored_is_only_slow(
    submit: Submit, settle_down: Settle, simulator: Simulator, clock: HandClock, look: Look
) -> None:
    simulator.script("upload", "answer", status=503, code="SlowDown", file="note.txt")
    fax = settle_down(submit({"offer.pdf": PDF, "note.txt": b"a note"}))
    assert fax.handovers.filter(uploads__state=UploadState.STORED).exists()
    fax.handovers.update(renewals=5)
    look()
    assert not mail.outbox
