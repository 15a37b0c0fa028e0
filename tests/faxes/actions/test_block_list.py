"""The block list, and faxing contacts only: what is refused, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit.models import AuditEntry
from faxportal.contacts.models import Contact
from faxportal.faxes.actions.block_list import NotBlocked, block_number, unblock
from faxportal.faxes.compose.submit import NotSubmitted
from faxportal.faxes.event_log import Event, first_broken
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.models import BlockedNumber, Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FaxState
from faxportal.simulator.handle import Simulator
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "+1 650 253 0000"
Deliver = Callable[[Fax], Fax]


@pytest.fixture
def admin(db: None) -> User:
    user = User.objects.create_user("ada")
    give_role(user, Role.ADMIN)
    return user


def refused(submit: Submit, to: str) -> list[str]:
    with pytest.raises(NotSubmitted) as error:
        submit(to=to)
    assert set(error.value.problems) == {"recipients"}
    assert Fax.objects.submitted().count() == 0
    return error.value.problems["recipients"]


@pytest.mark.parametrize("to", ["(650) 253-0000", "16502530000", f"0003*211, {PHONE}"])
def test_a_blocked_number_is_refused_with_the_reason(admin: User, submit: Submit, to: str) -> None:
    block_number(PHONE, reason="The line is a telephone.", by=admin)
    [sentence] = refused(submit, to)
    assert "The line is a telephone. Ask your administrator." in sentence


@pytest.mark.parametrize(
    ("blocked", "is_beginning", "phone", "is_blocked"),
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
def test_a_number_or_all_that_begin_alike_are_blocked(
    admin: User, blocked: str, is_beginning: bool, phone: str, is_blocked: bool
) -> None:
    block_number(blocked, is_beginning=is_beginning, reason="Dear", by=admin)
    assert set(BlockedNumber.objects.blocking([phone])) == ({phone} if is_blocked else set())


@pytest.mark.parametrize(
    ("typed", "is_beginning", "words"),
    [
        ("letters", False, "contains letters"),
        ("900", True, r"Start with \+ and the country code"),
        ("+", True, r"Start with \+ and the country code"),
        (PHONE, False, "already"),
    ],
)
def test_what_cannot_be_blocked_is_told(
    admin: User, typed: str, is_beginning: bool, words: str
) -> None:
    block_number(PHONE, reason="A telephone", by=admin)
    with pytest.raises(NotBlocked, match=words):
        block_number(typed, is_beginning=is_beginning, reason="Again", by=admin)
    assert BlockedNumber.objects.count() == 1


def test_only_an_admin_changes_the_list(admin: User, sender: User) -> None:
    with pytest.raises(NotAllowedTo):
        block_number(PHONE, reason="Mine alone", by=sender)
    blocked = block_number(PHONE, reason="A telephone", by=admin)
    with pytest.raises(NotAllowedTo):
        unblock(blocked, by=sender)


def test_the_audit_has_who_changed_it_and_no_number(admin: User) -> None:
    unblock(block_number(PHONE, reason="A telephone", by=admin), by=admin)
    assert not BlockedNumber.objects.exists()
    entries = AuditEntry.objects.filter(actor=admin).order_by("pk")
    assert [entry.action for entry in entries] == ["number_blocked", "number_unblocked"]
    assert all("650" not in str(entry.data) for entry in entries)


# A fax that waited while a number was blocked


def test_a_fax_that_waits_to_a_blocked_number_fails_and_says_why(
    admin: User, submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(to=PHONE)
    block_number(PHONE, reason="A telephone", by=admin)
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "blocked"
    assert not simulator.faxes()


def test_a_scheduled_one_too(
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


def test_others_of_its_group_get_their_fax(
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


# Contacts only


def contact(owner: User | None, typed: str = PHONE, canonical: str = "+16502530000") -> None:
    Contact.objects.create(
        owner=owner, name="Dr Meyer", number=typed, canonical=canonical, folded="dr meyer"
    )


def test_an_office_can_fax_contacts_only(submit: Submit, settings: Settings) -> None:
    settings.NEW_NUMBERS = "contacts"
    [sentence] = refused(submit, f"{PHONE}, 0003*211")
    assert sentence.startswith("These numbers are not in your contacts, and this office only faxes")
    assert f"{PHONE}, 0003*211" in sentence


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_contact_of_ones_own_or_of_everyones_will_do(
    sender: User, submit: Submit, settings: Settings, is_shared: bool
) -> None:
    settings.NEW_NUMBERS = "contacts"
    contact(None if is_shared else sender)
    assert submit(to="(650) 253-0000").state == FaxState.WAITING


def test_a_contact_that_is_a_colleagues_own_is_none(
    admin: User, submit: Submit, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "contacts"
    contact(admin)
    refused(submit, PHONE)


def test_a_contacts_number_is_not_entered_twice(
    sender: User, submit: Submit, settings: Settings
) -> None:
    settings.NEW_NUMBERS = "twice"
    contact(sender)
    submitted = submit(to=PHONE).events.get(kind=Event.SUBMITTED)
    assert "asked" not in submitted.data
