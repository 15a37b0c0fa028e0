"""Who may see, change and find which contacts, and what the audit says about changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role
from faxportal.contacts import address_book
from faxportal.contacts.address_book import ContactDetails, UnreadableNumber
from faxportal.contacts.audit import SharedChange
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.name_lookup import NameLookup
from faxportal.contacts.permissions import NotAllowedTo
from faxportal.text.phone_numbers import NumberProblem
from tests.contacts.conftest import Audited, own_contact, person, shared_contact

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_person_sees_their_own_contacts_and_the_shared_ones(
    anna: User, ben: User, admin: User
) -> None:
    own, common = own_contact(anna, "Own"), shared_contact(admin, "Common")
    own_contact(ben, "Ben's")
    assert set(Contact.objects.visible_to(anna)) == {own, common}


def test_an_admin_does_not_see_other_peoples_own_contacts(anna: User, admin: User) -> None:
    own_contact(anna, "Own")
    assert not Contact.objects.visible_to(admin).exists()


@pytest.mark.parametrize(
    "text",
    ["muller", "MÜLLER", "müll", "klinik", "müller klinik", "030 1234", "+49 30 1234", "301234"],
)
def test_a_contact_is_found_by_words_and_by_its_number_however_it_is_written(
    text: str, anna: User
) -> None:
    found = own_contact(anna, "Dr. Müller", "+49 (30) 1234567", organisation="Klinik am Park")
    own_contact(anna, "Somebody else", "+1 212 555 0100")
    assert list(Contact.objects.matching(text)) == [found]


def test_a_word_that_no_contact_has_finds_nobody(anna: User) -> None:
    own_contact(anna, "Dr. Müller")
    assert not Contact.objects.matching("müller hospital").exists()


def test_the_contact_faxed_last_comes_first_and_unused_ones_by_name(anna: User) -> None:
    never_b, never_a = own_contact(anna, "Éva", "1001"), own_contact(anna, "adam", "1002")
    long_ago, lately = own_contact(anna, "Zoe", "1003"), own_contact(anna, "Yan", "1004")
    address_book.note_use(["1003"], by=anna, at=NOON)
    address_book.note_use(["1004"], by=anna, at=NOON + timedelta(hours=1))
    in_order = list(Contact.objects.recent_first())
    assert in_order == [lately, long_ago, never_a, never_b]
    assert list(Contact.objects.by_name()) == [never_a, never_b, lately, long_ago]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+1 650 253 0000", "(650) 253-0000"),
        ("+49 30 1234567", "+49(30)1234567"),
        ("0003*210", "0003 * 210"),
        ("253-0000", "2530000"),
    ],
)
def test_two_writings_of_a_number_are_the_same_number(one: str, other: str) -> None:
    assert address_book.canonical_of(one) == address_book.canonical_of(other)


def test_a_number_that_cant_be_dialled_is_refused_with_the_reason(anna: User) -> None:
    with pytest.raises(UnreadableNumber) as refused:
        own_contact(anna, "Nobody", "call me")
    assert refused.value.problem is NumberProblem.LETTERS
    assert not Contact.objects.exists()


def test_without_a_name_a_contact_goes_by_its_organisation_or_number(anna: User) -> None:
    assert own_contact(anna, " ", organisation="Klinik").name == "Klinik"
    assert own_contact(anna, "", "0003*210").name == "0003*210"


def test_the_database_refuses_a_contact_without_name_or_number(anna: User) -> None:
    for gap in ({"name": ""}, {"canonical": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(**{"owner": anna, "name": "A", "canonical": "1"} | gap)


def test_a_groups_name_is_unique_for_each_owner(anna: User, ben: User) -> None:
    ContactGroup.objects.create(owner=anna, name="Board", folded="board")
    ContactGroup.objects.create(owner=ben, name="Board", folded="board")
    ContactGroup.objects.create(owner=None, name="Board", folded="board")
    for owner in (anna, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactGroup.objects.create(owner=owner, name="BOARD", folded="board")


def test_only_an_admin_changes_shared_contacts(anna: User, admin: User, audited: Audited) -> None:
    common = shared_contact(admin, "Common")
    entry = ContactDetails(name="Elsewhere", number="+1 212 555 0100")
    with pytest.raises(NotAllowedTo):
        address_book.add_contact(entry, by=anna, is_shared=True)
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(common, entry, by=anna)
    with pytest.raises(NotAllowedTo):
        address_book.remove_contact(common, by=anna)
    assert Contact.objects.get().name == "Common"
    assert audited.all == [(SharedChange.ADDED, {"contact": common.pk})]


def test_nobody_changes_another_persons_contact(anna: User, admin: User) -> None:
    own = own_contact(anna, "Own")
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(own, ContactDetails(name="x", number="210"), by=admin)
    with pytest.raises(NotAllowedTo):
        address_book.remove_contact(own, by=admin)
    assert Contact.objects.get().name == "Own"


def test_who_sends_no_faxes_keeps_no_contacts(db: None) -> None:
    reviewer = person("rita", Role.REVIEWER)
    with pytest.raises(NotAllowedTo):
        address_book.add_contact(ContactDetails(name="A", number="210"), by=reviewer)


def test_each_change_of_a_shared_contact_is_audited_without_name_and_number(
    admin: User, audited: Audited
) -> None:
    entry = ContactDetails(name="Common", number="+1 650 253 0000")
    contact = address_book.add_contact(entry, by=admin, is_shared=True)
    pk = contact.pk
    address_book.change_contact(contact, entry, by=admin)
    address_book.remove_contact(contact, by=admin)
    assert audited.all == [
        (SharedChange.ADDED, {"contact": pk}),
        (SharedChange.CHANGED, {"contact": pk}),
        (SharedChange.REMOVED, {"contact": pk}),
    ]


def test_an_own_contact_can_be_shared_and_only_then_is_it_audited(
    admin: User, anna: User, audited: Audited
) -> None:
    entry = ContactDetails(name="Own", number="210")
    contact = address_book.add_contact(entry, by=admin)
    assert audited.all == []
    address_book.change_contact(contact, entry, by=admin, share=True)
    assert audited.changes == [SharedChange.SHARED]
    assert Contact.objects.visible_to(anna).get() == contact
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(own_contact(anna, "Mine"), entry, by=anna, share=True)


def test_a_use_is_noted_in_the_senders_own_contacts_and_in_shared_ones(
    anna: User, ben: User, admin: User
) -> None:
    own_contact(anna, "Anna's")
    own_contact(ben, "Ben's")
    shared_contact(admin, "Common")
    shared_contact(admin, "Another", "+1 212 555 0100")
    with CaptureQueriesContext(connection) as asked:
        address_book.note_use([address_book.canonical_of("650 253 0000")], by=anna, at=NOON)
    assert sum("UPDATE" in query["sql"] for query in asked.captured_queries) == 1
    used = Contact.objects.filter(last_used_at=NOON).values_list("name", flat=True)
    assert set(used) == {"Anna's", "Common"}


def test_ones_own_name_for_a_number_comes_before_the_shared_one(
    anna: User, ben: User, admin: User
) -> None:
    number = own_contact(anna, "My doctor").canonical
    shared_contact(admin, "Clinic")
    own_contact(ben, "Ben's secret")
    assert NameLookup(anna).names_of([number, "+12125550100"]) == {number: "My doctor"}
    assert NameLookup(admin).names_of([number]) == {number: "Clinic"}
