"""Names among the recipients whose numbers have changed since the browser showed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_result import NeedsCorrection, SubmitResult, Submitted
from faxportal.faxes.models import Fax
from tests.contacts.conftest import own_contact
from tests.faxes.conftest import PDF
from tests.support.submitting import expect, submit_form

pytestmark = pytest.mark.django_db(transaction=True)

LEE, ANN = "+16502530001", "+16502530002"
OTHER_MEMBERS = (
    "The members of “Board” have changed since this page was loaded. Check them and send again."
)
OTHER_NUMBER = (
    "The number of “Lee” has changed since this page was loaded. Check it and send again."
)

Shown = Mapping[str, Sequence[str]]


@pytest.fixture
def lee(sender: User) -> Contact:
    return own_contact(sender, "Lee", LEE)


@pytest.fixture
def board(sender: User, lee: Contact) -> ContactGroup:
    made = ContactGroup.objects.create(owner=sender, name="Board", folded="board")
    made.members.set([lee, own_contact(sender, "Ann", ANN)])
    return made


def submit(by: User, to: str, shown: Shown, *, key: UUID | None = None) -> SubmitResult:
    content = DraftContent(extension="0003*210", recipients=to, subject="", note="")
    file = SimpleUploadedFile("offer.pdf", PDF)
    return submit_form(by, key=key or uuid4(), content=content, files=[file], shown_numbers=shown)


def send(by: User, to: str, shown: Shown, *, key: UUID | None = None) -> Fax:
    return expect(Submitted, submit(by, to, shown, key=key)).fax


def problems(by: User, to: str, shown: Shown) -> list[str]:
    refused = expect(NeedsCorrection, submit(by, to, shown))
    assert refused.draft.recipients_typed == to
    return refused.problems["recipients"]


@pytest.mark.parametrize("shown", [[LEE], [LEE, ANN, "+16502530003"], []])
def test_a_group_that_has_other_members_than_were_shown_is_not_sent_to(
    shown: Sequence[str], sender: User, board: ContactGroup
) -> None:
    assert problems(sender, "@board, 210", {"Board": shown}) == [OTHER_MEMBERS]


def test_a_contact_that_has_another_number_than_was_shown_is_not_sent_to(
    sender: User, lee: Contact
) -> None:
    assert problems(sender, "lee", {"Lee": [ANN]}) == [OTHER_NUMBER]


@pytest.mark.parametrize("shown", [{}, {"Nobody": [LEE]}, {"BOARD": [LEE], "Board": [LEE, ANN]}])
def test_names_that_were_not_shown_or_still_mean_the_same_are_sent_to(
    shown: Shown, sender: User, board: ContactGroup
) -> None:
    fax = send(sender, f"@board, {ANN}", shown)
    assert set(fax.recipients.values_list("canonical", flat=True)) == {LEE, ANN}


def test_a_number_in_the_text_counts_whatever_was_shown(sender: User, lee: Contact) -> None:
    fax = send(sender, f"Lee <{ANN}>", {"Lee": [LEE]})
    assert fax.recipients.get().canonical == ANN


def test_what_is_sent_already_is_found_whatever_was_shown(sender: User, lee: Contact) -> None:
    key = uuid4()
    first = send(sender, "lee", {"Lee": [LEE]}, key=key)
    assert send(sender, "lee", {"Lee": [ANN]}, key=key) == first
