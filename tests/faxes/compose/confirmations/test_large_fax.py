"""A fax with many recipients or pages needs a confirmation."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest, LargeFax
from faxportal.faxes.compose.confirmations.messages import concern_text
from tests.faxes.compose.confirmations.conftest import MakeForm
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)

THREE_PAGES = {"offer.pdf": documents.pdf("1", "2", "3")}


def many(count: int) -> str:
    return ",".join(f"+1 650 253 00{number:02}" for number in range(count))


def the_concern(needed: ConfirmationRequest) -> LargeFax:
    [concern] = needed.concerns
    assert isinstance(concern, LargeFax)
    return concern


@pytest.mark.parametrize(
    ("recipients", "limits", "is_needed"),
    [
        (2, (2, 3), False),
        (3, (2, 3), True),
        (2, (2, 2), True),
        (3, (0, 0), False),
        (3, (0, 3), False),
        (3, (3, 0), False),
        (3, (2, 0), True),
        (1, (0, 2), True),
    ],
)
def test_more_recipients_or_pages_than_usual_need_a_confirmation(
    form: MakeForm,
    settings: Settings,
    recipients: int,
    limits: tuple[int, int],
    is_needed: bool,
) -> None:
    """`limits`: the most recipients and the most pages without a confirmation; 0 is no limit.

    The fax has three pages.
    """
    settings.SUMMARY_RECIPIENTS, settings.SUMMARY_PAGES = limits
    large = form(to=many(recipients), files=THREE_PAGES)
    if is_needed:
        concern = the_concern(large.needs())
        assert (concern.recipients, concern.pages) == (recipients, 3)
    else:
        large.post()


def test_documents_recipients_and_pages_are_added_up(form: MakeForm) -> None:
    files = {**THREE_PAGES, "note.txt": b"a note"}
    sentences = concern_text(the_concern(form(to=many(21), files=files).needs())).sentences
    assert sentences[0] == "2 documents to 21 recipients."
    assert sentences[1] == "3 pages × 21 recipients = 63 pages."
    assert "page count isn't known" in sentences[2]
