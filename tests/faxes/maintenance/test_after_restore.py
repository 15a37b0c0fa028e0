"""After a backup was restored, nothing is sent by itself."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.maintenance.after_restore import secure_after_restore
from faxportal.faxes.models import Attempt, SendingPause
from faxportal.faxes.states import FaxState
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support.submitting import send_form

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


def test_a_fax_that_was_not_due_before_the_restore_stays_scheduled(
    sender: User, clock: HandClock
) -> None:
    content = DraftContent(
        extension="0003*210", recipients="7778888", due_at=clock.now() + timedelta(days=1)
    )
    files = [SimpleUploadedFile("offer.pdf", PDF)]
    fax = send_form(sender, key=uuid.uuid4(), content=content, files=files, clock=clock).fax
    assert secure_after_restore(clock) == 0
    fax.refresh_from_db()
    assert fax.state == FaxState.SCHEDULED
