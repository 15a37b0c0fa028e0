"""Notifications to senders and admins: each is sent once, and none is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.maintenance.mail_claims import CLAIM_LENGTH
from faxportal.faxes.models import Alert, Fax
from faxportal.faxes.stats.sending_status import sending_status
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import HandClock, Submit
from tests.faxes.maintenance.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def failed(submit: Submit, deliver: Deliver, simulator: Simulator, look: Look) -> Fax:
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    return deliver(submit())


def test_a_sender_is_notified_once_of_a_fax_that_failed(
    failed: Fax, clock: HandClock, look: Look, settings: Settings
) -> None:
    settings.PORTAL_URL = "https://fax.example.com"
    for _time in range(2):
        look()
    [message] = mail.outbox
    assert message.to == ["maria@example.com"]
    assert "Failed" in message.subject
    assert f"https://fax.example.com/faxes/{failed.uuid}/" in message.body


def test_nobody_is_notified_of_a_fax_that_was_handed_over(
    submit: Submit, deliver: Deliver, clock: HandClock, look: Look
) -> None:
    deliver(submit())
    look()
    assert not mail.outbox


def test_a_mail_that_the_server_does_not_accept_is_sent_later(
    failed: Fax, clock: HandClock, look: Look, settings: Settings
) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    look()
    settings.EMAIL_BACKEND = backend
    look()
    assert not mail.outbox, "the next attempt waits until the claim has ended"
    clock.move(seconds=CLAIM_LENGTH.total_seconds() + 1)
    for _time in range(2):
        look()
    assert [message.to for message in mail.outbox] == [["maria@example.com"]]


class Killed(BaseException):
    """Ends a process as SIGKILL does: no handler catches it."""


class DyingBackend(BaseEmailBackend):
    """A mail backend whose process dies while it sends."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise Killed


def _die_while_notifying(settings: Settings, clock: HandClock, look: Look) -> None:
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    with pytest.raises(Killed):
        look()
    settings.EMAIL_BACKEND = backend
    look()
    assert not mail.outbox, "the claim of the dead watch has not ended"
    clock.move(seconds=CLAIM_LENGTH.total_seconds() + 1)


def test_a_mail_to_a_sender_that_a_watch_died_sending_is_sent_later(
    failed: Fax, clock: HandClock, look: Look, settings: Settings
) -> None:
    _die_while_notifying(settings, clock, look)
    Heartbeat("a worker", clock).beat()
    for _time in range(2):
        look()
    assert [message.to for message in mail.outbox] == [["maria@example.com"]]


def test_admins_are_notified_when_the_last_worker_is_gone_and_when_one_is_back(
    admin: User, clock: HandClock, look: Look
) -> None:
    clock.move(minutes=2)
    for _time in range(2):
        look()
    assert [message.subject for message in mail.outbox] == [
        "[faxportal] No worker has been running for a minute."
    ]
    Heartbeat("a worker", clock).beat()
    look()
    assert [message.subject for message in mail.outbox[1:]] == [
        "[faxportal] Sending is working again"
    ]
    assert not Alert.objects.filter(ended_at=None).exists()


def test_one_of_two_troubles_that_ends_is_not_said_to_be_the_last(
    submit: Submit, sender: User, admin: User, clock: HandClock, look: Look
) -> None:
    submit()
    User.objects.filter(pk=sender.pk).update(is_active=False)
    clock.move(minutes=2)
    look()
    Heartbeat("a worker", clock).beat()
    look()
    User.objects.filter(pk=sender.pk).update(is_active=True)
    look()
    assert [message.subject for message in mail.outbox[2:]] == [
        "[faxportal] One problem with sending is over",
        "[faxportal] Sending is working again",
    ]


def test_a_mail_to_admins_that_a_watch_died_sending_is_sent_later(
    admin: User, clock: HandClock, look: Look, settings: Settings
) -> None:
    clock.move(minutes=2)
    _die_while_notifying(settings, clock, look)
    look()
    assert len(mail.outbox) == 1

    Heartbeat("a worker", clock).beat()
    mail.outbox.clear()
    _die_while_notifying(settings, clock, look)
    Heartbeat("another worker", clock).beat()
    look()
    assert [message.subject for message in mail.outbox] == ["[faxportal] Sending is working again"]


def test_admins_are_notified_of_a_closed_account_whose_faxes_wait(
    submit: Submit, sender: User, admin: User, clock: HandClock, look: Look
) -> None:
    submit()
    submit(to="1234567890")
    User.objects.filter(pk=sender.pk).update(is_active=False)
    for _time in range(2):
        look()
    [message] = mail.outbox
    assert message.to == ["ada@example.com"]
    assert "The account of maria is closed" in message.body
    assert "/sending/" in message.body
    [alert] = sending_status(clock).alerts
    assert "maria" in alert.sentence

    User.objects.filter(pk=sender.pk).update(is_active=True)
    look()
    assert "maria is closed" in mail.outbox[1].body
    assert mail.outbox[1].subject == "[faxportal] Sending is working again"
    assert not sending_status(clock).alerts


def test_a_closed_account_without_waiting_faxes_raises_no_alert(
    submit: Submit, sender: User, deliver: Deliver, admin: User, clock: HandClock, look: Look
) -> None:
    deliver(submit())
    User.objects.filter(pk=sender.pk).update(is_active=False)
    look()
    assert not mail.outbox


def test_no_alert_is_raised_while_the_first_worker_starts(
    admin: User, clock: HandClock, look: Look
) -> None:
    clock.move(minutes=2)
    look(watching_for=30)
    assert not mail.outbox


def test_admins_are_notified_when_due_faxes_do_not_move(
    submit: Submit, admin: User, clock: HandClock, look: Look
) -> None:
    submit()
    clock.move(minutes=6)
    Heartbeat("a worker that does nothing", clock).beat()
    look()
    [message] = mail.outbox
    assert message.to == ["ada@example.com"]
    assert "none has been attempted" in message.subject
