"""A restored backup or a copy of the database sends nothing by itself."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit.models import AuditEntry
from faxportal.documents import file_store
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.confirm_scheduled import confirm_scheduled
from faxportal.faxes.actions.pause import pause_sending, resume_sending
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import discard_draft, save_form
from faxportal.faxes.delivery.after_restore import secure_after_restore, secure_copy
from faxportal.faxes.delivery.copy_guard import CopyGuard
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.installation import pair
from faxportal.faxes.installation.recognition import Recognised
from faxportal.faxes.models import (
    Attempt,
    Fax,
    FaxEvent,
    Installation,
    RecordGap,
    SendingPause,
)
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support.submitting import send_form

Deliver = Callable[[Fax], Fax]

pytestmark = pytest.mark.django_db(transaction=True)


def test_after_a_restore_sending_is_paused_and_unfinished_faxes_are_uncertain(
    submit: Submit, worker: Worker, clock: HandClock
) -> None:
    fax = submit(to=",".join(f"21255502{number:02}" for number in range(7)))
    clock.move(seconds=1)
    assert secure_after_restore(clock) == 2
    assert secure_after_restore(clock) == 0

    worker.run_once()
    fax.refresh_from_db()
    assert SendingPause.is_on()
    assert fax.state == FaxState.UNCERTAIN
    assert {handover.reason for handover in fax.handovers.all()} == {"restored"}
    assert "now known" not in progress_of(fax).sentence, (
        "the backup does not know what was tried after it"
    )
    assert first_broken(fax) is None
    assert not Attempt.objects.exists()


@pytest.fixture
def scheduled(sender: User, clock: HandClock) -> Fax:
    """A fax that is scheduled for the next day."""
    content = DraftContent(
        extension="0003*210", recipients="7778888", due_at=clock.now() + timedelta(days=1)
    )
    files = [SimpleUploadedFile("offer.pdf", PDF)]
    return send_form(sender, key=uuid.uuid4(), content=content, files=files, clock=clock).fax


def test_a_scheduled_fax_waits_after_a_restore_until_somebody_confirms_it(
    scheduled: Fax, sender: User, worker: Worker, deliver: Deliver, clock: HandClock, admin: User
) -> None:
    for _time in range(2):
        assert secure_after_restore(clock) == 0
    resume_sending(by=admin, clock=clock)
    clock.move(minutes=26 * 60)
    worker.run_once()
    scheduled.refresh_from_db()
    assert not Attempt.objects.exists()
    assert "still wanted" in progress_of(scheduled).sentence

    confirm_scheduled(scheduled, by=sender, clock=clock)
    assert deliver(scheduled).state == FaxState.HANDED_OVER
    kinds = list(scheduled.events.values_list("kind", "by__username"))
    assert [one for one in kinds if one[0] in ("suspended", "resumed")] == [
        ("suspended", None),
        ("resumed", "maria"),
    ]


def test_a_scheduled_fax_that_is_confirmed_early_goes_out_at_its_time(
    scheduled: Fax, sender: User, worker: Worker, clock: HandClock, admin: User
) -> None:
    secure_after_restore(clock)
    resume_sending(by=admin, clock=clock)
    deadline = scheduled.deadline_at
    confirm_scheduled(scheduled, by=sender, clock=clock)
    worker.run_once()
    scheduled.refresh_from_db()
    assert scheduled.state == FaxState.SCHEDULED
    assert scheduled.deadline_at == deadline
    assert "Will be sent on" in progress_of(scheduled).sentence
    with pytest.raises(NotAllowedTo, match="nothing to confirm"):
        confirm_scheduled(scheduled, by=sender, clock=clock)


def test_a_scheduled_fax_that_is_no_longer_wanted_is_cancelled(
    scheduled: Fax, sender: User, clock: HandClock
) -> None:
    secure_after_restore(clock)
    cancel_fax(scheduled, by=sender, clock=clock)
    scheduled.refresh_from_db()
    assert scheduled.state == FaxState.CANCELLED


def test_only_sender_and_admins_confirm_a_scheduled_fax(
    scheduled: Fax, clock: HandClock, db: None
) -> None:
    secure_after_restore(clock)
    with pytest.raises(NotAllowedTo, match="Only its sender"):
        confirm_scheduled(scheduled, by=User.objects.create_user("otto"), clock=clock)


def test_an_account_that_is_opened_again_does_not_confirm_a_scheduled_fax(
    scheduled: Fax, sender: User, worker: Worker, clock: HandClock, admin: User
) -> None:
    secure_after_restore(clock)
    resume_sending(by=admin, clock=clock)
    User.objects.filter(pk=sender.pk).update(is_active=False)
    clock.move(minutes=25 * 60)
    worker.run_once()
    User.objects.filter(pk=sender.pk).update(is_active=True)
    clock.move(minutes=1)
    for _time in range(3):
        worker.run_once()
    assert not Attempt.objects.exists()


@pytest.fixture
def copied(settings: Settings, tmp_path: Path, clock: HandClock) -> None:
    """The data directory is a copy of the one in which the portal began."""
    assert secure_copy(clock) == Recognised.ORIGINAL
    settings.DATA_DIR = tmp_path / "copy"
    settings.DATA_DIR.mkdir()
    shutil.copy(tmp_path / "installation.json", settings.DATA_DIR)


def test_a_copy_is_secured_by_itself_once(submit: Submit, copied: None, clock: HandClock) -> None:
    fax = submit()
    last_event = FaxEvent.objects.get(fax=fax, kind="submitted").at
    clock.move(seconds=5)
    for _ in range(2):
        assert secure_copy(clock) == Recognised.COPY
        fax.refresh_from_db()
        assert fax.state == FaxState.UNCERTAIN
        assert SendingPause.is_on()
        clock.move(seconds=5)
    gap = RecordGap.objects.get()
    assert gap.begins_at == last_event
    assert gap.ends_at
    assert last_event < gap.ends_at < clock.now() - timedelta(seconds=9)
    [entry] = AuditEntry.objects.filter(action="sending_paused")
    assert entry.actor is None


def test_a_copy_that_was_paused_before_is_secured_too(
    submit: Submit, copied: None, clock: HandClock, admin: User
) -> None:
    pause_sending(by=admin, clock=clock)
    fax = submit()
    assert secure_copy(clock) == Recognised.COPY
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN
    assert RecordGap.objects.exists()


def test_an_admin_who_resumes_takes_the_copy_as_the_portal(
    submit: Submit, copied: None, clock: HandClock, admin: User
) -> None:
    submit()
    assert secure_copy(clock) == Recognised.COPY
    resume_sending(by=admin, clock=clock)
    assert secure_copy(clock) == Recognised.ORIGINAL
    assert not SendingPause.is_on()


def test_a_copy_stays_one_although_its_events_take_the_numbers_of_the_lost_ones(
    submit: Submit, clock: HandClock, admin: User
) -> None:
    """An older state of the database came back: it lacks events that the data directory knows."""
    assert secure_copy(clock) == Recognised.ORIGINAL
    submit()
    FaxEvent.objects.filter(fax=submit()).delete()
    for number in range(5):
        assert secure_copy(clock) == Recognised.COPY
        submit(to=f"2125550{number:03}")
    resume_sending(by=admin, clock=clock)
    assert secure_copy(clock) == Recognised.ORIGINAL


def test_a_data_directory_that_was_restored_in_place_is_recognised(
    submit: Submit, clock: HandClock, tmp_path: Path
) -> None:
    """A tool like rsync replaces the files that have changed, and removes newer ones."""
    assert secure_copy(clock) == Recognised.ORIGINAL
    submit()
    changed = tmp_path / "last-event"
    shutil.copy(changed, tmp_path / "restored")
    (tmp_path / "restored").rename(changed)
    shutil.rmtree(tmp_path / "recent-events")
    assert secure_copy(clock) == Recognised.COPY


def test_sending_is_not_resumed_before_a_copy_is_secured(
    submit: Submit, copied: None, clock: HandClock, admin: User
) -> None:
    """An admin who resumes in the middle would let the rest go out."""
    pause_sending(by=admin, clock=clock)
    submit()
    with pytest.raises(NotAllowedTo, match="still looking"):
        resume_sending(by=admin, clock=clock)
    assert SendingPause.is_on()
    assert secure_copy(clock) == Recognised.COPY
    resume_sending(by=admin, clock=clock)
    assert secure_copy(clock) == Recognised.ORIGINAL


def test_a_securing_that_ends_after_an_admin_resumed_makes_no_copy_of_the_original(
    submit: Submit, copied: None, clock: HandClock, admin: User
) -> None:
    submit()
    found = pair.find(clock.now())
    assert secure_copy(clock) == Recognised.COPY
    resume_sending(by=admin, clock=clock)
    pair.write_secured(found)  # another process had begun to secure before
    assert secure_copy(clock) == Recognised.ORIGINAL


def test_a_fax_of_a_clock_that_is_ahead_is_secured_too(submit: Submit, clock: HandClock) -> None:
    fax = submit()
    clock.move(minutes=-10)
    assert secure_after_restore(clock) == 1
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN


def test_a_secured_copy_that_is_restored_again_is_secured_again(
    submit: Submit, copied: None, clock: HandClock, admin: User
) -> None:
    """A backup of the secured copy has its waiting faxes, which went out after it was made."""
    assert secure_copy(clock) == Recognised.COPY
    fax = submit()
    lost = submit(to="2125550001")
    clock.move(seconds=1)
    assert secure_copy(clock) == Recognised.COPY
    FaxEvent.objects.filter(fax=lost).delete()
    assert secure_copy(clock) == Recognised.COPY
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN


def test_an_older_pair_learns_which_file_changes_with_each_event(clock: HandClock) -> None:
    assert secure_copy(clock) == Recognised.ORIGINAL
    Installation.objects.update(memory="")
    assert secure_copy(clock) == Recognised.ORIGINAL
    assert Installation.objects.get().memory


def test_securing_a_copy_by_hand_again_hides_no_gap(
    submit: Submit, copied: None, clock: HandClock
) -> None:
    submit()
    assert secure_copy(clock) == Recognised.COPY
    clock.move(minutes=5)
    secure_after_restore(clock)
    assert RecordGap.objects.count() == 1


def test_a_worker_begins_nothing_that_it_claimed_of_an_older_database(
    submit: Submit, network: Network, clock: HandClock
) -> None:
    """The database was restored in place under a worker, whose connection stayed open."""
    guard = CopyGuard(clock)
    worker = Worker(network, clock=clock, slots=8, may_begin=guard.may_begin)
    assert guard.may_work()
    FaxEvent.objects.filter(fax=submit()).delete()
    submit(to="2125550001")
    worker.run_once()
    assert worker.is_idle
    assert not Attempt.objects.exists()
    assert not guard.may_work()
    worker.close()


def test_a_copy_removes_no_file(
    submit: Submit, copied: None, clock: HandClock, sender: User
) -> None:
    """The original may use the same files."""
    assert secure_copy(clock) == Recognised.COPY
    content = DraftContent(recipients="7778888")
    draft = save_form(
        sender, key=uuid.uuid4(), content=content, files=[SimpleUploadedFile("a.pdf", PDF)]
    ).draft
    stored_as = draft.documents.get().stored_as
    discard_draft(draft)
    assert file_store.is_readable(stored_as)


def test_retention_removes_nothing_of_a_copy_and_nothing_of_another_database(
    submit: Submit, copied: None, settings: Settings
) -> None:
    stored_as = submit().documents.get().stored_as
    with pytest.raises(CommandError, match=r"Nothing was removed. This database is a copy"):
        call_command("retention")
    settings.DATA_DIR = settings.DATA_DIR / "another"
    settings.DATA_DIR.mkdir()
    Installation.objects.update(secured_for="")
    with pytest.raises(CommandError, match="don't belong together"):
        call_command("retention")
    assert file_store.is_readable(stored_as)


def test_a_copy_of_a_copy_is_secured_again(
    submit: Submit, copied: None, clock: HandClock, admin: User, settings: Settings, tmp_path: Path
) -> None:
    assert secure_copy(clock) == Recognised.COPY
    resume_sending(by=admin, clock=clock)
    fax = submit()
    shutil.copytree(settings.DATA_DIR, tmp_path / "second")
    settings.DATA_DIR = tmp_path / "second"
    assert secure_copy(clock) == Recognised.COPY
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN
