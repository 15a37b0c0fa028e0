"""What the `repr` of a request to submit shows, and how often the portal reads recipients."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.contacts.models import ContactGroup
from faxportal.faxes.compose.confirmations.confirmation import Confirmation
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_request import SubmitRequest, read_request
from faxportal.faxes.compose.submit_result import Submitted
from faxportal.faxes.models import CoverTemplate
from tests.contacts.conftest import own_contact
from tests.faxes.conftest import PDF, HandClock
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)


def request_to(by: User, recipients: str, *, cover: CoverTemplate | None = None) -> SubmitRequest:
    return SubmitRequest(
        by=by,
        key=uuid.uuid4(),
        content=DraftContent(
            extension="0003*210",
            recipients=recipients,
            cover=CoverContent(template=cover.pk if cover else None),
        ),
        files=[SimpleUploadedFile("offer.pdf", PDF)],
        confirmation=Confirmation(numbers_again=recipients),
        shown_numbers={"Lee": ["+16502530000"]},
    )


def test_a_request_shows_no_recipients(sender: User, clock: HandClock) -> None:
    request = request_to(sender, "Lee <+1 650 253 0000>")
    for shown in (repr(request), repr(read_request(request, at=clock.now()))):
        assert "Lee" not in shown
        assert "253 0000" not in shown
        assert "2530000" not in shown


def test_recipients_are_read_once(sender: User, clock: HandClock) -> None:
    """The portal reads recipients only once even if both a cover page and the checks use them."""
    own_contact(sender, "Lee", "+1 650 253 0000")
    cover = CoverTemplate.objects.create(name="Letterhead", use="offered")
    with CaptureQueriesContext(connection) as queries:
        expect(Submitted, submit_fax(request_to(sender, "Lee", cover=cover), clock=clock))
    by_name = f'"{ContactGroup._meta.db_table}"."folded" IN'
    look_ups = [query for query in queries.captured_queries if by_name in query["sql"]]
    assert len(look_ups) == 1
