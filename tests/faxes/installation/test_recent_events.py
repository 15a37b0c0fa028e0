"""The data directory remembers the last events, so that an older database is recognised."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from faxportal.faxes import event_log
from faxportal.faxes.event_log import Event
from faxportal.faxes.installation import recent_events
from faxportal.faxes.maintenance.retention import remove_fax
from faxportal.faxes.models import Fax, FaxEvent
from faxportal.faxes.states import FaxState
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
    assert not recent_events.is_any_missing()


def test_an_event_that_was_committed_and_is_gone_is_missing(add: Add, clock: HandClock) -> None:
    add(Event.CREATING).delete()
    assert recent_events.is_any_missing()


def test_another_event_with_the_same_number_does_not_take_its_place(
    add: Add, clock: HandClock
) -> None:
    """A restored database gives its next events the numbers of the events that it lacks."""
    lost = add(Event.CREATING)
    FaxEvent.objects.filter(pk=lost.pk).update(hash="0" * 64)
    assert recent_events.is_any_missing()


def test_an_event_that_was_never_committed_is_not_missing(fax: Fax, clock: HandClock) -> None:
    with transaction.atomic():
        event_log.add(Fax.objects.locked(fax.pk), Event.CREATING, at=clock.now())
        transaction.set_rollback(True)
    assert not recent_events.is_any_missing()


def test_only_the_last_events_are_remembered(
    add: Add, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_events, "PRUNE_EVERY", 1)
    monkeypatch.setattr(recent_events, "KEPT", 3)
    first = add(Event.CREATING)
    for _ in range(20):
        last = add(Event.CREATE_NOT_DONE)
    first.delete()
    assert not recent_events.is_any_missing()
    last.delete()
    assert recent_events.is_any_missing()


def test_events_that_retention_has_removed_are_not_missing(
    add: Add, clock: HandClock, settings: Settings, fax: Fax
) -> None:
    settings.RECORD_DAYS = 1
    add(Event.CREATING)
    now = clock.now()
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=now)
    event_log.add(fax, Event.STATE, at=now, state=FaxState.HANDED_OVER)
    clock.move(minutes=2 * 24 * 60)
    assert remove_fax(fax, now=clock.now())
    settings.RECORD_DAYS = 0
    assert not recent_events.is_any_missing()


def test_an_older_copy_that_is_written_over_the_folder_hides_nothing(
    add: Add, settings: Settings, tmp_path: Path
) -> None:
    """`cp -a` writes a backup over the data directory while the portal is stopped."""
    add(Event.CREATING)
    shutil.copytree(settings.DATA_DIR / "recent-events", tmp_path / "backup")
    lost = add(Event.CREATE_NOT_DONE)
    shutil.copytree(tmp_path / "backup", settings.DATA_DIR / "recent-events", dirs_exist_ok=True)
    lost.delete()
    assert recent_events.is_any_missing()


def test_new_events_with_the_same_numbers_do_not_take_the_place_of_lost_ones(add: Add) -> None:
    """A copy that is secured writes events, whose numbers the lost events had."""
    lost = add(Event.CREATING)
    FaxEvent.objects.filter(pk=lost.pk).delete()
    FaxEvent.objects.create(
        pk=lost.pk, fax=lost.fax, position=99, kind="state", at=lost.at, data={}, hash="1" * 64
    )
    recent_events._remember(lost.pk, "1" * 16)
    assert recent_events.is_any_missing()


@pytest.mark.parametrize("name", ["x", "1-2-3", "9" * 40 + "-0-0", "\udcff"])
def test_files_with_other_names_are_left_alone(add: Add, settings: Settings, name: str) -> None:
    add(Event.CREATING)
    (settings.DATA_DIR / "recent-events" / name).touch()
    assert not recent_events.is_any_missing()
