"""The watch with real mail servers: while one duty waits, the other duties go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as project_settings
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.maintenance.duties import OVERDUE_AFTER, Duty, overdue_duties
from faxportal.faxes.maintenance.mail_claims import CLAIM_LENGTH
from faxportal.faxes.maintenance.watch import Watch
from faxportal.faxes.models import Fax, WatchDuty
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import HandClock, Submit
from tests.faxes.maintenance.conftest import Look
from tests.support.mail_servers import mail_server, silent_mail_server

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def failed(submit: Submit, deliver: Deliver, simulator: Simulator, look: Look) -> Fax:
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    return deliver(submit())


@pytest.fixture
def watch(clock: HandClock) -> Iterator[Watch]:
    made = Watch(clock, look_every_seconds=0.05)
    yield made
    made.stop()


def _wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not is_so():
        pause.wait(0.02)


def test_a_silent_mail_server_holds_up_nothing_but_the_mail(
    failed: Fax, watch: Watch, clock: HandClock, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = None  # the mail waits, and only other threads go on
    others = {duty for duty in Duty if duty != Duty.MAIL}
    with silent_mail_server() as silent:
        silent.use(settings)
        watch.start()
        _wait_until(lambda: silent.connections == 1)
        WatchDuty.objects.all().delete()
        clock.move(seconds=60)
        clock.seconds = clock.monotonic() + 60  # now each duty has to note again that it was done
        _wait_until(lambda: WatchDuty.objects.count() == len(others))
        assert set(WatchDuty.objects.values_list("name", flat=True)) == others
    with mail_server() as server:
        server.use(settings)
        clock.move(seconds=CLAIM_LENGTH.total_seconds())
        _wait_until(lambda: bool(server.messages))
    assert server.messages[0]["To"] == "maria@example.com"


def test_a_mail_server_may_take_some_seconds_for_each_answer_and_no_longer(
    failed: Fax, look: Look, clock: HandClock, settings: Settings
) -> None:
    assert project_settings.EMAIL_TIMEOUT == 10
    settings.EMAIL_TIMEOUT = 0.1
    with silent_mail_server() as silent:
        silent.use(settings)
        assert not look()
        assert silent.connections == 1
    clock.move(seconds=CLAIM_LENGTH.total_seconds() + 1)
    with mail_server() as server:
        server.use(settings)
        look()
    assert [message["To"] for message in server.messages] == ["maria@example.com"]


def test_a_round_ends_when_the_mail_server_does_not_answer(
    failed: Fax,
    submit: Submit,
    deliver: Deliver,
    look: Look,
    simulator: Simulator,
    settings: Settings,
) -> None:
    simulator.script("create", "answer", status=400, code="fx_file_invalid")
    deliver(submit(to="1234567890"))
    settings.EMAIL_TIMEOUT = 0.1
    with silent_mail_server() as silent:
        silent.use(settings)
        assert not look()
        assert silent.connections == 1


def test_an_address_that_is_refused_keeps_no_other_mail_from_its_reader(
    failed: Fax, look: Look, admin: User, clock: HandClock, settings: Settings
) -> None:
    clock.move(minutes=2)  # the worker counts as gone
    with mail_server() as server:
        server.use(settings)
        server.refused = {"ada@example.com"}
        assert look(), "the mail server works"
    assert [message["To"] for message in server.messages] == ["maria@example.com"]


def test_a_duty_that_was_not_done_for_five_minutes_is_overdue(
    failed: Fax, clock: HandClock, look: Look, watch: Watch, settings: Settings
) -> None:
    assert [one.duty for one in overdue_duties(clock)] == list(Duty)
    with mail_server() as server:
        server.use(settings)
        watch.start()
        _wait_until(lambda: not overdue_duties(clock))
        watch.stop()
    clock.move(seconds=OVERDUE_AFTER.total_seconds() + 1)
    assert [one.duty for one in overdue_duties(clock)] == list(Duty)


def test_a_fault_in_a_duty_is_logged_without_its_text_and_the_duty_goes_on(
    watch: Watch, settings: Settings, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    settings.TIME_ZONE = "No/Such Zone"
    watch.start()
    _wait_until(lambda: "watch: counts: ZoneInfoNotFoundError" in caplog.text)
    settings.TIME_ZONE = "UTC"
    _wait_until(lambda: WatchDuty.objects.filter(name=Duty.COUNTS).exists())
    assert "No/Such Zone" not in caplog.text
