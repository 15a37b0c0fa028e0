"""Who may open documents: the sender, and people who may open everyone's documents."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.models import Fax
from tests.web.conftest import Send, browser_of, person


@pytest.fixture
def fax(sender: User, sent: Send) -> Fax:
    return sent(sender)


def page_of(fax: Fax, user: User) -> str:
    return browser_of(user).get(f"/faxes/{fax.uuid}/").content.decode()


def opens(fax: Fax, user: User) -> int:
    address = f"/faxes/{fax.uuid}/documents/{fax.documents.get().pk}/"
    response = browser_of(user).get(address)
    if response.streaming:
        response.close()
    return response.status_code


def test_a_record_reviewer_reads_why_no_document_is_offered(fax: Fax) -> None:
    page = page_of(fax, person("clerk", Role.RECORD_REVIEWER))
    assert "open other people&#x27;s documents." in page
    assert "Download" not in page
    assert "/preview/" not in page
    assert "contract.pdf" in page


def test_a_reviewer_and_the_sender_are_offered_the_document(
    fax: Fax, sender: User, reviewer: User
) -> None:
    for user in (sender, reviewer):
        assert "open other people&#x27;s documents" not in page_of(fax, user)
        assert "Download" in page_of(fax, user)


def test_senders_open_their_own_whatever_else_they_are(fax: Fax, sender: User) -> None:
    give_role(sender, Role.RECORD_REVIEWER)
    assert opens(fax, sender) == 200


def test_roles_add_up(fax: Fax) -> None:
    user = person("clerk", Role.RECORD_REVIEWER)
    assert opens(fax, user) == 403
    give_role(user, Role.REVIEWER)
    assert opens(fax, user) == 200
