"""Cancelling, forwarding and sending again, and deciding about an uncertain fax."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.faxes.models import Attempt, Carrier, Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState
from tests.support.deciding import post_decision
from tests.web.conftest import Send, browser_of


def make_uncertain(fax: Fax) -> None:
    """Change a fax as if its last attempt had got no answer."""
    Attempt.objects.create(handover=fax.handovers.get(), opened_at=timezone.now())
    Handover.objects.update(state=HandoverState.UNCERTAIN, voipnow_id="262")
    Fax.objects.update(state=FaxState.UNCERTAIN)


def text(client: Client, fax: Fax) -> str:
    return client.get(f"/faxes/{fax.uuid}/").content.decode()


def test_a_waiting_fax_is_cancelled_at_once(browser: Client, sender: User, sent: Send) -> None:
    fax = sent(sender)
    assert "Cancel fax" in text(browser, fax)
    browser.post(f"/faxes/{fax.uuid}/cancel/")
    page = text(browser, fax)
    assert "Cancelled" in page
    assert "Cancel fax" not in page


def test_cancelling_twice_says_that_nothing_is_left_to_cancel(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    browser.post(f"/faxes/{fax.uuid}/cancel/")
    response = browser.post(f"/faxes/{fax.uuid}/cancel/", follow=True)
    assert "It can&#x27;t be cancelled any more" in response.content.decode()


def test_a_reviewer_changes_nothing(reviewer: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    browser = browser_of(reviewer)
    assert "Cancel fax" not in text(browser, fax)
    response = browser.post(f"/faxes/{fax.uuid}/cancel/", follow=True)
    assert "Only its sender or an administrator can do this." in response.content.decode()
    make_uncertain(fax)
    assert "Did it go out?" not in text(browser, fax)
    post_decision(browser, fax, 1, "went_out")
    fax.refresh_from_db()
    assert fax.state == FaxState.UNCERTAIN


def test_an_uncertain_fax_asks_and_offers_what_can_be_decided(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    page = text(browser, fax)
    for words in ("Needs your decision", "It went out", "Send again", "Leave open"):
        assert words in page


@pytest.mark.parametrize(
    ("decision", "shown"),
    [
        ("went_out", "Confirmed by sender"),
        ("send_again", "Handing over"),
        ("leave_open", "Left open"),
    ],
)
def test_a_decision_is_shown(
    decision: str, shown: str, browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    post_decision(browser, fax, 1, decision)
    assert shown in text(browser, fax)


def test_what_is_left_open_can_still_be_decided(admin: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    browser = browser_of(admin)
    post_decision(browser, fax, 1, "leave_open")
    assert "Leave open" not in text(browser, fax)
    post_decision(browser, fax, 1, "went_out")
    assert "Confirmed by admin" in text(browser, fax)


def test_deciding_twice_says_that_it_is_decided(browser: Client, sender: User, sent: Send) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    post_decision(browser, fax, 1, "went_out")
    assert "There is nothing to decide" in post_decision(browser, fax, 1, "went_out")


def shown_in(page: str, action: str) -> str:
    """The value of the field `shown` in the form with this action."""
    form = page[page.index(f'action="{action}"') :]
    found = re.search(r'name="shown" value="([^"]*)"', form[: form.index("</form>")])
    assert found
    return found[1]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_decision_on_an_old_page_is_shown_what_changed_and_decides_nothing(
    htmx: dict[str, str], browser: Client, admin: User, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    address = f"/faxes/{fax.uuid}/batches/1/"
    shown = shown_in(browser.get(f"/faxes/{fax.uuid}/", headers=htmx).content.decode(), address)
    post_decision(browser_of(admin), fax, 1, "leave_open")
    response = browser.post(address, {"decision": "send_again", "shown": shown}, follow=True)
    page = response.content.decode()
    assert "Nothing was done, because more is known since you opened the page." in page
    assert "Left open" in page
    assert fax.handovers.count() == 1
    browser.post(address, {"decision": "send_again", "shown": shown_in(page, address)})
    assert fax.handovers.count() == 2


def test_an_old_page_does_not_cancel_a_fax_that_was_sent_again_since(
    browser: Client, admin: User, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    address = f"/faxes/{fax.uuid}/cancel/"
    shown = shown_in(text(browser, fax), address)
    make_uncertain(fax)
    post_decision(browser_of(admin), fax, 1, "send_again")
    page = browser.post(address, {"shown": shown}, follow=True).content.decode()
    assert "It was not cancelled, because someone has decided about it" in page
    fax.refresh_from_db()
    assert fax.cancel_asked_at is None
    browser.post(address, {"shown": shown_in(page, address)})
    fax.refresh_from_db()
    assert fax.cancel_asked_at is not None


def test_sending_again_opens_the_form_with_the_faxs_content(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender, subject="Contract", name="annex.pdf")
    browser.post(f"/faxes/{fax.uuid}/cancel/")
    assert "Send again" in text(browser, fax)
    response = browser.post(f"/faxes/{fax.uuid}/again/", follow=True)
    page = response.content.decode()
    for kept in ("+1 650 253 0000", "Contract", "annex.pdf"):
        assert kept in page
    assert Fax.objects.submitted().get() == fax


def test_nobody_sends_a_colleagues_fax_again(admin: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    browser = browser_of(admin)
    browser.post(f"/faxes/{fax.uuid}/cancel/")
    assert "Send again" not in text(browser, fax)
    response = browser.post(f"/faxes/{fax.uuid}/again/", follow=True)
    assert "Only its sender can send it again." in response.content.decode()


def test_forwarding_opens_the_form_with_the_documents_and_nobody_to_send_to(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender, subject="Contract", note="between us", name="annex.pdf")
    assert "Forward" in text(browser, fax)
    page = browser.post(f"/faxes/{fax.uuid}/forward/", follow=True).content.decode()
    for kept in ("Contract", "annex.pdf"):
        assert kept in page
    for left in ("650 253 0000", "between us"):
        assert left not in page
    draft = Fax.objects.drafts_of(sender).get()
    assert draft.extension == fax.extension
    assert Fax.objects.submitted().get() == fax


def test_an_admin_forwards_a_colleagues_documents_and_the_audit_has_it(
    admin: User, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    browser_of(admin).post(f"/faxes/{fax.uuid}/forward/")
    draft = Fax.objects.drafts_of(admin).get()
    assert draft.extension == ""
    assert draft.documents.get().stored_as == fax.documents.get().stored_as
    entry = AuditEntry.objects.get(action=Action.FAX_FORWARDED)
    assert (entry.actor, entry.fax, entry.data) == (admin, fax.uuid, {"documents": 1})


def test_who_sends_no_faxes_forwards_none(reviewer: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    browser = browser_of(reviewer)
    assert "Forward" not in text(browser, fax)
    response = browser.post(f"/faxes/{fax.uuid}/forward/", follow=True)
    assert "You don&#x27;t have permission to send faxes." in response.content.decode()
    assert not Fax.objects.drafts_of(reviewer).exists()


def test_what_is_not_kept_any_more_is_not_forwarded(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    fax.documents.update(stored_as="")
    assert "Forward" not in text(browser, fax)
    response = browser.post(f"/faxes/{fax.uuid}/forward/", follow=True)
    assert "the portal doesn't keep its documents" in unescape(response.content.decode())


def test_a_document_missing_from_a_forwarded_fax_is_reported(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    carried = {"size": 9, "content_type": "application/pdf", "sha256": "0" * 64}
    fax.documents.create(position=2, name="large.pdf", carrier=Carrier.BROWSER, **carried)
    page = browser.post(f"/faxes/{fax.uuid}/forward/", follow=True).content.decode()
    assert "The portal has no copy of 1 document of that fax. Attach it again." in page


def test_somebody_elses_fax_is_not_found(browser: Client, colleague: User, sent: Send) -> None:
    fax = sent(colleague)
    assert browser.post(f"/faxes/{fax.uuid}/cancel/").status_code == 404
    assert browser.post(f"/faxes/{fax.uuid}/again/").status_code == 404
    assert browser.post(f"/faxes/{fax.uuid}/forward/").status_code == 404
    assert browser.post(f"/faxes/{fax.uuid}/batches/1/").status_code == 404
