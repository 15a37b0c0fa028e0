"""The data directory remembers the last events, so that an older database is recognised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from faxportal.faxes import event_log
from faxportal.faxes.event_log import Event
from faxportal.faxes.installation import recent_events
from faxportal.faxes.models import Fax, FaxEvent
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Add = Callable[[Event], FaxEvent]


@pytest.fixture
def fax(submit: Submit) -> Fax:
    return submit()


@pytest.fixture
def add(fax: Fax, clock: HandClock) -> Add:
    def add_event(kind: Event) -> FaxEvent:
        with transaction.atomic():
            return event_log.add(Fax.objects.locked(fax.pk), kind, at=clock.now())

    return add_event


def test_nothing_is_missing_of_a_log_that_has_grown(add: Add, clock: HandClock) -> None:
    add(Event.CREATING)
    assert not recent_events.is_any_missing(clock.now())


def test_an_event_that_was_committed_and_is_gone_is_missing(add: Add, clock: HandClock) -> None:
    add(Event.CREATING).delete()
    assert recent_events.is_any_missing(clock.now())


def test_another_event_with_the_same_number_does_not_take_its_place(
    add: Add, clock: HandClock
) -> None:
    """A restored database gives its next events the numbers of the events that it lacks."""
    lost = add(Event.CREATING)
    FaxEvent.objects.filter(pk=lost.pk).update(hash="0" * 64)
    assert recent_events.is_any_missing(clock.now())


def test_an_event_that_was_never_committed_is_not_missing(fax: Fax, clock: HandClock) -> None:
    with transaction.atomic():
        event_log.add(Fax.objects.locked(fax.pk), Event.CREATING, at=clock.now())
        transaction.set_rollback(True)
    assert not recent_events.is_any_missing(clock.now())


def test_only_the_last_events_are_remembered(
    add: Add, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_events, "LONGEST", 500)
    monkeypatch.setattr(recent_events, "KEPT_LINES", 3)
    first = add(Event.CREATING)
    for _ in range(20):
        last = add(Event.CREATE_NOT_DONE)
    first.delete()
    assert not recent_events.is_any_missing(clock.now())
    last.delete()
    assert recent_events.is_any_missing(clock.now())


def test_events_that_retention_has_removed_are_not_missing(
    fax: Fax, add: Add, clock: HandClock, settings: Settings
) -> None:
    settings.RECORD_DAYS = 40
    clock.move(seconds=timedelta(days=40).total_seconds())
    add(Event.DOCUMENTS_REMOVED)
    FaxEvent.objects.filter(fax=fax).delete()
    assert not recent_events.is_any_missing(clock.now())
