"""The block list, and the setting that only contacts may be faxed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit.models import AuditEntry
from faxportal.contacts.models import Contact
from faxportal.faxes.actions.block_list import CannotBlock, block_number, unblock
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_result import NeedsCorrection
from faxportal.faxes.delivery.browser.attempts import NotNow
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import Event, first_broken
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.models import Attempt, BlockedNumber, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.faults import Operation
from tests.faxes.conftest import FILES, PDF, Direct, OpenBrowser, Submit
from tests.support.submitting import expect, submit_form

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+1 650 253 0000"
Deliver = Callable[[Fax], Fax]


def refused(by: User, to: str) -> list[str]:
    """Submit to these recipients, and return the sentences with which the submit is refused."""
    content = DraftContent(extension="0003*210", recipients=to)
    files = [SimpleUploadedFile("offer.pdf", PDF)]
    error = expect(NeedsCorrection, submit_form(by, key=uuid4(), content=content, files=files))
    assert set(error.problems) == {"recipients"}
    assert Fax.objects.submitted().count() == 0
    return error.problems["recipients"]


@pytest.mark.parametrize("to", ["(650) 253-0000", "16502530000", f"0003*211, {PHONE}"])
def test_a_blocked_number_is_refused_with_the_reason(admin: User, sender: User, to: str) -> None:
    block_number(PHONE, reason="The line is a telephone.", by=admin)
    [sentence] = refused(sender, to)
    assert "The line is a telephone. Ask your administrator." in sentence


@pytest.mark.parametrize(
    ("blocked", "is_prefix", "phone", "is_blocked"),
    [
        (PHONE, False, "+16502530000", True),
        (PHONE, False, "+165025300001", False),
        ("+1 900", True, "+19005550100", True),
        ("+1 900", True, "+19015550100", False),
        ("+1", True, "0003*210", False),
        ("0003*210", False, "0003*210", True),
        ("210", False, "0003*210", False),
    ],
)
def test_a_whole_number_or_a_prefix_is_blocked(
    admin: User, blocked: str, is_prefix: bool, phone: str, is_blocked: bool
) -> None:
    block_number(blocked, is_prefix=is_prefix, reason="Dear", by=admin)
    assert set(BlockedNumber.objects.blocking([phone])) == ({phone} if is_blocked else set())


@pytest.mark.parametrize(
    ("typed", "is_prefix", "words"),
    [
        ("letters", False, "contains letters"),
        ("900", True, r"Start with \+ and the country code"),
        ("+", True, r"Start with \+ and the country code"),
        (PHONE, False, "already"),
    ],
)
def test_an_admin_reads_why_a_number_cannot_be_blocked(
    admin: User, typed: str, is_prefix: bool, words: str
) -> None:
    block_number(PHONE, reason="A telephone", by=admin)
    with pytest.raises(CannotBlock, match=words):
        block_number(typed, is_prefix=is_prefix, reason="Again", by=admin)
    assert BlockedNumber.objects.count() == 1


def test_only_an_admin_changes_the_list(admin: User, sender: User) -> None:
    with pytest.raises(NotAllowedTo):
        block_number(PHONE, reason="Mine alone", by=sender)
    blocked = block_number(PHONE, reason="A telephone", by=admin)
    with pytest.raises(NotAllowedTo):
        unblock(blocked, by=sender)


def test_the_audit_names_who_changed_the_list_and_no_number(admin: User) -> None:
    unblock(block_number(PHONE, reason="A telephone", by=admin), by=admin)
    assert not BlockedNumber.objects.exists()
    entries = AuditEntry.objects.filter(actor=admin).order_by("pk")
    assert [entry.action for entry in entries] == ["number_blocked", "number_unblocked"]
    assert all("650" not in str(entry.data) for entry in entries)


# Faxes that wait while a number is blocked


def test_a_waiting_fax_to_a_blocked_number_fails_and_says_why(
    admin: User, submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(to=PHONE)
    block_number(PHONE, reason="A telephone", by=admin)
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "blocked"
    assert not simulator.faxes()


def test_a_scheduled_fax_to_a_blocked_number_fails(
    admin: User, submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(to=PHONE)
    later = timezone.now() + timedelta(hours=2)
    Fax.objects.filter(pk=fax.pk).update(
        state=FaxState.SCHEDULED, due_at=later, deadline_at=later + timedelta(days=1)
    )
    fax.handovers.update(due_at=later)
    block_number(PHONE, reason="A telephone", by=admin)
    assert deliver(fax).state == FaxState.FAILED
    assert not simulator.faxes()


def test_other_recipients_of_the_batch_get_their_fax(
    admin: User, submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(to=f"{PHONE}, 0003*211, 0003*212")
    block_number(PHONE, reason="A telephone", by=admin)
    assert deliver(fax).state == FaxState.PARTLY_HANDED_OVER
    [received] = simulator.faxes()
    assert received.recipients == ("0003*211", "0003*212")
    event = fax.events.get(kind=Event.SET_APART)
    assert "1 of its numbers" in event_sentence(event)
    assert first_broken(fax) is None


@pytest.mark.parametrize(
    "blocked", list(itertools.product(("create", "upload"), (PHONE, f"{PHONE}, 0003*211")))
)
def test_a_number_blocked_before_the_last_upload_gets_no_fax(
    blocked: tuple[Operation, str],
    admin: User,
    submit: Submit,
    worker: Worker,
    deliver: Deliver,
    simulator: Simulator,
) -> None:
    """At the moment of the block, VoipNow has already created the fax.

    In half of the cases, VoipNow also has one of the two files already.
    """
    when, to = blocked
    simulator.script(when, "hold", at="done")
    fax = submit({"offer.pdf": PDF * 100, "note.txt": b"a note"}, to=to)
    while not Attempt.objects.filter(upload__isnull=when == "create").exists():
        worker.run_once()
    simulator.wait_until_held()
    block_number(PHONE, reason="A telephone", by=admin)
    simulator.release()
    others = to.count(",")
    assert deliver(fax).state == (FaxState.PARTLY_HANDED_OVER if others else FaxState.FAILED)
    reached = [one.recipients for one in simulator.faxes() if one.complete]
    assert reached == [("0003*211",)] * others


def test_a_number_blocked_before_a_browser_begins_the_last_upload_gets_no_fax(
    admin: User, direct: Direct, open_browser: OpenBrowser, simulator: Simulator
) -> None:
    fax = direct({"note.txt": FILES["note.txt"]}, to=PHONE)
    browser = open_browser(fax)
    [note] = browser.request_targets().documents
    block_number(PHONE, reason="A telephone", by=admin)
    with pytest.raises(NotNow):
        browser.start_attempt(note)
    fax.refresh_from_db()
    assert fax.state == FaxState.FAILED
    assert fax.handovers.get().reason == "blocked"


def test_an_upload_that_had_begun_when_the_number_was_blocked_is_repeated(
    admin: User, submit: Submit, worker: Worker, deliver: Deliver, simulator: Simulator
) -> None:
    """At the moment of the block, the upload may already have completed the fax.

    So blocking comes too late, and delivery goes on.
    """
    simulator.script("upload", "drop", at="done")
    fax = submit(to=PHONE)
    while not Attempt.objects.filter(upload__isnull=False, outcome="unknown").exists():
        worker.run_once()
    block_number(PHONE, reason="A telephone", by=admin)
    assert deliver(fax).state == FaxState.HANDED_OVER


# Contacts only


def contact(owner: User | None, typed: str = PHONE, canonical: str = "+16502530000") -> None:
    Contact.objects.create(
        owner=owner, name="Dr Meyer", number=typed, canonical=canonical, folded="dr meyer"
    )


def test_an_office_can_fax_contacts_only(sender: User, submit: Submit, settings: Settings) -> None:
    settings.NEW_NUMBERS = "contacts"
    [sentence] = refused(sender, f"{PHONE}, 0003*211")
    assert sentence.startswith("These numbers are not in your contacts, and this office only faxes")
    assert f"{PHONE}, 0003*211" in sentence


@pytest.mark.parametrize("is_shared", [True, False])
def test_an_own_or_a_shared_contact_may_be_faxed(
    sender: User, submit: Submit, settings: Settings, is_shared: bool
) -> None:
    settings.NEW_NUMBERS = "contacts"
    contact(None if is_shared else sender)
    assert submit(to="(650) 253-0000").state == FaxState.WAITING


def test_a_colleagues_own_contact_does_not_count(
    admin: User, sender: User, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "contacts"
    contact(admin)
    refused(sender, PHONE)


def test_a_contacts_number_is_not_entered_twice(
    sender: User, submit: Submit, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "twice"
    contact(sender)
    submitted = submit(to=PHONE).events.get(kind=Event.SUBMITTED)
    assert "asked" not in submitted.data
