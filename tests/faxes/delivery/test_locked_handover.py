"""Handovers and uploads change as the tables of states allow, and only if the rows are current."""

from __future__ import annotations

import pytest

from faxportal.faxes.delivery.locked_handover import LockedHandover, Superseded, lock_handover
from faxportal.faxes.models import Upload
from faxportal.faxes.states import UPLOAD_TRANSITIONS, HandoverState, UploadState
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_decided_on_rows_that_changed_since_is_refused(
    submit: Submit, clock: HandClock
) -> None:
    """A handover's state changes only if its counter is still the one that was read.

    Each attempt that starts or ends raises the counter. An UPDATE whose condition is on rows of
    other tables, such as attempts, would not notice that another transaction changes these rows at
    the same time.
    """
    fax = submit()
    handover = fax.handovers.get()
    with lock_handover(handover.pk, fax.pk, clock) as decided_before:
        LockedHandover(fax, fax.handovers.get(), clock.now()).start_attempt()
        with pytest.raises(Superseded):
            decided_before.move(HandoverState.ABANDONED)
    assert fax.handovers.get().state == HandoverState.PLANNED


@pytest.mark.parametrize("after", UploadState)
@pytest.mark.parametrize("before", UploadState)
def test_an_upload_goes_along_its_table_only(
    submit: Submit, clock: HandClock, before: UploadState, after: UploadState
) -> None:
    fax = submit()
    handover = fax.handovers.get()
    Upload.objects.create(handover=handover, document=fax.documents.get(), state=before)
    with lock_handover(handover.pk, fax.pk, clock) as locked:
        [upload] = locked.uploads
        if after == before or after in UPLOAD_TRANSITIONS[before]:
            locked.change_upload(upload, state=after)
        else:
            with pytest.raises(ValueError, match="doesn't go"):
                locked.change_upload(upload, state=after)
    stays = after if after in UPLOAD_TRANSITIONS[before] else before
    assert Upload.objects.get().state == stays
