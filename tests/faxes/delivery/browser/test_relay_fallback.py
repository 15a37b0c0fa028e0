"""Files that a browser can't upload: handed to the portal, and relayed to the same fax."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.delivery.browser.relay_fallback import FileRefused, RelayReason, accept_file
from faxportal.faxes.delivery.browser.status import NextAction
from faxportal.faxes.models import BlockedOrigin, Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import FILES, Direct, OpenBrowser, Settle
from tests.support.sender_browser import is_sent_once

pytestmark = pytest.mark.django_db(transaction=True)


def hand_over(
    fax: Fax, name: str, by: User, reason: RelayReason = RelayReason.ASKED, **other: bytes
) -> None:
    content = other.get("content", FILES[name])
    document = fax.documents.get(name=name)
    file = SimpleUploadedFile(name, content)
    accept_file(document, file, reason=reason, by=by, portal="https://fax.example.com")


def test_a_file_that_the_portal_has_is_relayed_to_the_same_fax(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    fax = direct()
    browser = open_browser(fax)
    browser.request_targets()
    hand_over(fax, "offer.pdf", sender, RelayReason.BLOCKED)
    settle_down(fax)
    browser.upload_all()
    settle_down(fax)
    assert is_sent_once(fax, simulator)
    assert len(simulator.faxes()) == 1
    blocked = BlockedOrigin.objects.all()
    assert [one.portal_origin for one in blocked] == []  # a later upload to the origin worked


def test_a_blocked_origin_is_remembered(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    fax = direct()
    open_browser(fax).request_targets()
    for name in FILES:
        hand_over(fax, name, sender, RelayReason.BLOCKED)
    assert is_sent_once(settle_down(fax), simulator)
    (blocked,) = BlockedOrigin.objects.all()
    assert (blocked.origin, blocked.failures) == (simulator.storage_url, 3)
    assert blocked.portal_origin == "https://fax.example.com"


def test_other_content_is_refused(sender: User, direct: Direct) -> None:
    fax = direct()
    size = len(FILES["offer.pdf"])
    with pytest.raises(FileRefused, match="not the file"):
        hand_over(fax, "offer.pdf", sender, content=b"x" * size)
    with pytest.raises(FileRefused, match="not the file"):
        hand_over(fax, "offer.pdf", sender, content=b"x")
    assert not Document.objects.exclude(stored_as="").exists()


def test_a_file_is_accepted_once(sender: User, direct: Direct) -> None:
    fax = direct()
    hand_over(fax, "offer.pdf", sender)
    kept = fax.documents.get(name="offer.pdf").stored_as
    hand_over(fax, "offer.pdf", sender)
    assert fax.documents.get(name="offer.pdf").stored_as == kept


def test_a_wire_form_that_changes_later_needs_the_files(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
    simulator: Simulator,
) -> None:
    simulator.configure(wire="one-request")
    fax = direct()
    Connection.objects.filter(user=sender).update(hand_over_by=HandOverBy.ONE_REQUEST)
    browser = open_browser(fax)
    browser.request_targets()
    assert browser.request_targets().action == NextAction.FILES_WANTED
    for name in FILES:
        hand_over(fax, name, sender)
    assert is_sent_once(settle_down(fax), simulator)


def test_a_batch_with_a_refused_recipient_is_halved_and_relayed(
    sender: User,
    direct: Direct,
    open_browser: OpenBrowser,
    settle_down: Settle,
) -> None:
    fax = direct(to="7778888, 2025550100")  # the simulator refuses the second number
    browser = open_browser(fax)
    browser.request_targets()
    assert browser.request_targets().action == NextAction.FILES_WANTED
    settle_down(fax)  # a worker has looked at both halves of the batch
    for name in FILES:
        hand_over(fax, name, sender)
    assert settle_down(fax).state == FaxState.PARTLY_HANDED_OVER
