"""Sealing: what is sealed and when, faxes that retention removes, and records of version 0.1.0."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit import seal_chain
from faxportal.audit.audit_seals import broken_entries
from faxportal.audit.models import AuditEntry, RecordSeal
from faxportal.faxes.actions import legal_hold
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.maintenance import retention
from faxportal.faxes.models import Fax, FaxEvent, SealingProgress
from faxportal.faxes.record import sealing
from faxportal.faxes.record.facts import DELIVERY, FACTS
from faxportal.faxes.record.sealing import Sealer, seal_record
from faxportal.faxes.record.verification import Problem, Verdict
from faxportal.faxes.record.verifying import verify_fax
from faxportal.faxes.states import FaxState
from tests.faxes.conftest import HandClock, Submit
from tests.faxes.test_event_log import hash_anew

pytestmark = pytest.mark.django_db(transaction=True)

Seal = Callable[[], None]
Deliver = Callable[[Fax], Fax]


def said_of_whole() -> str:
    output = io.StringIO()
    call_command("verifyrecords", stdout=output)
    return output.getvalue()


def seals_of(fax: Fax) -> list[RecordSeal]:
    return list(RecordSeal.objects.filter(fax=fax.uuid))


def test_a_fax_is_sealed_once_for_each_state_of_its_log(fax: Fax, seal: Seal, admin: User) -> None:
    seal()
    seal()
    [sealed] = seals_of(fax)
    assert (sealed.data["events"], sealed.data["head"]) == (
        fax.events.count(),
        fax.events.last().hash,  # type: ignore[union-attr]
    )
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    seal()
    assert len(seals_of(fax)) == 2
    assert said_of_whole().startswith(
        "Histories: 1 unchanged, 0 changed, 0 can't be verified.\nEvidence sheets"
    )


def test_a_second_seal_names_only_what_changed(fax: Fax, seal: Seal, admin: User) -> None:
    seal()
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    seal()
    assert set(seals_of(fax)[-1].data["facts"]) == {
        "fax.legal_hold",
        "fax.legal_hold_at",
        "fax.legal_hold_by",
        "people",
    }


def test_facts_of_delivery_are_bound_when_the_fax_is_settled(
    submit: Submit, deliver: Deliver, seal: Seal
) -> None:
    fax = submit()
    seal()
    assert not seals_of(fax)[-1].data["facts"].keys() - {"people"}
    deliver(fax)
    seal()
    bound = set(seals_of(fax)[-1].data["facts"])
    assert bound >= {name for name, fact in FACTS.items() if fact.changed_by == DELIVERY}
    assert set(verify_fax(fax).facts) == set(FACTS)


def test_what_is_not_sealed_yet_is_said_and_is_no_fault(fax: Fax) -> None:
    assert "1 of them have events that are not sealed yet" in said_of_whole()
    assert verify_fax(fax).sealed_events == 0


def test_a_fax_that_the_watch_should_have_sealed_is_named(fax: Fax, seal: Seal) -> None:
    last = fax.events.last()
    assert last is not None
    SealingProgress.objects.create(pk=1, last_event_id=last.pk)
    seal()
    [difference] = verify_fax(fax).differences
    assert difference.problem == Problem.NOT_SEALED


def test_an_event_that_was_committed_late_is_sealed_by_the_next_run(
    submit: Submit, clock: HandClock
) -> None:
    late = submit()
    events = list(late.events.all())
    late.events.all().delete()
    submit(to="1234567890")
    clock.move(minutes=2)
    clock.seconds = 0.0
    sealer = Sealer(clock)
    while not SealingProgress.objects.filter(last_event_id__gt=events[-1].pk).exists():
        sealer.run_once()
    FaxEvent.objects.bulk_create(events)
    [difference] = verify_fax(late).differences
    assert (difference.problem, difference.verdict) == (Problem.NOT_SEALED, Verdict.UNVERIFIABLE)
    clock.move(hours=1)
    for _time in range(3):
        clock.seconds += 61.0
        sealer.run_once()
    assert verify_fax(late).verdict == Verdict.WHOLE
    [sealed] = seals_of(late)
    assert sealed.at >= events[-1].at + timedelta(hours=1), "the seal says when it was made"


def test_each_fax_is_looked_at_for_late_events_in_its_turn(
    submit: Submit, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MAX_FAXES", 2)
    faxes = [submit(to=f"123456789{number}") for number in range(5)]
    last = FaxEvent.objects.latest("id")
    SealingProgress.objects.create(pk=1, last_event_id=last.pk)
    before, sealed = None, []
    for _time in range(3):
        before = sealing.catch_up(clock, before=before)
        sealed.append([len(seals_of(fax)) for fax in faxes])
    assert sealed == [[0, 0, 0, 1, 1], [0, 1, 1, 1, 1], [1, 1, 1, 1, 1]]
    assert before is None, "it begins again with the newest fax"


def test_a_run_ends_when_its_time_is_over_and_the_next_run_goes_on(
    submit: Submit, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MAX_SECONDS", 0.0)
    faxes = [submit(to=f"123456789{number}") for number in range(3)]
    clock.move(minutes=2)
    is_done = [seal_record(clock) for _time in range(3)]
    assert is_done[:2] == [False, False]
    while not seal_record(clock):
        pass
    assert [len(seals_of(fax)) for fax in faxes] == [1, 1, 1]
    assert not list(seal_chain.broken_seals())


def test_a_fax_that_retention_removes_is_missed_by_nobody(
    fax: Fax, submit: Submit, seal: Seal, settings: Settings, clock: HandClock
) -> None:
    submit(to="1234567890")
    seal()
    settings.RETENTION_DAYS = settings.RECORD_DAYS = 1
    clock.move(days=2)
    assert retention.remove_due(clock, at_most=10).faxes_removed == 1
    assert not Fax.objects.filter(pk=fax.pk).exists()
    seal()
    said_of_whole()
    removed = RecordSeal.objects.get(kind=RecordSeal.Kind.FAX_REMOVED)
    assert (removed.fax, removed.data["whole"]) == (fax.uuid, True)


def test_a_removed_fax_that_is_there_again_is_named(
    fax: Fax, seal: Seal, settings: Settings, clock: HandClock
) -> None:
    seal()
    settings.RETENTION_DAYS = settings.RECORD_DAYS = 1
    clock.move(days=2)
    copy = Fax.objects.get(pk=fax.pk)
    events = list(FaxEvent.objects.filter(fax=fax))
    assert retention.remove_due(clock, at_most=10).faxes_removed == 1
    copy.save(force_insert=True)
    FaxEvent.objects.bulk_create(events)
    output = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verifyrecords", stdout=output)
    assert f"{fax.uuid}: is there, although retention removed it" in output.getvalue()


@pytest.fixture
def old_fax(fax: Fax) -> Fax:
    """A fax as version 0.1.0 left it: no keys, and no facts in its log."""
    event = fax.events.get(position=1)
    del event.data["facts"]
    event.save(update_fields=["data"])
    hash_anew(fax, key_id="")
    AuditEntry.objects.update(hash="", key_id="")
    return fax


def test_a_history_of_the_first_version_is_whole_and_said_to_have_no_key(
    old_fax: Fax, sender: User, seal: Seal
) -> None:
    assert "events without a key, from version 0.1.0" in said_of_whole()
    seal()
    assert "events without a key, from version 0.1.0" in said_of_whole()
    record = evidence_data(old_fax, by=sender, at=timezone.now())["record"]
    assert record["is_whole"]
    assert record["compared"]["events_without_key"] == old_fax.events.count()
    assert set(record["compared"]["facts"]) == set(FACTS), "bound as they were found"


def test_a_history_of_the_first_version_that_is_changed_after_the_upgrade_is_named(
    old_fax: Fax, seal: Seal
) -> None:
    seal()
    FaxEvent.objects.filter(fax=old_fax, position=1).update(at=timezone.now() - timedelta(days=1))
    hash_anew(old_fax, key_id="")
    problems = {one.problem for one in verify_fax(old_fax).differences}
    assert problems == {Problem.EVENT_CHANGED}


def test_an_old_history_that_is_inserted_when_all_are_sealed_is_named(
    old_fax: Fax, submit: Submit, seal: Seal
) -> None:
    inserted = submit(to="1234567890")
    hash_anew(inserted, key_id="")
    events = list(inserted.events.all())
    inserted.events.all().delete()
    seal()
    FaxEvent.objects.bulk_create(events)
    problems = {one.problem for one in verify_fax(inserted).differences}
    assert Problem.NO_KEY in problems


def test_retention_that_comes_before_the_first_seal_begins_the_chain(
    old_fax: Fax, clock: HandClock, settings: Settings, seal: Seal
) -> None:
    settings.RECORD_DAYS = 1
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=clock.now())
    clock.move(minutes=2 * 24 * 60)
    assert retention.remove_fax(old_fax, now=clock.now())
    kinds = list(RecordSeal.objects.order_by("position").values_list("kind", flat=True))
    assert kinds == [RecordSeal.Kind.BEGINS, RecordSeal.Kind.FAX_REMOVED]


def test_without_a_key_retention_keeps_what_is_sealed(
    fax: Fax, clock: HandClock, settings: Settings, seal: Seal
) -> None:
    seal()
    settings.RECORD_DAYS = 1
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=clock.now())
    clock.move(minutes=2 * 24 * 60)
    settings.RECORD_KEYS = []
    assert not retention.remove_fax(fax, now=clock.now())
    assert Fax.objects.filter(pk=fax.pk).exists()


def test_an_old_event_needs_a_key_if_the_chain_has_lost_its_first_seal(
    old_fax: Fax, seal: Seal
) -> None:
    seal()
    RecordSeal.objects.filter(position=1).delete()
    problems = {one.problem for one in verify_fax(old_fax).differences}
    assert Problem.NO_KEY in problems


def test_events_of_a_clock_that_was_ahead_hold_up_no_sealing(
    fax: Fax, submit: Submit, seal: Seal
) -> None:
    FaxEvent.objects.filter(fax=fax).update(at=timezone.now() + timedelta(days=400))
    seal()
    progress = SealingProgress.objects.get().last_event_id
    assert progress >= fax.events.last().pk  # type: ignore[union-attr]


def test_without_a_key_nothing_is_sealed(fax: Fax, settings: Settings, clock: HandClock) -> None:
    settings.RECORD_KEYS = []
    assert seal_record(clock)
    assert not RecordSeal.objects.exists()


def test_a_new_key_goes_on_with_the_chain_and_the_old_one_verifies(
    fax: Fax, seal: Seal, admin: User, settings: Settings
) -> None:
    seal()
    old = settings.RECORD_KEYS
    settings.RECORD_KEYS = [Fernet.generate_key().decode(), *old]
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    seal()
    assert RecordSeal.objects.values("key_id").order_by().distinct().count() == 2
    said_of_whole()
    settings.RECORD_KEYS = settings.RECORD_KEYS[:1]
    assert {one.problem for one in verify_fax(fax).differences} == {Problem.KEY_UNKNOWN}
    assert {one.problem for one in seal_chain.broken_seals()} == {"key_unknown"}
    assert {one.problem for one in broken_entries()} == {"key_unknown"}


def test_a_sealer_runs_once_a_minute(fax: Fax, clock: HandClock, submit: Submit) -> None:
    clock.seconds = 0.0
    sealer = Sealer(clock)
    assert sealer.run_once()
    while RecordSeal.objects.count() < 4:
        sealer.run_once()
    sealer.run_once()
    new = submit(to="1234567890")
    sealer.run_once()
    assert not seals_of(new)
    clock.seconds = 61.0
    sealer.run_once()
    assert seals_of(new)


@pytest.mark.postgresql
def test_two_watches_that_seal_at_the_same_time_make_one_chain(
    submit: Submit, clock: HandClock
) -> None:
    for number in range(6):
        submit(to=f"21255502{number:02}")
    start = Barrier(2)

    def work() -> None:
        start.wait()
        while not seal_record(clock):
            pass
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not list(seal_chain.broken_seals())
    assert RecordSeal.objects.filter(kind=RecordSeal.Kind.FAX).count() == 6
    assert RecordSeal.objects.filter(kind=RecordSeal.Kind.BEGINS).count() == 1
