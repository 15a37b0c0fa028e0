"""Writing a delivery down: along the tables of states only."""

from __future__ import annotations

import pytest

from faxportal.faxes.delivery.book import change_upload
from faxportal.faxes.models import Upload
from faxportal.faxes.states import UPLOAD_TRANSITIONS, UploadState
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("after", UploadState)
@pytest.mark.parametrize("before", UploadState)
def test_an_upload_goes_along_its_table_only(
    submit: Submit, before: UploadState, after: UploadState
) -> None:
    fax = submit()
    upload = Upload.objects.create(
        handover=fax.handovers.get(), document=fax.documents.get(), state=before
    )
    if after == before or after in UPLOAD_TRANSITIONS[before]:
        change_upload(upload, state=after)
    else:
        with pytest.raises(ValueError, match="doesn't go"):
            change_upload(upload, state=after)
    stays = after if after in UPLOAD_TRANSITIONS[before] else before
    assert Upload.objects.get().state == stays
