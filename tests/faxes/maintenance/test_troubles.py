"""Alerts about servers that fail: since when each one fails, and how many faxes wait for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.delivery.portal_faults import raise_alert
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.local_time import moment_text
from faxportal.faxes.maintenance.troubles import FORGOTTEN_AFTER, MANY_FAILURES
from faxportal.faxes.models import Alert, Circuit, Fax, Handover
from faxportal.faxes.states import FaxState
from faxportal.faxes.stats.sending_status import sending_status
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Reason
from tests.faxes.conftest import HandClock, Settle, Submit
from tests.faxes.maintenance.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture(autouse=True)
def _somebody_is_told(admin: User) -> None:
    """An admin with a mail address."""


def fail(origin: str, clock: HandClock, *, reason: str = Reason.NO_CONNECTION) -> Circuit:
    """Write the row of a server that began to fail just now, as workers do."""
    now = clock.now()
    failing = {"failures": 5, "failing_since": now, "failed_at": now, "reason": reason}
    return Circuit.objects.update_or_create(origin=origin, defaults=failing)[0]


def pass_time(clock: HandClock, **by: float) -> None:
    """Let time pass while the workers live and the servers that fail go on failing."""
    clock.move(**by)
    Heartbeat("a worker", clock).beat()
    Circuit.objects.failing().update(failed_at=clock.now())


def test_a_server_that_does_not_answer_raises_an_alert_until_it_answers(
    submit: Submit, simulator: Simulator, clock: HandClock, look: Look
) -> None:
    submit()
    submit(to="1234567890")
    circuit = fail(simulator.url, clock)
    since = moment_text(clock.now())
    pass_time(clock, minutes=4)
    look()
    assert not mail.outbox
    pass_time(clock, minutes=2)
    for _time in range(2):
        look()
    [message] = mail.outbox
    host = simulator.url.removeprefix("http://")
    sentence = f"VoipNow server {host} has not answered since {since}. 2 faxes wait."
    assert sentence in message.body
    assert message.to == ["ada@example.com"]
    assert [one.sentence for one in sending_status(clock).alerts] == [sentence]

    submit(to="0003*211")
    look()
    assert "3 faxes wait." in sending_status(clock).alerts[0].sentence
    circuit.delete()
    look()
    assert mail.outbox[-1].subject == "[faxportal] Sending is working again"
    assert mail.outbox[-1].body == f"VoipNow server {host} answers again."


def test_a_storage_that_does_not_answer_counts_the_files_that_wait_for_it(
    submit: Submit, simulator: Simulator, clock: HandClock, look: Look, settle_down: Settle
) -> None:
    simulator.script("upload", "answer", status=503, code="SlowDown")
    settle_down(submit())
    Handover.objects.update(storage_origin=simulator.storage_url)
    fail(simulator.storage_url, clock, reason=Reason.TIMED_OUT)
    pass_time(clock, minutes=6)
    look()
    [message] = mail.outbox
    assert "VoipNow's storage" in message.body
    assert "1 fax waits." in message.body


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.SERVER_ERROR, "has had internal errors since"),
        (Reason.TOO_MANY_REQUESTS, "has been too busy since"),
        (Reason.CERTIFICATE_REFUSED, "certificate that is not trusted since"),
        (Reason.CONNECTION_LOST, "has not answered since"),
    ],
)
def test_the_alert_says_what_the_server_does(
    submit: Submit, simulator: Simulator, clock: HandClock, look: Look, reason: str, words: str
) -> None:
    submit()
    fail(simulator.url, clock, reason=reason)
    pass_time(clock, minutes=6)
    look()
    assert words in mail.outbox[0].body


def test_of_a_server_that_nobody_called_for_a_day_nobody_says_that_it_answers_again(
    submit: Submit, simulator: Simulator, clock: HandClock, look: Look
) -> None:
    fail(simulator.url, clock)
    pass_time(clock, minutes=6)
    look()
    assert len(mail.outbox) == 1
    clock.move(seconds=FORGOTTEN_AFTER.total_seconds())
    Heartbeat("another worker", clock).beat()
    look()
    assert not Alert.objects.active().exists()
    assert len(mail.outbox) == 1


def test_faxes_that_wait_for_a_server_that_fails_are_no_fault_of_the_worker(
    submit: Submit, simulator: Simulator, clock: HandClock, look: Look
) -> None:
    submit()
    fail(simulator.url, clock)
    pass_time(clock, minutes=6)
    look()
    assert [one.kind for one in Alert.objects.active()] == [Alert.Kind.SERVER_AWAY]


def test_a_fax_that_fails_again_and_again_at_a_server_that_works_raises_an_alert(
    submit: Submit, worker: Worker, simulator: Simulator, clock: HandClock, look: Look
) -> None:
    def work() -> None:
        Heartbeat("a worker", clock).beat()
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()

    fault = {"status": 500, "code": "internal_server_error", "times": None}
    simulator.script("create", "answer", recipient="7778888", **fault)
    handover = submit(to="7778888").handovers.get()
    while handover.failures_in_a_row < MANY_FAILURES:
        look()
        assert not Alert.objects.active().exists()
        clock.move_to(handover.due_at + timedelta(seconds=1))
        work()
        handover.refresh_from_db()
    other = submit(to="7778899")
    clock.move_to(Circuit.objects.get(failures__gt=0).rests_until or clock.now())
    while not other.is_settled:
        work()
        other.refresh_from_db()
    Heartbeat(f"a worker at {clock.now()}", clock).beat()
    look()
    messages = [one for one in mail.outbox if one.to == ["ada@example.com"]]
    assert "fail again and again. VoipNow had an internal error. 1 fax waits." in messages[0].body


def test_an_origin_that_is_not_listed_is_named_to_admins(
    submit: Submit, clock: HandClock, look: Look
) -> None:
    fax = submit()
    fax.handovers.update(
        reason=Reason.ORIGIN_NOT_ALLOWED, server_message="https://files.example.com"
    )
    look()
    assert "files uploaded to https://files.example.com, which is not allowed. 1 fax waits." in (
        mail.outbox[0].body
    )


def test_admins_are_told_of_a_fault_that_is_over_before_the_watch_looks(
    clock: HandClock, look: Look
) -> None:
    raise_alert(clock)
    for _time in range(2):
        look()
    assert "The portal had an internal error while sending." in mail.outbox[0].body
    assert [one.subject for one in mail.outbox[1:]] == ["[faxportal] Sending is working again"]


def test_a_key_that_opens_no_sign_in_raises_an_alert_until_it_is_back(
    submit: Submit, settle_down: Settle, deliver: Deliver, look: Look, settings: Settings
) -> None:
    fax = submit()
    keys = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    settle_down(fax)
    look()
    alert = Alert.objects.active().get()
    assert (alert.kind, alert.faxes) == (Alert.Kind.KEY_LOST, 1)
    [sent] = mail.outbox
    assert "No key opens stored VoipNow sign-ins. 1 fax waits." in sent.body
    assert "FAXPORTAL_CREDENTIAL_KEYS" in sent.body

    settings.CREDENTIAL_KEYS = keys
    assert deliver(fax).state == FaxState.HANDED_OVER
    look()
    assert not Alert.objects.active().exists()


def test_the_sign_in_of_a_closed_account_needs_no_key(
    sender: User, look: Look, settings: Settings
) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    User.objects.filter(pk=sender.pk).update(is_active=False)
    look()
    assert not Alert.objects.exists()
