"""Keeping contacts: who sees, changes and finds which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role
from faxportal.contacts import address_book
from faxportal.contacts.address_book import Entry, UnreadableNumber
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.permissions import NotAllowedTo
from faxportal.contacts.shared_changes import Change
from faxportal.text.phone_numbers import Wrong
from tests.contacts.conftest import Audited, kept, person, shared

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_person_sees_their_own_contacts_and_the_shared_ones(
    anna: User, ben: User, admin: User
) -> None:
    own, common = kept(anna, "Own"), shared(admin, "Common")
    kept(ben, "Ben's")
    assert set(Contact.objects.visible_to(anna)) == {own, common}


def test_an_admin_does_not_see_other_peoples_own_contacts(anna: User, admin: User) -> None:
    kept(anna, "Own")
    assert not Contact.objects.visible_to(admin).exists()


@pytest.mark.parametrize(
    "text",
    ["muller", "MÜLLER", "müll", "klinik", "müller klinik", "030 1234", "+49 30 1234", "301234"],
)
def test_a_contact_is_found_by_words_and_by_its_number_however_it_is_written(
    text: str, anna: User
) -> None:
    found = kept(anna, "Dr. Müller", "+49 (30) 1234567", organisation="Klinik am Park")
    kept(anna, "Somebody else", "+1 212 555 0100")
    assert list(Contact.objects.matching(text)) == [found]


def test_words_that_stand_nowhere_find_nobody(anna: User) -> None:
    kept(anna, "Dr. Müller")
    assert not Contact.objects.matching("müller hospital").exists()


def test_who_was_faxed_last_comes_first_and_the_others_by_name(anna: User) -> None:
    never_b, never_a = kept(anna, "Éva", "1001"), kept(anna, "adam", "1002")
    long_ago, lately = kept(anna, "Zoe", "1003"), kept(anna, "Yan", "1004")
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
        kept(anna, "Nobody", "call me")
    assert refused.value.wrong is Wrong.LETTERS
    assert not Contact.objects.exists()


def test_without_a_name_a_contact_goes_by_its_organisation_or_number(anna: User) -> None:
    assert kept(anna, " ", organisation="Klinik").name == "Klinik"
    assert kept(anna, "", "0003*210").name == "0003*210"


def test_the_database_keeps_no_contact_without_name_or_number(anna: User) -> None:
    for gap in ({"name": ""}, {"canonical": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(**{"owner": anna, "name": "A", "canonical": "1"} | gap)


def test_a_groups_name_is_there_once_for_each_owner(anna: User, ben: User) -> None:
    ContactGroup.objects.create(owner=anna, name="Board", folded="board")
    ContactGroup.objects.create(owner=ben, name="Board", folded="board")
    ContactGroup.objects.create(owner=None, name="Board", folded="board")
    for owner in (anna, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactGroup.objects.create(owner=owner, name="BOARD", folded="board")


def test_shared_contacts_are_an_admins_to_change(anna: User, admin: User, audited: Audited) -> None:
    common = shared(admin, "Common")
    entry = Entry(name="Elsewhere", number="+1 212 555 0100")
    with pytest.raises(NotAllowedTo):
        address_book.add_contact(entry, by=anna, is_shared=True)
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(common, entry, by=anna)
    with pytest.raises(NotAllowedTo):
        address_book.remove_contact(common, by=anna)
    assert Contact.objects.get().name == "Common"
    assert audited.all == [(Change.ADDED, {"contact": common.pk})]


def test_nobody_changes_what_is_another_persons(anna: User, admin: User) -> None:
    own = kept(anna, "Own")
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(own, Entry(name="x", number="210"), by=admin)
    with pytest.raises(NotAllowedTo):
        address_book.remove_contact(own, by=admin)
    assert Contact.objects.get().name == "Own"


def test_who_sends_no_faxes_keeps_no_contacts(db: None) -> None:
    reviewer = person("rita", Role.REVIEWER)
    with pytest.raises(NotAllowedTo):
        address_book.add_contact(Entry(name="A", number="210"), by=reviewer)


def test_each_change_of_a_shared_contact_is_audited_without_name_and_number(
    admin: User, audited: Audited
) -> None:
    entry = Entry(name="Common", number="+1 650 253 0000")
    contact = address_book.add_contact(entry, by=admin, is_shared=True)
    pk = contact.pk
    address_book.change_contact(contact, entry, by=admin)
    address_book.remove_contact(contact, by=admin)
    assert audited.all == [
        (Change.ADDED, {"contact": pk}),
        (Change.CHANGED, {"contact": pk}),
        (Change.REMOVED, {"contact": pk}),
    ]


def test_an_own_contact_is_shared_and_what_is_own_is_told_to_nobody(
    admin: User, anna: User, audited: Audited
) -> None:
    entry = Entry(name="Own", number="210")
    contact = address_book.add_contact(entry, by=admin)
    assert audited.all == []
    address_book.change_contact(contact, entry, by=admin, share=True)
    assert audited.changes == [Change.SHARED]
    assert Contact.objects.visible_to(anna).get() == contact
    with pytest.raises(NotAllowedTo):
        address_book.change_contact(kept(anna, "Mine"), entry, by=anna, share=True)


def test_a_use_is_noted_for_the_sender_and_for_everyone_where_it_is_shared(
    anna: User, ben: User, admin: User
) -> None:
    kept(anna, "Anna's")
    kept(ben, "Ben's")
    shared(admin, "Common")
    shared(admin, "Another", "+1 212 555 0100")
    with CaptureQueriesContext(connection) as asked:
        address_book.note_use([address_book.canonical_of("650 253 0000")], by=anna, at=NOON)
    assert sum("UPDATE" in query["sql"] for query in asked.captured_queries) == 1
    used = Contact.objects.filter(last_used_at=NOON).values_list("name", flat=True)
    assert set(used) == {"Anna's", "Common"}


def test_a_number_goes_by_ones_own_name_before_the_shared_one(
    anna: User, ben: User, admin: User
) -> None:
    number = kept(anna, "My doctor").canonical
    shared(admin, "Clinic")
    kept(ben, "Ben's secret")
    assert address_book.names_of(anna, [number, "+12125550100"]) == {number: "My doctor"}
    assert address_book.names_of(admin, [number]) == {number: "Clinic"}
